"""The audit trail in the store: appended in the transaction of what it tells, read in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, func, insert, select, text

from xiezhi.audit.chain import EMPTY, Act, Entry, Head, digest_of, follow
from xiezhi.clock import Moment
from xiezhi.store.advisory import APPENDING
from xiezhi.store.tables import (
    audit_entries,
    case_attachments,
    case_checks,
    case_notes,
    challenges,
    contest_answers,
    contests,
    corrections,
    decision_details,
    decisions,
    desk_steps,
    doubts,
    draws,
    erasures,
    issued_sheets,
    judgements,
    opinions,
    policies,
    policy_acts,
    promotion_answers,
    promotion_requests,
    promotions,
    proposal_answers,
    recusals,
    referrals,
    review_acts,
    review_policies,
    screenings,
    shown_lists,
    time_off,
    user_changes,
    watch_entries,
)

ERASED_ROW = "erased"
"""The action of an entry that says what a row is since something was erased from it; its subject is `action:subject`."""

MACHINE = "xiezhi"
"""The actor of what the program does by itself, such as scoring."""


class Told(NamedTuple):
    """A table whose rows the trail tells of, and the column that names a row."""

    table: Table
    subject: Column[Any]


TOLD: Mapping[str, Told] = MappingProxyType(
    {
        "score": Told(screenings, screenings.c.screening_id),
        "decision": Told(decisions, decisions.c.decision_id),
        "judgement": Told(judgements, judgements.c.judgement_no),
        "proposal_answer": Told(proposal_answers, proposal_answers.c.answer_no),
        "watch_entry": Told(watch_entries, watch_entries.c.digest),
        "promotion": Told(promotions, promotions.c.promotion_no),
        "promotion_request": Told(promotion_requests, promotion_requests.c.request_no),
        "promotion_answer": Told(promotion_answers, promotion_answers.c.request_no),
        "challenge": Told(challenges, challenges.c.challenge_no),
        "policy": Told(policies, policies.c.policy_no),
        "policy_act": Told(policy_acts, policy_acts.c.act_no),
        "erasure": Told(erasures, erasures.c.erasure_no),
        "user_change": Told(user_changes, user_changes.c.change_no),
        "desk_step": Told(desk_steps, desk_steps.c.entry_no),
        "doubt": Told(doubts, doubts.c.doubt_no),
        "note": Told(case_notes, case_notes.c.note_id),
        "attachment": Told(case_attachments, case_attachments.c.attachment_id),
        "check": Told(case_checks, case_checks.c.check_id),
        "sheet": Told(issued_sheets, issued_sheets.c.code),
        "review_act": Told(review_acts, review_acts.c.act_no),
        "draw": Told(draws, draws.c.draw_no),
        "decision_detail": Told(decision_details, decision_details.c.decision_id),
        "opinion": Told(opinions, opinions.c.opinion_no),
        "referral": Told(referrals, referrals.c.referral_no),
        "recusal": Told(recusals, recusals.c.recusal_no),
        "time_off": Told(time_off, time_off.c.off_no),
        "review_policy": Told(review_policies, review_policies.c.policy_no),
        "correction": Told(corrections, corrections.c.correction_id),
        "contest": Told(contests, contests.c.contest_id),
        "contest_answer": Told(contest_answers, contest_answers.c.answer_no),
        "saw_list": Told(shown_lists, shown_lists.c.list_no),
    }
)
"""What is told, by action: scores given, decisions, changes of links, lists and models, and what is laid beside a case."""

_AT_ONCE = 5_000


def head_of(connection: Connection) -> Head:
    """Where the trail ends."""
    row = connection.execute(_HEAD).first()
    return EMPTY if row is None else Head(*row)


_HEAD = (
    select(audit_entries.c.entry_no, audit_entries.c.digest)
    .order_by(audit_entries.c.entry_no.desc())
    .limit(1)
)


def append_acts(connection: Connection, acts: Sequence[Act]) -> None:
    """Append `acts` in this order. Whoever else appends waits until this transaction ends."""
    if not acts:
        return
    lock_trail(connection)
    head, rows = head_of(connection), []
    for act in acts:
        entry = follow(head, act)
        rows.append(asdict(entry))
        head = entry.head
    connection.execute(insert(audit_entries), rows)


def lock_trail(connection: Connection) -> None:
    """Wait until nobody else appends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": APPENDING})


