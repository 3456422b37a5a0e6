"""Takes the last promotion back (回退): the model before screens again."""

from __future__ import annotations

from training.tracking import CHAMPION, mark
from xiezhi import promotion as acts
from xiezhi.clock import Moment
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion
from xiezhi.store.users import User


def roll_back(store: Store, settings: Settings, reason: str, *, by: User, at: Moment) -> Promotion:
    """`xiezhi.promotion.roll_back`, and MLflow is told where it is there: the files lie in the home."""
    back = acts.roll_back(store, settings, reason, by=by, at=at)
    mark(settings, CHAMPION, back.model_version)
    return back
