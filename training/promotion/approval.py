"""A promotion under two persons' eyes (双人审批): one asks for it, another one approves it."""

from __future__ import annotations

from sqlalchemy import Connection

from training.promotion.evidence import gather_evidence
from training.promotion.promote import bring_home, take_effect
from training.tracking import CHAMPION, mark
from xiezhi.accounts.roles import require_role
from xiezhi.bundle import bundle_folder, load
from xiezhi.clock import Moment
from xiezhi.errors import BundleError, Conflict, NotFound, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotion_requests import (
    APPROVED,
    REJECTED,
    PromotionAnswer,
    PromotionRequest,
    add_request,
    open_requests,
    put_answer,
)
from xiezhi.store.promotions import Promotion, current
from xiezhi.store.users import User

MAY_REQUEST = frozenset({"scientist", "supervisor", "administrator"})
MAY_APPROVE = frozenset({"supervisor", "administrator"})


def request_promotion(
    store: Store, settings: Settings, version: str | None, *, by: User, at: Moment
) -> PromotionRequest:
    """Ask that bundle `version` (the one trained last for None) may screen; kept with the figures it is asked on.

    Raises NotPermitted, NotFound, BundleError, Conflict where the same is asked already.
    """
    require_role(by, MAY_REQUEST)
    bundle = bring_home(settings, version)
    shown = gather_evidence(store, settings, bundle, at)
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
    mark(settings, CHAMPION, request.model_version)
    return promotion


def reject(store: Store, request: PromotionRequest, reason: str, *, by: User, at: Moment) -> None:
    """Refuse `request` for `reason`, or take back one's own. Raises NotPermitted, Conflict."""
    if by.name != request.requested_by:
        require_role(by, MAY_APPROVE)
    with store.write() as connection:
        _answer(connection, PromotionAnswer(request.number, REJECTED, at, by.name, reason))


def find_request(store: Store, version: str | None) -> PromotionRequest:
    """The open request for bundle `version`, the newest for None. Raises NotFound."""
    with store.read() as connection:
        waiting = open_requests(connection)
    found = [request for request in waiting if version in (None, request.model_version)]
    if not found:
        raise NotFound(
            "没有等待批准的申请；请查看 xiezhi promotions。",
            "No request waits for approval; look at `xiezhi promotions`.",
            code="no-request",
        )
    return found[-1]


def _answer(connection: Connection, answer: PromotionAnswer) -> None:
    if not put_answer(connection, answer):
        raise Conflict(
            "该申请已经答复；请查看 xiezhi promotions。",
            "The request is answered already; look at `xiezhi promotions`.",
            code="request-answered",
        )
