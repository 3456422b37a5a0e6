"""A party contests (当事人异议): recorded on its behalf, answered by a reviewer with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from sqlalchemy import Connection

from xiezhi.clock import Moment
from xiezhi.decisions import check_words
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.contests import (
    ABOUTS,
    OUTCOMES,
    About,
    Contest,
    ContestAnswer,
    Outcome,
    add_contest,
    add_contest_answer,
    answers_of,
    contests_of,
    get_contest,
    open_contests,
)
from xiezhi.store.filings import get_filing
from xiezhi.store.screenings import screenings_of


@dataclass(frozen=True)
class Contested:
    """A contest and its answer, if there is one."""

    contest: Contest
    answer: ContestAnswer | None


def record_contest(
    store: Store,
    filing_id: str,
    *,
    party_id: str,
    about: str,
    subject: str,
    text: str,
    by: str,
    at: Moment,
) -> Contest:
    """Put on record what a party contests. A flag means the score that holds now.

    Raises NotFound for no such filing, InputError where a name, the party, the thing or the words are missing.
    """
    by, text = check_words(by, text)
    with store.write() as connection:
        stored = get_filing(connection, store.vault, filing_id)
        if stored is None:
            raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
        parties = {party.party_id for party in stored.filing.parties}
        if about not in ABOUTS or party_id not in parties:
            raise InputError(
                "请选择提出异议的当事人和异议的对象（关联、事实或提示）。",
                "Choose the party who contests, and what: a link, a fact or a flag.",
                code="contest-what",
            )
        records = parties | {agent.agent_id for agent in stored.filing.agents}
        subject = _subject(connection, filing_id, about, subject or party_id, records)
        made = Contest(uuid4().hex, filing_id, at, by, party_id, cast("About", about), subject, text)
        add_contest(connection, made)
    return made


def _subject(connection: Connection, filing_id: str, about: str, subject: str, records: set[str]) -> str:
    if about == "fact":
        return ""
    if about == "link":
        if subject not in records:
            raise InputError(
                "请写明是谁的关联：本案的当事人或代理人。",
                "Say whose link: a party or an agent of this filing.",
                code="contest-what",
            )
        return subject
    every = screenings_of(connection, filing_id)
    if not every:
        raise InputError("此案未经筛查。", "This filing has not been screened.", code="contest-what")
    return every[0].screening_id


def answer_contest(
    store: Store, contest_id: str, *, outcome: str, reason: str, by: str, at: Moment
) -> ContestAnswer:
    """Answer a contest. Raises NotFound, InputError; Conflict where it was answered."""
    by, reason = check_words(by, reason)
    if outcome not in OUTCOMES:
        raise InputError(
            "请选择异议成立或不成立。", "Say whether the contest is upheld.", code="contest-outcome"
        )
    with store.write() as connection:
        lock_trail(connection)  # of two answers at once the later one sees the other
        if get_contest(connection, contest_id) is None:
            raise NotFound("没有这项异议。", "There is no such contest.", code="no-contest")
        if answers_of(connection, [contest_id]):
            raise Conflict("这项异议已经答复。", "This contest is answered already.", code="answered")
        made = ContestAnswer(contest_id, at, by, cast("Outcome", outcome), reason)
        add_contest_answer(connection, made)
    return made


def contested(connection: Connection, filing_id: str) -> list[Contested]:
    """What is contested in a filing with the answers, oldest first."""
    made = contests_of(connection, filing_id)
    answers = answers_of(connection, [contest.contest_id for contest in made])
    return [Contested(contest, answers.get(contest.contest_id)) for contest in made]


def read_open(
    store: Store, most: int, after: tuple[Moment, str] | None = None, courts: Collection[str] = ()
) -> list[Contested]:
    """At most `most` contests nobody answered, oldest first; after the one made then with this id, of filings of
    `courts` (none: of all)."""
    with store.read() as connection:
        return [Contested(contest, None) for contest in open_contests(connection, most, after, courts)]
