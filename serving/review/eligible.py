"""Who may be given a review (分派资格): courts, recusals, earlier deciders, time off, load."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from serving.review.reviewer import REVIEWERS
from xiezhi.accounts.reach import meet, within
from xiezhi.clock import Moment, to_datetime
from xiezhi.decisions import FINAL, REOPENED
from xiezhi.review_policy import ReviewPolicy
from xiezhi.store.absences import recusals_in_force, time_off_in_force
from xiezhi.store.audit import seen_by
from xiezhi.store.decisions import decisions_of, details_of, opinions_of
from xiezhi.store.links import links_of
from xiezhi.store.reviews import SECOND, acts_on_those_of, fold
from xiezhi.store.users import list_users
from xiezhi.store.work import Work

Barred = Mapping[str, str]
"""Reviewer -> why not: other_court, recused, earlier_decider, has_seen, time_off, load."""


@dataclass(frozen=True)
class Bench:
    """The reviewers there are and what bars them, read for some work at a moment.

    `reviewers`: each with the courts he is bound to; `recused`, `deciders`, `seen`: filing id -> reviewers; `away`:
    reviewers; `load`: reviewer -> reviews held.
    """

    reviewers: Mapping[str, frozenset[str]]
    recused: Mapping[str, frozenset[str]]
    deciders: Mapping[str, frozenset[str]]
    seen: Mapping[str, frozenset[str]]
    away: frozenset[str]
    load: Mapping[str, int]
    cap: int

    def bars(self, work: Work, reviewer: str) -> str | None:
        """Why `reviewer` may not be given `work`, or None."""
        if not within(self.reviewers.get(reviewer, ()), work.court):
            return "other_court"
        if reviewer in self.recused.get(work.filing_id, ()):
            return "recused"
        if reviewer in self.deciders.get(work.filing_id, ()):
            return "earlier_decider"
        if work.blind and reviewer in self.seen.get(work.filing_id, ()):
            return "has_seen"
        if reviewer in self.away:
            return "time_off"
        return "load" if self.load.get(reviewer, 0) >= self.cap else None

    def within(self, courts: Collection[str]) -> list[str]:
        """The reviewers who may be given a filing of one of `courts` (none: of any)."""
        return [name for name, own in self.reviewers.items() if meet(courts, own)]

    def sift(self, work: Work) -> tuple[tuple[str, ...], Barred]:
        """(eligible, sorted; barred)."""
        why = {name: self.bars(work, name) for name in self.reviewers}
        eligible = tuple(sorted(name for name, bar in why.items() if bar is None))
        return eligible, {name: bar for name, bar in why.items() if bar is not None}


def read_bench(
    connection: Connection, works: Sequence[Work], policy: ReviewPolicy, now: Moment, zone: str
) -> Bench:
    """The bench as it is for these works."""
    filing_ids = list(dict.fromkeys(work.filing_id for work in works))
    today = to_datetime(now, zone).date().isoformat()
    blind = {work.screening_id: work.filing_id for work in works if work.blind}
    saw = seen_by(connection, list(blind)) if blind else {}
    return Bench(
        reviewers={
            user.name: user.courts
            for user in list_users(connection)
            if user.disabled_at is None and user.roles & REVIEWERS
        },
        recused=read_recused(connection, filing_ids),
        deciders=read_deciders(connection, filing_ids, {w.filing_id for w in works if w.seat == SECOND}),
        seen={blind[screening]: frozenset(names) for screening, names in saw.items()},
        away=frozenset(
            off.reviewer for off in time_off_in_force(connection, today) if off.first_day <= today
        ),
        load=read_load(connection, now),
        cap=policy.load_cap,
    )


def read_recused(connection: Connection, filing_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Filing id -> who declared recusal for it, or for somebody who stands in it."""
    held = recusals_in_force(connection)
    if not held:
        return {}
    found: dict[str, set[str]] = {}
    entities = {recusal.subject for recusal in held if recusal.kind == "entity"}
    stands = links_of(connection, filing_ids) if entities else []
    for recusal in held:
        if recusal.kind == "filing":
            found.setdefault(recusal.subject, set()).add(recusal.reviewer)
    for link in stands:
        if link.entity_id in entities:
            who = {r.reviewer for r in held if r.kind == "entity" and r.subject == link.entity_id}
            found.setdefault(link.filing_id, set()).update(who)
    return {filing_id: frozenset(names) for filing_id, names in found.items()}


def read_deciders(
    connection: Connection, filing_ids: Sequence[str], seconds: Collection[str] = ()
) -> dict[str, frozenset[str]]:
    """Filing id -> who judged it before: not who asked for proof, and not who is to mend his own proposal, unless it is
    one of `seconds`, whose second review is given out."""
    found: dict[str, set[str]] = {}
    details = details_of(connection, filing_ids)
    pending: dict[str, list[str]] = {}
    for decision in decisions_of(connection, filing_ids):
        detail = details.get(decision.decision_id)
        actor = decision.decided_by if detail is None else detail.actor
        mine = pending.setdefault(decision.filing_id, [])
        mine.append(actor)
        if decision.decision in FINAL:  # whoever proposed or asked on the way had a part in it
            found.setdefault(decision.filing_id, set()).update(mine)
            mine.clear()
        elif decision.decision == REOPENED:
            mine.clear()
    for filing_id in seconds:
        found.setdefault(filing_id, set()).update(pending.get(filing_id, ()))
    for opinion in opinions_of(connection, filing_ids):
        found.setdefault(opinion.filing_id, set()).add(opinion.actor)
    return {filing_id: frozenset(names) for filing_id, names in found.items()}


def read_load(connection: Connection, now: Moment) -> dict[str, int]:
    """Reviewer -> reviews held; filings claimed or drawn in one act of time (a series) count once."""
    held: dict[str, set[tuple[Moment | None, str]]] = {}
    for (filing_id, seat), hold in fold(acts_on_those_of(connection, None)).items():
        person = hold.held_at(now)
        if person is not None:
            held.setdefault(person, set()).add((hold.since, "" if hold.until else f"{filing_id}/{seat}"))
    return {person: len(some) for person, some in held.items()}
