"""Starts and ends a challenge (挑战): a model that scores the same live filings, and shows nothing."""

from __future__ import annotations

from features.registry import FEATURE_NAMES
from training.promotion.promote import bring_home
from training.tracking import CHALLENGER, mark
from xiezhi.accounts.roles import require_role
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, NotFound
from xiezhi.promotion import MAY_REQUEST
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.challenges import ENDED, STARTED, Challenge, add_challenge, current_challenge
from xiezhi.store.promotions import current
from xiezhi.store.users import User


def start_challenge(
    store: Store, settings: Settings, version: str | None, *, by: User, at: Moment
) -> Challenge:
    """Copy bundle `version` (the one trained last for None) into the home and let it score silently.

    It takes the place of a challenger that runs. Raises NotPermitted, NotFound, BundleError for files that are
    damaged or of other features, Conflict for the model that screens.
    """
    require_role(by, MAY_REQUEST)
    bundle = bring_home(settings, version)
    Scorer(bundle).require_features(FEATURE_NAMES)
    challenge = Challenge(STARTED, at, by.name, bundle.version, bundle.digest)
    with store.write() as connection:
        champion = current(connection)
        if champion is not None and champion.digest == bundle.digest:
            raise Conflict(
                f"模型 {bundle.version} 正是现用模型。",
                f"Model {bundle.version} is the one that screens.",
                code="is-champion",
            )
        add_challenge(connection, challenge)
    mark(settings, CHALLENGER, bundle.version)
    return challenge


def end_challenge(store: Store, *, by: User, at: Moment) -> Challenge:
    """Let the challenger score no longer; what it said is kept. Raises NotPermitted, NotFound."""
    require_role(by, MAY_REQUEST)
    with store.write() as connection:
        running = current_challenge(connection)
        if running is None:
            raise NotFound("没有进行中的挑战。", "No challenge is running.", code="no-challenge")
        ended = Challenge(ENDED, at, by.name, running.model_version, running.digest)
        add_challenge(connection, ended)
    return ended
