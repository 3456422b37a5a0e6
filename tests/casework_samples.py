"""A court in which 周明礼 sues 陈大海 again and again, and a bank is owed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from serving_samples import NOW, loan, promote_toy
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.app import build_app
from serving.casework.reading import Casework, read_casework
from serving.review.case import Case, read_case
from serving.screening.one import screen_and_keep
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.security import hosts_for
from xiezhi.clock import DAY
from xiezhi.records import Event
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.happenings import put_events
from xiezhi.store.screenings import Screening

RARE = "䶮𠮷"
"""One character of extension A, one beyond the basic plane."""

FACTS = (
    "2025年{month}月5日，被告因生意周转向原告借款{amount}元，以现金交付，双方约定半年内还清，被告出具借条一张。"
    "到期后原告多次催要，被告以各种理由推托，至今分文未还。为维护原告合法权益，特诉至贵院，望判如所请。"
)


def told(filing_id: str, filed_at: str, amount: int, month: int, **more: Any) -> dict[str, Any]:
    return loan(filing_id, filed_at, amount, facts=FACTS.format(month=month, amount=amount), **more)


def bank(filing_id: str, filed_at: str) -> dict[str, Any]:
    """The bank sues the same defendant on a loan of its own."""
    filing = loan(filing_id, filed_at, 900_000, cause="金融借款合同纠纷", agents=[])
    filing["facts"] = "被告向原告申请经营贷款后未按期归还本息，经原告书面催收未果，请求依法判令。"
    filing["parties"] = [
        {
            "party_id": "p1",
            "role": "plaintiff",
            "kind": "organization",
            "name": "张掖甘州农村商业银行股份有限公司",
        },
        filing["parties"][1],
    ]
    return filing


def fill(store: Store) -> Screening:
    """Two earlier suits of the pair, the bank's, the case F-003 and one filed after it; the score of F-003."""
    settings = Settings()
    promote_toy(store, settings)
    screener = load_screener(store, settings)

    def put(filing: dict[str, Any]) -> Screening:
        return screen_and_keep(store, screener, parse_filing(filing, settings), source="test", scored_at=NOW)[
            0
        ]

    put(told("F-001", "2026-03-01T09:00", 80_000, 3))
    put(told("F-002", "2026-04-01T09:00", 90_000, 4))
    put(bank("B-001", "2026-05-01T09:00"))
    case = told("F-003", "2026-11-10T09:00", 3_000_000, 9)
    case["parties"].append({"party_id": "p3", "role": "third_party", "kind": "person", "name": RARE})
    screening = put(case)
    put(told("F-004", "2026-11-12T09:00", 70_000, 9))
    with store.write() as connection:
        events = [
            Event("F-001", NOW - 200 * DAY, "mediated", NOW - 199 * DAY),
            Event("F-002", NOW - 150 * DAY, "withdrawn", NOW - 149 * DAY),
            # The court learned of it after F-003 was filed.
            Event("B-001", NOW - 100 * DAY, "enforcement_closed_paid", NOW - DAY),
        ]
        put_events(connection, [(event, "test") for event in events], NOW)
    return screening


def opened(store: Store, filing_id: str = "F-003") -> tuple[Case, Casework]:
    case = read_case(store, filing_id)
    return case, read_casework(store, Settings(), case)


def client_of(store: Store) -> TestClient:
    """A browser of a home without accounts."""
    ticks: Iterator[int] = count(NOW + 10)
    model = PromotedModel(store, Settings())
    app = build_app(store, Settings(), model, hosts=hosts_for("127.0.0.1"), clock=lambda: next(ticks))
    return TestClient(
        app, base_url="http://127.0.0.1", headers={"accept-language": ""}, follow_redirects=False
    )
