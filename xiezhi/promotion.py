"""The acts that decide which model screens (启用): asked for by one person, approved by another, taken back.

They change rows alone, so commands and pages do the same; what training adds (fetching a bundle, comparing models) is
in `training.promotion`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from xiezhi.accounts.roles import require_role
from xiezhi.bundle import Bundle, bundle_folder, load
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import BundleError, Conflict, NotFound, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.challenges import ENDED, Challenge, add_challenge, current_challenge
from xiezhi.store.promotion_requests import (
    APPROVED,
    REJECTED,
    PromotionAnswer,
    PromotionRequest,
    add_request,
    open_requests,
    put_answer,
)
from xiezhi.store.promotions import ROLLED_BACK, Promotion, current, history, standing
from xiezhi.store.promotions import promote as append
from xiezhi.store.users import User

MAY_REQUEST: Final = frozenset({"scientist", "supervisor", "administrator"})
MAY_APPROVE: Final = frozenset({"supervisor", "administrator"})


def put_request(
    store: Store, bundle: Bundle, shown: Mapping[str, Any], *, by: User, at: Moment
) -> PromotionRequest:
    """Ask that `bundle`, which lies in the home, may screen; kept with what both persons are `shown`.

    Raises NotPermitted, Conflict where the same is asked already.
    """
    require_role(by, MAY_REQUEST)
    with store.write() as connection:
        held = current(connection)
        replaces = 0 if held is None else held.number
        request = PromotionRequest(at, by.name, bundle.version, bundle.digest, replaces, shown)
        if any((r.digest, r.replaces) == (request.digest, replaces) for r in open_requests(connection)):
            raise Conflict(
                f"模型 {bundle.version} 已有人申请启用，等待批准。",
                f"That model {bundle.version} may screen is asked for already and waits for approval.",
                code="promotion-requested",
            )
        add_request(connection, request)
    return request


def approve(
    store: Store, settings: Settings, request: PromotionRequest, *, by: User, at: Moment
) -> Promotion:
    """Let the model of `request` screen from now on.

    Raises NotPermitted for another role or for the one who asked, BundleError where the files are not
    those the request was made for, Conflict where it is answered or another model came between.
    """
    require_role(by, MAY_APPROVE)
    if by.name == request.requested_by:
        raise NotPermitted("申请人不得批准自己的申请。", "Who asked may not approve.", code="own-request")
    if load(bundle_folder(settings, request.model_version)).digest != request.digest:
        raise BundleError(
            f"模型 {request.model_version} 的文件不是申请时的文件。",
            f"The files of model {request.model_version} are not those the request was made for.",
            code="bundle-damaged",
        )
    promotion = Promotion(at, by.name, request.model_version, request.digest, request_no=request.number)
    with store.write() as connection:
        _answer(connection, PromotionAnswer(request.number, APPROVED, at, by.name, ""))
        take_effect(connection, promotion, follows=request.replaces)
    return promotion


def reject(store: Store, request: PromotionRequest, reason: str, *, by: User, at: Moment) -> None:
    """Refuse `request` for `reason`, or take back one's own. Raises NotPermitted, Conflict."""
    if by.name != request.requested_by:
        require_role(by, MAY_APPROVE)
    with store.write() as connection:
        _answer(connection, PromotionAnswer(request.number, REJECTED, at, by.name, reason))


def find_request(store: Store, version: str | None = None, number: int | None = None) -> PromotionRequest:
    """The newest open request, for bundle `version` or of this `number` where one is given. Raises NotFound."""
    with store.read() as connection:
        waiting = open_requests(connection)
    found = [r for r in waiting if version in (None, r.model_version) and number in (None, r.number)]
    if not found:
        raise NotFound(
            "没有等待批准的申请；请查看 xiezhi promotions。",
            "No request waits for approval; look at `xiezhi promotions`.",
            code="no-request",
        )
    return found[-1]


def roll_back(store: Store, settings: Settings, reason: str, *, by: User, at: Moment) -> Promotion:
    """Let the promotion before hold again, at once; once more goes one further back.

    One person suffices: two have approved that model before. Raises NotPermitted, NotFound where nothing was before,
    BundleError where its files are damaged, Conflict when somebody else was quicker.
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
        append(connection, back, follows=past[-1].number)
    return back


def take_effect(connection: Connection, promotion: Promotion, *, follows: int | None = None) -> None:
    """Append `promotion`; a challenger that is promoted challenges no longer. Raises Conflict."""
    append(connection, promotion, follows=follows)
    challenge = current_challenge(connection)
    if challenge is not None and challenge.digest == promotion.digest:
        at, by = promotion.promoted_at, promotion.promoted_by
        add_challenge(connection, Challenge(ENDED, at, by, challenge.model_version, challenge.digest))


def summarise(bundle: Bundle) -> dict[str, Any]:
    """What of a bundle the persons who decide are shown, as plain JSON types."""
    return {
        "model_version": bundle.version,
        "digest": bundle.digest,
        "trained_as_of": format_moment(bundle.trained_as_of, bundle.zone),
        "rules_version": bundle.rules_version,
        "data_sha256": bundle.lineage.get("data_sha256"),
        "counts": bundle.lineage.get("counts"),
        "figures": bundle.card.get("figures"),
    }


def _answer(connection: Connection, answer: PromotionAnswer) -> None:
    if not put_answer(connection, answer):
        raise Conflict(
            "该申请已经答复；请查看 xiezhi promotions。",
            "The request is answered already; look at `xiezhi promotions`.",
            code="request-answered",
        )
