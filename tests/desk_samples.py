"""A desk that knows a lender's series, one claim filed twice, and a plaintiff nobody is sure of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from serving_samples import NOW, loan, promote_toy
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.app import build_app
from serving.parts import Parts
from serving.screening.one import screen_and_keep
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.security import hosts_for
from xiezhi.clock import DAY, Moment
from xiezhi.settings import Settings
from xiezhi.store import Store

FACTS = (
    "被告因资金周转于2025年3月1日向原告借款{amount}元，约定月息一分五，出具借条一张，借期届满后经原告多次催要，"
    "被告至今分文未还，故诉至法院，请求依法判令被告偿还借款本金及利息。"
)
DEBTORS = "川山水木火土"
TEMPLATE_FILINGS = len(DEBTORS)


def suit(filing_id: str, filed_at: str, amount: float, defendant: str, **more: Any) -> dict[str, Any]:
    """周明礼 sues somebody on his form."""
    filing = loan(filing_id, filed_at, amount, facts=FACTS.format(amount=amount), **more)
    filing["parties"][1] = {"party_id": "p2", "role": "defendant", "kind": "person", "name": defendant}
    return filing


def known_filings() -> Iterator[dict[str, Any]]:
    """The lender's series, F-000 to F-005, and the last claim of it once more, F-006."""
    for number, letter in enumerate(DEBTORS):
        yield suit(f"F-00{number}", f"2026-11-{number + 1:02}T09:00", 80_000 * (number + 1), f"刘小{letter}")
    yield suit("F-006", "2026-11-10T09:00", 80_000 * TEMPLATE_FILINGS, f"刘小{DEBTORS[-1]}")


def unsure_filing(filing_id: str = "F-007") -> dict[str, Any]:
    """A plaintiff of half the name, with the phone and the address of 周明礼: the linker asks."""
    filing = loan(filing_id, "2026-11-20T09:00", 50_000, facts="借款未还。", agents=[])
    plaintiff = {"name": "周明", "phone": "13800138000", "address": "张掖市甘州区西大街1号"}
    filing["parties"] = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", **plaintiff},
        {"party_id": "p2", "role": "defendant", "kind": "person", "name": "马小云"},
    ]
    return filing


def keep_known(
    store: Store, *more: dict[str, Any], latest: int = 0, rules_only: bool = False
) -> dict[str, str]:
    """Screen what the desk knows (its `latest` alone, where so many will do) and `more`; ids of scores by filing id."""
    settings = Settings()
    if not rules_only:
        promote_toy(store, settings)
    screener = load_screener(store, settings)
    return {
        filing["filing_id"]: screen_and_keep(
            store, screener, parse_filing(filing, settings), source="test", scored_at=NOW
        )[0].screening_id
        for filing in (*list(known_filings())[-latest:], *more)
    }


def ticking(since: Moment = NOW) -> Callable[[], Moment]:
    """A clock that moves with every look."""
    ticks = count(since + 1)
    return lambda: next(ticks)


def open_desk(store: Store, language: str = "en") -> TestClient:
    """A clerk's browser in a home without accounts."""
    settings = Settings()
    app = build_app(
        store, settings, PromotedModel(store, settings), hosts=hosts_for("127.0.0.1"), clock=ticking()
    )
    return TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": language})


def parts_of(store: Store) -> Parts:
    """What use cases work with, a day later."""
    settings = Settings()
    return Parts(store, settings, PromotedModel(store, settings), ticking(NOW + DAY))
