"""A bench of people over a few screened filings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from serving_samples import NOW, loan, promote_toy
from sqlalchemy import insert

from features.intake.schema import parse_filing
from serving.review.reviewer import Reviewer
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.accounts.administer import add_user
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import put_filings
from xiezhi.store.screenings import Screening, put_screenings
from xiezhi.store.tables import claim_relations
from xiezhi.store.users import User

PASSWORD = "four plain words here"
REVIEW, NOTICE, NOTHING = 3_000_000.0, 300_000.0, 50.0

BENCH: Mapping[str, tuple[str, ...]] = {
    "li": ("reviewer",), "wang": ("reviewer",), "zhao": ("presiding_judge",), "qian": ("presiding_judge",),
    "sun": ("supervisor",),
}  # fmt: skip


def open_bench(store: Store, names: Iterable[str] = BENCH) -> dict[str, Reviewer]:
    """Accounts for these people (after an administrator's), as reviewers."""
    root = User("root", "root", frozenset({"administrator"}))
    add_user(store, "root", display_name="root", roles=["administrator"], password=PASSWORD, by=None, at=1)
    for name in names:
        add_user(store, name, display_name=name, roles=BENCH[name], password=PASSWORD, by=root, at=2)
    return {name: Reviewer(name, name, frozenset(BENCH[name]), alone=False) for name in names}


def screen(store: Store, amounts: Mapping[str, float], *, audit_rate: float = 0.0) -> dict[str, str]:
    """Screen filings of these ids and amounts, a minute apart; filing id -> screening id."""
    promote_toy(store, Settings(), audit_rate=audit_rate)
    screener = load_screener(store, Settings())
    return {
        name: screen_and_keep(
            store,
            screener,
            parse_filing(
                loan(
                    name,
                    f"2026-11-{1 + place % 20:02}T09:{place // 20:02}",
                    amount,
                    facts=f"各自不同的事实{place}" * 3,
                ),
                Settings(),
            ),
            source="test",
            scored_at=NOW + place * 60_000_000,
        )[0].screening_id
        for place, (name, amount) in enumerate(amounts.items())
    }


def flag(store: Store, *filing_ids: str, band: str = "review", audit: float | None = None) -> list[str]:
    """Filings with a score in `band`, put straight into the store, a minute apart; ids of the scores."""
    rows, scores = [], []
    for place, name in enumerate(filing_ids):
        filing = parse_filing(loan(name, "2026-11-02T09:00", REVIEW), Settings())
        at = NOW + place * 60_000_000
        rows.append((filing, "loan", "test"))
        told = {"reasons": [], "steps": [], "links": [], "risk": 0.5, "band": band, "filing_id": name}
        told |= {"scored_at": "2026-11-23T10:00:00+08:00", "model_version": "m", "rules_version": "r"}
        if audit is not None:
            told["audit"] = audit
        scores.append(Screening(f"s-{name}", name, at, at, "filed", "m", "r", 0.5, 0.0, band, told, {}))
    with store.write() as connection:
        put_filings(connection, store.vault, rows, NOW)
        put_screenings(connection, scores, NOW)
    return [score.screening_id for score in scores]


def relate(store: Store, *filing_ids: str) -> None:
    """Make these filings a series."""
    first, *others = filing_ids
    rows = [
        {"filing_id": other, "other_filing_id": first, "kind": "series", "score": 1.0, "evidence": "{}"}
        for other in others
    ]
    with store.write() as connection:
        connection.execute(insert(claim_relations), rows)
