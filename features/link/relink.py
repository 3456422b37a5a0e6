"""The whole store linked anew: by the weights of today, and by all that people said."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from features.link.docket import BulkRun, LinkCount, without_collector
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.filings import count_filings
from xiezhi.store.judgements import (
    MentionRef,
    Referent,
    StoreRun,
    add_referents,
    add_run,
    every_referent,
    follow,
    newest_judgement,
)
from xiezhi.store.link_index import NEVER_NUMBERED, Before, entities_of_refs
from xiezhi.store.links import begin_linking, clear_links, first_mentions
from xiezhi.store.mentions import mentions_of_entity
from xiezhi.store.turn import write_in_turn

NAMED_BY = "xiezhi link again"
"""Who names a referent that follows from linking anew."""


@dataclass(frozen=True, slots=True)
class AgainCount:
    """What came of it: what was linked, and how many entity ids are new, gone (each stands for another), kept."""

    linked: LinkCount
    new: int
    gone: int
    kept: int


def link_again(store: Store, at: Moment, advance: Advance = silent) -> AgainCount:
    """Link every filing anew in order of time, honouring all judgements made until `at`.

    In one transaction: stopped at any point, the store is as it was. An entity keeps its id where its first mention
    still begins an entity; an id that is gone stands for the entity its first mention is now.
    """
    with without_collector(), write_in_turn(store) as connection:
        begin_linking(connection)
        before = first_mentions(connection)
        clear_links(connection)
        run = BulkRun(store.vault, again=at)
        count = LinkCount()
        total = count_filings(connection)
        while linked := run.link_next(connection):
            count.add(linked)
            advance(count.filings, total)
        after = first_mentions(connection)
        gone = {old: before[old] for old in before.keys() - after.keys()}
        add_referents(connection, _renamed(connection, gone, after.keys(), at))
        add_run(connection, StoreRun("again", at, count.mentions, newest_judgement(connection)))
    return AgainCount(count, len(after.keys() - before.keys()), len(gone), len(before.keys() & after.keys()))


def rename_moved(
    connection: Connection, firsts: Mapping[str, MentionRef], at: Moment, by: str, reason: str
) -> None:
    """After filings of these entities were linked again: let ids that are gone stand for the entity their first
    mention is now, and ids that have mentions for themselves. firsts: each entity's first mention as it was."""
    there = {entity for entity in firsts if mentions_of_entity(connection, entity)}
    gone = {entity: ref for entity, ref in firsts.items() if entity not in there}
    rows = _renamed(connection, gone, there, at)
    add_referents(connection, [replace(row, named_by=by, reason=reason) for row in rows])


def _renamed(
    connection: Connection, gone: Mapping[str, MentionRef], there: AbstractSet[str], at: Moment
) -> list[Referent]:
    """Referents for ids that are gone, and for ids that are there again, where what stands says otherwise."""
    final = follow(every_referent(connection))
    now = entities_of_refs(connection, list(gone.values()), Before(NEVER_NUMBERED, 0))
    targets = {old: now[ref][1] for old, ref in gone.items()}
    targets |= {entity_id: entity_id for entity_id in sorted(there & final.keys())}
    return [
        Referent(old, target, at, NAMED_BY, "")
        for old, target in sorted(targets.items())
        if final.get(old, old) != target
    ]
