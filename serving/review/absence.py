"""Recusals (回避) and time off (休假): declared by the person or an overseer, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from serving.review.reviewer import OVERSEE, REVIEWERS, Reviewer
from xiezhi.accounts.reach import filings_within, meet
from xiezhi.clock import Moment
from xiezhi.decisions import check_reason
from xiezhi.errors import InputError, NotFound, NotPermitted
from xiezhi.store import Store
from xiezhi.store.absences import (
    DECLARED,
    ENDED,
    Recusal,
    TimeOff,
    add_recusal,
    add_time_off,
    recusals_in_force,
    time_off_in_force,
)
from xiezhi.store.audit import lock_trail
from xiezhi.store.filings import case_numbers_of, get_filings
from xiezhi.store.links import links_of
from xiezhi.store.mentions import mentions_of_entity
from xiezhi.store.users import User, list_users


def read_recusals(connection: Connection, by: Reviewer) -> list[Recusal]:
    """Recusals in force: one's own; for who oversees, of everybody from what is within his reach."""
    held = recusals_in_force(connection, None if by.may(OVERSEE) else [by.key])
    if not by.courts:
        return held
    filings = {
        r.recusal_no: [row.filing_id for row in mentions_of_entity(connection, r.subject)]
        if r.kind == "entity"
        else [r.subject]
        for r in held
    }
    reach = filings_within(connection, by.courts, {i for some in filings.values() for i in some})
    return [r for r in held if r.reviewer == by.key or not reach.isdisjoint(filings[r.recusal_no])]


def read_time_off(connection: Connection, by: Reviewer, today: str) -> list[TimeOff]:
    """Time off that is not over: one's own; for who oversees, of everybody he could give a filing to."""
    shown = {by.key, *(_colleagues(connection, by) if by.may(OVERSEE) else ())}
    return [one for one in time_off_in_force(connection, today) if one.reviewer in shown]


def declare_recusal(
    store: Store, *, filing_id: str, record_id: str, reviewer: str, reason: str, by: Reviewer, at: Moment
) -> Recusal:
    """`reviewer` may not judge a filing; with `record_id`, no filing of the party or agent who stands there under it.

    Declaring the same again keeps nothing twice. Raises NotFound, InputError, NotPermitted.
    """
    reason = check_reason(reason)
    with store.write() as connection:
        lock_trail(connection)
        _check_for_whom(reviewer, by, _reviewers(connection, by))
        there = filings_within(connection, by.courts, case_numbers_of(connection, [filing_id], at))
        if filing_id not in there:
            raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
        kind, subject = "filing", filing_id
        if record_id:
            linked = [
                link.entity_id for link in links_of(connection, [filing_id]) if link.record_id == record_id
            ]
            if not linked:
                raise NotFound("案中没有此人。", "Nobody of the filing has this id.", code="no-record")
            kind, subject = "entity", linked[0]
        for held in recusals_in_force(connection, [reviewer]):
            if (held.kind, held.subject) == (kind, subject):
                return held
        return add_recusal(connection, Recusal(reviewer, kind, subject, DECLARED, reason, at, by.key))


def end_recusal(store: Store, recusal_no: int, *, reason: str, by: Reviewer, at: Moment) -> Recusal:
    """End a recusal that is in force. Raises NotFound, InputError, NotPermitted."""
    reason = check_reason(reason)
    with store.write() as connection:
        lock_trail(connection)
        held = next((r for r in recusals_in_force(connection) if r.recusal_no == recusal_no), None)
        if held is None or (by.may(OVERSEE) and held not in read_recusals(connection, by)):
            raise NotFound("没有这项回避。", "There is no such recusal in force.", code="no-recusal")
        _check_for_whom(held.reviewer, by, {held.reviewer})
        ended = Recusal(held.reviewer, held.kind, held.subject, ENDED, reason, at, by.key)
        return add_recusal(connection, ended)


def take_time_off(
    store: Store, *, reviewer: str, first_day: str, last_day: str, by: Reviewer, at: Moment
) -> TimeOff:
    """`reviewer` is away on these days (ISO dates, inclusive): nothing is drawn for him. Raises InputError."""
    try:
        first, last = (date.fromisoformat(day.strip()) for day in (first_day, last_day))
    except ValueError as error:
        raise InputError("日期应写作 2026-11-23。", "Write days as 2026-11-23.", code="time-off") from error
    if last < first:
        raise InputError("末日早于首日。", "The last day is before the first.", code="time-off")
    made = TimeOff(reviewer, first.isoformat(), last.isoformat(), DECLARED, at, by.key)
    with store.write() as connection:
        lock_trail(connection)
        _check_for_whom(reviewer, by, _reviewers(connection, by))
        return add_time_off(connection, made)


def end_time_off(store: Store, off_no: int, *, by: Reviewer, at: Moment) -> TimeOff:
    """Take time off back. Raises NotFound, NotPermitted."""
    with store.write() as connection:
        lock_trail(connection)
        held = next((o for o in time_off_in_force(connection, "") if o.off_no == off_no), None)
        if held is None or (by.may(OVERSEE) and held not in read_time_off(connection, by, "")):
            raise NotFound("没有这项休假。", "There is no such time off.", code="no-time-off")
        _check_for_whom(held.reviewer, by, {held.reviewer})
        ended = TimeOff(held.reviewer, held.first_day, held.last_day, ENDED, at, by.key)
        return add_time_off(connection, ended)


def names_of_entities(store: Store, entity_ids: Sequence[str]) -> dict[str, str]:
    """Entity id -> the name it goes by in the first filing it was found in."""
    with store.read() as connection:
        first = {i: rows[0] for i in dict.fromkeys(entity_ids) if (rows := mentions_of_entity(connection, i))}
        filings = get_filings(connection, store.vault, [row.filing_id for row in first.values()])
    found = {}
    for entity_id, row in first.items():
        found[entity_id] = filings[row.filing_id].filing.names.get(row.record_id, entity_id)
    return found


def _colleagues(connection: Connection, by: Reviewer) -> dict[str, User]:
    """Accounts by name, of those that share a court with his."""
    return {user.name: user for user in list_users(connection) if meet(by.courts, user.courts)}


def _reviewers(connection: Connection, by: Reviewer) -> set[str]:
    return {name for name, user in _colleagues(connection, by).items() if user.roles & REVIEWERS}


def _check_for_whom(reviewer: str, by: Reviewer, known: set[str]) -> None:
    if reviewer != by.key and not by.may(OVERSEE):
        raise NotPermitted("只能为本人办理。", "For oneself only.", code="for-another")
    if reviewer not in known and not (by.alone and reviewer == by.key):
        raise InputError("没有这名审查人员。", "There is no such reviewer.", code="reviewer-unknown")
