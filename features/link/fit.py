"""Weights fitted to the store's own mentions, without labels but for what people judged: `xiezhi link fit`."""

from __future__ import annotations

from features.link.fitted import fitted_weights
from features.link.propose import Comparison
from features.link.table import link_profiles
from features.link.weights import Weights
from xiezhi.clock import Moment
from xiezhi.errors import InputError
from xiezhi.store import Store


def fit_weights(store: Store, at: Moment) -> Weights:
    """The weights in use with m, u and prior as expectation-maximisation finds them in the store by `at`.

    Pairs that people judged the same or different, and parties of one filing, count as known. Raises InputError where
    nothing is linked yet.
    """
    with store.read() as connection:
        linking = Comparison(connection, at).link(link_profiles)
    if not len(linking.cluster):
        raise InputError(
            "库中尚无已关联的当事人，无从拟合；请先运行 xiezhi link。",
            "Nobody is linked in the store yet, so there is nothing to fit to; run xiezhi link first.",
            code="nothing-to-fit",
        )
    return fitted_weights(linking.linked)
