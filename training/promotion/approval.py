"""A promotion under two persons' eyes (双人审批), from the command line: what the acts of `xiezhi.promotion` need of
training is gathered here, and MLflow's alias follows."""

from __future__ import annotations

from training.promotion.evidence import gather_evidence
from training.promotion.promote import bring_home
from training.tracking import CHAMPION, mark
from xiezhi import promotion as acts
from xiezhi.accounts.roles import require_role
from xiezhi.clock import Moment
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotion_requests import PromotionRequest
from xiezhi.store.promotions import Promotion
from xiezhi.store.users import User


def request_promotion(
    store: Store, settings: Settings, version: str | None, *, by: User, at: Moment
) -> PromotionRequest:
    """Ask that bundle `version` (the one trained last for None) may screen; kept with the figures it is asked on.

    Raises NotPermitted, NotFound, BundleError, Conflict where the same is asked already.
    """
    require_role(by, acts.MAY_REQUEST)
    bundle = bring_home(settings, version)
    return acts.put_request(store, bundle, gather_evidence(store, settings, bundle, at), by=by, at=at)


def approve(
    store: Store, settings: Settings, request: PromotionRequest, *, by: User, at: Moment
) -> Promotion:
    """`xiezhi.promotion.approve`, and MLflow is told."""
    promotion = acts.approve(store, settings, request, by=by, at=at)
    mark(settings, CHAMPION, request.model_version)
    return promotion
