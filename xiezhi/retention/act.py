"""Use cases: what is over and what it takes to erase it; one person's data found and erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, exists, func, select

from xiezhi.accounts.roles import require_role
from xiezhi.backup.keep import BACKED_UP
from xiezhi.clock import Moment
from xiezhi.decisions import LONGEST_REASON
from xiezhi.errors import InputError, NotFound
from xiezhi.progress import Advance, silent
from xiezhi.retention.periods import Period, RecordKind
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import Wanted, find_entries
from xiezhi.store.contents import forget_contents
from xiezhi.store.erasures import Erasure, contents_erased, erase, words_in
from xiezhi.store.judgements import resolve_referent
from xiezhi.store.mentions import mentions_of_entity
from xiezhi.store.still_named import filings_naming, found_nowhere_else
from xiezhi.store.tables import (
    case_attachments,
    case_checks,
    case_notes,
    contests,
    decisions,
    desk_steps,
    events,
    filings,
    findings,
    mentions,
    opinions,
    policy_shadows,
    referrals,
    review_acts,
    shadow_scores,
)
from xiezhi.store.tombstones import buried
from xiezhi.store.turn import write_in_turn
from xiezhi.store.users import User

MAY_ERASE: Final = frozenset({"administrator"})
_MOST_BACKUPS = 1_000

_HAPPENED: Final = (
    filings.alias("version").c.recorded_at, events.c.recorded_at, findings.c.recorded_at, decisions.c.decided_at,
    opinions.c.at, referrals.c.at, review_acts.c.at, contests.c.made_at, case_notes.c.written_at,
    case_attachments.c.attached_at, case_checks.c.checked_at, desk_steps.c.done_at,
)  # fmt: skip
"""A filing in which one of these is of late is not over."""


@dataclass(frozen=True)
class Plan:
    """What is over: filings by id, and how many silent scores."""

    filings: tuple[str, ...]
    silent_scores: int


@dataclass(frozen=True)
class Person:
    """Who is meant: an entity, and where it appears: filing id -> party and agent ids.

    `named_in`: other filings whose texts have his name, number or address; nobody knows whether it is he.
    """

    entity_id: str
    places: Mapping[str, Collection[str]]
    named_in: tuple[str, ...] = ()


def plan(store: Store, periods: Mapping[RecordKind, Period], at: Moment) -> Plan:
    """What is over at `at`: filings in which nothing happened since the period began, and not erased yet."""
    with store.read() as connection:
        return _plan(connection, store, periods, at)


def apply(
    store: Store,
    settings: Settings,
    periods: Mapping[RecordKind, Period],
    *,
    by: User,
    at: Moment,
    advance: Advance = silent,
) -> Erasure:
    """Erase what `plan` tells, and put it on record with the filings whose texts name somebody who is gone.

    advance: is told how many filings were looked through for that. Raises NotPermitted, NotFound where nothing is over.
    """
    require_role(by, MAY_ERASE)
    with store.read() as connection:  # the long look first: who writes keeps everybody waiting
        over = _plan(connection, store, periods, at).filings
        words = words_in(connection, store.vault, found_nowhere_else(connection, over))
        named_in = tuple(filings_naming(connection, words, set(over), advance))
    with write_in_turn(store) as connection:
        told = _plan(connection, store, periods, at)
        if not told.filings and not told.silent_scores:
            raise NotFound("没有到期的记录。", "Nothing is over.", code="nothing-over")
        before = periods["silent_scores"].begins(at)
        for table in (shadow_scores, policy_shadows):
            connection.execute(delete(table).where(table.c.kept_at < before))
        ground = "；".join(f"{period.zh} / {period.en}" for period in periods.values())
        whom = dict.fromkeys(told.filings)
        done = erase(
            connection, store.vault, whom, at=at, by=by.name, kind="filings", ground=ground,
            backups=_backups(connection), named_in=named_in,
        )  # fmt: skip
    _forget_attached(store, settings)
    return done


def find_person(store: Store, filing_id: str, record_id: str) -> Person:
    """Whoever is the party or agent `record_id` of a filing, wherever he appears. Raises NotFound."""
    m = mentions.c
    with store.read() as connection:
        query = select(m.entity_id).where(
            m.filing_id == filing_id, m.record_id == record_id, m.kind != "firm"
        )
        entity = connection.execute(query).scalar()
        if entity is None:
            raise NotFound(
                "该案没有这名当事人或代理人，或尚未关联。",
                "There is no such party or agent in the filing, or it is not linked yet.",
                code="no-person",
            )
        entity = resolve_referent(connection, entity)
        rows = mentions_of_entity(connection, entity)
        places: dict[str, set[str]] = {filing_id: {record_id}}
        for row in rows:
            places.setdefault(row.filing_id, set()).add(row.record_id)
        words = words_in(connection, store.vault, places)
        return Person(entity, places, tuple(filings_naming(connection, words, places)))


def erase_person(
    store: Store, settings: Settings, person: Person, ground: str, *, by: User, at: Moment
) -> Erasure:
    """Take one person out of every filing he appears in, and the texts that may name him. Raises NotPermitted, InputError."""
    require_role(by, MAY_ERASE)
    ground = ground.strip()
    if not ground or len(ground) > LONGEST_REASON:
        raise InputError("请写明删除的依据。", "Say on what ground it is erased.", code="reason")
    with write_in_turn(store) as connection:
        words = words_in(connection, store.vault, person.places)
        if words is not None and words.search(ground):
            raise InputError(
                "依据会长期保存，请勿写入姓名、号码、地址。",
                "The ground is kept: name nobody in it, and no number or address.",
                code="ground-names",
            )
        done = erase(
            connection, store.vault, person.places, at=at, by=by.name, kind="person", ground=ground,
            backups=_backups(connection), named_in=person.named_in,
        )  # fmt: skip
    _forget_attached(store, settings)
    return done


def _forget_attached(store: Store, settings: Settings) -> None:
    """Take the files of erased attachments away: once the rows say so, and whatever an earlier erasure left."""
    with store.read() as connection:
        digests = contents_erased(connection, store.vault)
    forget_contents(settings, digests)


def _plan(connection: Connection, store: Store, periods: Mapping[RecordKind, Period], at: Moment) -> Plan:
    begins = periods["filings"].begins(at)
    f = filings.c
    newer = [
        exists().where(moment.table.c.filing_id == f.filing_id, moment >= begins) for moment in _HAPPENED
    ]
    query = select(f.filing_id).where(f.version == 1, f.filed_at < begins, *(~one for one in newer))
    over = list(connection.execute(query.order_by(f.filed_at, f.filing_id)).scalars())
    gone = buried(connection, store.vault, over)
    before = periods["silent_scores"].begins(at)
    silent = sum(
        connection.execute(select(func.count()).select_from(t).where(t.c.kept_at < before)).scalar_one()
        for t in (shadow_scores, policy_shadows)
    )
    return Plan(tuple(filing_id for filing_id in over if filing_id not in gone), silent)


def _backups(connection: Connection) -> list[str]:
    """Names of the backups on record: they still hold what is erased now."""
    entries = find_entries(connection, Wanted(action=BACKED_UP), None, _MOST_BACKUPS)
    return list(dict.fromkeys(entry.subject for entry in entries))
