"""Weights fitted to the store's own mentions, without labels but for what people judged: `xiezhi link fit`."""

from __future__ import annotations

from features.link.fitted import fitted_weights
from features.link.propose import Comparison
from features.link.table import link_profiles
from features.link.weights import Weights
from xiezhi.clock import Moment
from xiezhi.store import Store


def fit_weights(store: Store, at: Moment) -> Weights:
    """The weights in use with m, u and prior as expectation-maximisation finds them in the store by `at`.

    Pairs that people judged the same or different, and parties of one filing, count as known.
    """
    with store.read() as connection:
        comparison = Comparison(connection, at)
        return fitted_weights(comparison.link(link_profiles).linked)
