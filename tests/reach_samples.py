"""A home of two courts, and accounts bound to one or to none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from serving_samples import NOW, loan, promote_toy
from sqlalchemy import insert
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.app import build_app
from serving.parts import Parts
from serving.screening.one import screen_and_keep
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.security import hosts_for
from xiezhi.accounts.administer import add_user, set_courts
from xiezhi.clock import DAY, SECOND
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.tables import claim_relations
from xiezhi.store.users import User

PASSWORD = "four plain words here"
ROOT = User("root", "root", frozenset({"administrator"}))
API = "/api/v1"
OURS, THEIRS = "甘0702", "甘0602"
PEOPLE = {
    "li": ("reviewer", OURS),
    "wang": ("reviewer", THEIRS),
    "zhang": ("reviewer", ""),
    "zhao": ("presiding_judge", OURS),
    "sun": ("supervisor", OURS),
    "zhou": ("supervisor", THEIRS),
    "clerk": ("clerk", OURS),
    "all": ("supervisor", ""),
}  # fmt: skip"""Name -> role, and the court the account is bound to; none: all."""


@dataclass
class Home:
    """A home of two courts; `flags`: filing id -> id of its score."""

    store: Store
    parts: Parts
    flags: dict[str, str]
    enter: Callable[[str], TestClient]


def open_home(store: Store, filings: list[dict[str, Any]]) -> Home:
    """Accounts of PEOPLE and these filings screened."""
    settings = Settings()
    add_user(store, "root", display_name="root", roles=["administrator"], password=PASSWORD, by=None, at=1)
    for name, (role, court) in PEOPLE.items():
        add_user(store, name, display_name=name, roles=[role], password=PASSWORD, by=ROOT, at=2)
        set_courts(store, name, [court] if court else [], by=ROOT, at=3)
    screener, ticks = load_screener(store, settings), count(NOW + DAY, SECOND)
    flags = {
        one["filing_id"]: screen_and_keep(
            store, screener, parse_filing(one, settings), source="test", scored_at=NOW + place * SECOND
        )[0].screening_id
        for place, one in enumerate(filings)
    }
    parts = Parts(store, settings, PromotedModel(store, settings), lambda: next(ticks))
    app = build_app(store, settings, parts.model, hosts=hosts_for("127.0.0.1"), clock=parts.now)

    def enter(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 303
        return client

    return Home(store, parts, flags, enter)


def two_courts(store: Store) -> Home:
    """A series of four flags, two of each court, theirs the older."""
    promote_toy(store, Settings())
    courts = {"T-001": THEIRS, "T-002": THEIRS, "O-001": OURS, "O-002": OURS}
    made = open_home(
        store,
        [
            loan(
                name,
                f"2026-11-0{day}T09:00",
                3_000_000,
                court=court,
                case_number=f"(2026){court}民初{name}号",
            )
            for day, (name, court) in enumerate(courts.items(), 1)
        ],
    )
    first, *others = courts
    with store.write() as connection:
        rows = [
            {"filing_id": name, "other_filing_id": first, "kind": "series", "score": 1.0, "evidence": "{}"}
            for name in others
        ]
        connection.execute(insert(claim_relations), rows)
    return made


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def ids(answer: Any) -> set[str]:
    return {row["filing_id"] for row in answer.json()["items"]}