def tell(
    connection: Connection, action: str, rows: Sequence[Mapping[str, Any]], *, at: Moment, actor: str
) -> None:
    """Append that `rows` were kept in the table of `action`, by column name; a column left out is null."""
    subject = TOLD[action].subject.name
    acts = [Act(at, actor, action, str(row[subject]), content_of(action, row)) for row in rows]
    append_acts(connection, acts)


def retell(
    connection: Connection, action: str, rows: Sequence[Mapping[str, Any]], *, at: Moment, actor: str
) -> None:
    """Append what `rows`, told of before, are since `actor` erased something from them: all of their columns."""
    subject = TOLD[action].subject.name
    acts = [Act(at, actor, ERASED_ROW, f"{action}:{row[subject]}", content_of(action, row)) for row in rows]
    append_acts(connection, acts)


def contents_since_erased(connection: Connection) -> dict[tuple[str, str], str]:
    """(action, subject) of the rows something was erased from -> the digest of each as it is since."""
    c = audit_entries.c
    query = select(c.subject, c.content).where(c.action == ERASED_ROW).order_by(c.entry_no)
    found: dict[tuple[str, str], str] = {}
    for told, content in connection.execute(query):
        action, _, subject = told.partition(":")
        found[action, subject] = content
    return found


def keep_told(
    connection: Connection, action: str, row: Mapping[str, Any], *, at: Moment, actor: str
) -> dict[str, Any]:
    """Insert `row` into the table of `action` and tell of it; the row with the number the store gave it."""
    table, subject = TOLD[action]
    made = connection.execute(insert(table).values(dict(row))).inserted_primary_key
    assert made is not None, "one row was put in"
    kept = dict(row) | {subject.name: made[0]}
    tell(connection, action, [kept], at=at, actor=actor)
    return kept


def seen_by(connection: Connection, screening_ids: Sequence[str]) -> dict[str, set[str]]:
    """Who was shown each of these scores, by screening id; those nobody saw are left out."""
    c = audit_entries.c
    query = select(c.subject, c.actor).where(c.action == "saw", c.subject.in_(screening_ids)).distinct()
    found: dict[str, set[str]] = {}
    for subject, actor in connection.execute(query):
        found.setdefault(subject, set()).add(actor)
    return found


def content_of(action: str, row: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a row of the table of `action`, but for numbers that only the database gives."""
    table, subject = TOLD[action]
    names = [c.name for c in table.columns if c is subject or not c.primary_key]
    return digest_of({name: row.get(name) for name in names})


def count_entries(connection: Connection) -> int:
    """How many entries there are."""
    return int(connection.execute(select(func.count()).select_from(audit_entries)).scalar_one())


def read_entries(connection: Connection, after: int = 0) -> Iterator[Entry]:
    """The trail in order, from the entry after number `after` on."""
    while True:
        query = select(audit_entries).where(audit_entries.c.entry_no > after)
        rows = connection.execute(query.order_by(audit_entries.c.entry_no).limit(_AT_ONCE)).all()
        if not rows:
            return
        for row in rows:
            yield Entry(**row._mapping)
        after = rows[-1].entry_no


class Wanted(NamedTuple):
    """Which entries: of this actor, action, subject, done in [since, before); None is any."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: Moment | None = None
    before: Moment | None = None


def find_entries(connection: Connection, wanted: Wanted, below: int | None, most: int) -> list[Entry]:
    """At most `most` entries `wanted`, of numbers less than `below`, the newest first."""
    c = audit_entries.c
    query = select(audit_entries).order_by(c.entry_no.desc()).limit(most)
    for column, value in ((c.actor, wanted.actor), (c.action, wanted.action), (c.subject, wanted.subject)):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(c.at >= wanted.since)
    if wanted.before is not None:
        query = query.where(c.at < wanted.before)
    if below is not None:
        query = query.where(c.entry_no < below)
    return [Entry(**row._mapping) for row in connection.execute(query)]


def actions_told(connection: Connection) -> list[str]:
    """The actions the trail tells of."""
    return sorted(connection.execute(select(audit_entries.c.action).distinct()).scalars())


def newest_entries(connection: Connection, most: int, subject: str | None = None) -> list[Entry]:
    """At most `most` entries (of one subject), the newest last."""
    query = select(audit_entries)
    if subject is not None:
        query = query.where(audit_entries.c.subject == subject)
    rows = connection.execute(query.order_by(audit_entries.c.entry_no.desc()).limit(most))
    return [Entry(**row._mapping) for row in rows][::-1]
