"""What parties contest (异议) and what was answered: both appended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from sqlalchemy import Connection, and_, exists, insert, or_, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told, tell
from xiezhi.store.filings import in_chunks, is_within
from xiezhi.store.tables import contest_answers, contests

About = Literal["link", "fact", "flag"]
ABOUTS: tuple[str, ...] = get_args(About)
Outcome = Literal["upheld", "not_upheld"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Contest:
    """Party `party_id` of a filing contests a link, a fact or a flag; `recorded_by` wrote it down.

    subject: of a link the record (party or agent) it is about, of a flag its screening id, of a fact empty.
    """

    contest_id: str
    filing_id: str
    made_at: Moment
    recorded_by: str
    party_id: str
    about: About
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ContestAnswer:
    """What was answered, by whom and why."""

    contest_id: str
    answered_at: Moment
    answered_by: str
    outcome: Outcome
    reason: str


def add_contest(connection: Connection, made: Contest) -> None:
    """Append."""
    row = asdict(made)
    connection.execute(insert(contests).values(row))
    tell(connection, "contest", [row], at=made.made_at, actor=made.recorded_by)


def add_contest_answer(connection: Connection, made: ContestAnswer) -> None:
    """Append. Whether it may follow the one before is the caller's business."""
    row = asdict(made)
    keep_told(connection, "contest_answer", row, at=made.answered_at, actor=made.answered_by)


def get_contest(connection: Connection, contest_id: str) -> Contest | None:
    """The contest with this id, or None."""
    row = connection.execute(select(contests).where(contests.c.contest_id == contest_id)).first()
    return None if row is None else Contest(**row._mapping)


def contests_of(connection: Connection, filing_id: str) -> list[Contest]:
    """What is contested in a filing, oldest first."""
    query = select(contests).where(contests.c.filing_id == filing_id)
    rows = connection.execute(query.order_by(contests.c.made_at, contests.c.contest_id))
    return [Contest(**row._mapping) for row in rows]


def open_contests(
    connection: Connection,
    most: int,
    after: tuple[Moment, str] | None = None,
    courts: Collection[str] = (),
) -> list[Contest]:
    """At most `most` contests nobody answered, oldest first; after the one made then with this id, of filings of
    `courts` (none: of all)."""
    c = contests.c
    answered = exists().where(contest_answers.c.contest_id == contests.c.contest_id)
    query = select(contests).where(~answered, is_within(c.filing_id, courts))
    query = query.order_by(c.made_at, c.contest_id).limit(most)
    if after is not None:
        at, last = after
        query = query.where(or_(c.made_at > at, and_(c.made_at == at, c.contest_id > last)))
    return [Contest(**row._mapping) for row in connection.execute(query)]


def answers_of(connection: Connection, contest_ids: Sequence[str]) -> dict[str, ContestAnswer]:
    """Contest id -> its newest answer, of those that were answered."""
    found: dict[str, ContestAnswer] = {}
    columns = [contest_answers.c[name] for name in ContestAnswer.__dataclass_fields__]
    for chunk in in_chunks(contest_ids):
        query = select(*columns).where(contest_answers.c.contest_id.in_(chunk))
        for row in connection.execute(query.order_by(contest_answers.c.answer_no)):
            found[row.contest_id] = ContestAnswer(*row)
    return found
