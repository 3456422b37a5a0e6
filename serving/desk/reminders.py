"""What was filed before (重复与系列提醒), told before docketing. A reminder is no ground to refuse or delay a filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection

from features.link.claims.account import ClaimAccount, account_for
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.claim_relations import series_before
from xiezhi.store.filings import get_filings

Kind = Literal["same_claim", "refiled", "split", "appeal", "series"]

ORDER: Final[tuple[Kind, ...]] = ("same_claim", "refiled", "split", "appeal", "series")
"""The narrower first: a claim filed twice says more than a form used often."""

MOST_COUNTED = 100
"""Filings of a series counted; beyond, "at least": a bank's form has no end, and the number says no more."""

MOST_LINKED = 10
"""Earlier filings a reminder links to, the latest; the count beside them says how many there are."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier filing as the page names it."""

    filing_id: str
    reference: str
    filed_at: Moment
    court: str
    cause: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing told of the claim (提醒): `count` earlier filings, or more where `at_least`.

    by_agent: of a series, no plaintiff but an agent files them. other_court: one of those named lies with another court.
    institution: kind of mass filer the plaintiff of a series is, by its name; empty if none.
    """

    kind: Kind
    count: int
    earlier: tuple[Earlier, ...]
    at_least: bool = False
    by_agent: bool = False
    other_court: bool = False
    institution: str = ""


def read_reminders(connection: Connection, store: Store, filing: Filing) -> tuple[Reminder, ...]:
    """What the store tells of earlier filings of this one's claim; nothing while it is not linked."""
    try:
        account = account_for(connection, filing.filing_id)
    except NotFound:
        return ()
    related = _related(account, filing)
    related["series"] = series_before(connection, filing.filing_id, MOST_COUNTED)
    named = _name(connection, store, [i for ids in related.values() for i in ids[:MOST_LINKED]])
    return tuple(_warn(kind, related[kind], named, account, filing) for kind in ORDER if related[kind])


def _related(account: ClaimAccount, filing: Filing) -> dict[Kind, list[str]]:
    """Ids of earlier filings by kind, the latest first; a step of the dispute carried on is told as that."""
    related: dict[Kind, list[str]] = {kind: [] for kind in ORDER}
    for relation in account.relations:
        for kind in ORDER:
            if kind == relation.kind and not relation.later:
                related[kind].append(relation.filing_id)
    told = {i for ids in related.values() for i in ids}
    before = [
        one for one in account.filings
        if (one.filed_at, one.filing_id) < (filing.filed_at, filing.filing_id) and one.filing_id not in told
    ]  # fmt: skip
    before.sort(key=lambda one: one.filed_at, reverse=True)
    related["same_claim"] = [one.filing_id for one in before]
    return related


def _warn(
    kind: Kind, ids: Sequence[str], named: dict[str, Earlier], account: ClaimAccount, filing: Filing
) -> Reminder:
    earlier = tuple(named[i] for i in ids[:MOST_LINKED] if i in named)
    other_court = any(one.court != filing.court for one in earlier)
    if kind != "series":
        return Reminder(kind, len(ids), earlier, other_court=other_court)
    agreed = [
        one.evidence.get("agree", ()) for one in account.relations if one.kind == "series" and not one.later
    ]
    return Reminder(
        kind,
        len(ids),
        earlier,
        at_least=len(ids) >= MOST_COUNTED,
        by_agent=not any("plaintiff" in agree for agree in agreed),
        other_court=other_court,
        institution=account.form.institution if account.form is not None else "",
    )


def _name(connection: Connection, store: Store, filing_ids: list[str]) -> dict[str, Earlier]:
    stored = get_filings(connection, store.vault, filing_ids)
    return {
        key: Earlier(
            key, one.filing.case_number or key, one.filing.filed_at, one.filing.court, one.filing.cause
        )
        for key, one in stored.items()
    }
