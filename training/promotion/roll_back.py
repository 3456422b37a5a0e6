"""Takes the last promotion back (回退): the model before screens again."""

from __future__ import annotations

from training.promotion.approval import MAY_APPROVE
from training.tracking import CHAMPION, mark
from xiezhi.accounts.roles import require_role
from xiezhi.bundle import bundle_folder, load
from xiezhi.clock import Moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import ROLLED_BACK, Promotion, history, promote, standing
from xiezhi.store.users import User


def roll_back(store: Store, settings: Settings, reason: str, *, by: User, at: Moment) -> Promotion:
    """Let the promotion before hold again, at once; once more goes one further back.

    One person suffices: two have approved that model before. Its files lie in the home, so MLflow is not
    needed. Raises NotPermitted, NotFound where nothing was before, BundleError where its files are damaged,
    Conflict when somebody else was quicker.
    """
    require_role(by, MAY_APPROVE)
    with store.read() as connection:
        past = history(connection)
    stack = standing(past)
    if len(stack) < 2:
        raise NotFound(
            "此前没有启用过别的模型。", "No other model was promoted before.", code="nothing-before"
        )
    before = stack[-2]
    if load(bundle_folder(settings, before.model_version)).digest != before.digest:
        raise BundleError(
            f"模型 {before.model_version} 的文件不是当时启用的文件。",
            f"The files of model {before.model_version} are not those that were promoted.",
            code="bundle-damaged",
        )
    back = Promotion(at, by.name, before.model_version, before.digest, ROLLED_BACK, reason)
    with store.write() as connection:
        promote(connection, back, follows=past[-1].number)
    mark(settings, CHAMPION, before.model_version)
    return back
