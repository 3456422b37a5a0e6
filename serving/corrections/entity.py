"""An entity (主体): its mentions as filed, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from features.link.people import People
from serving.review.masking import mask_number
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.records import Agent, Filing, Party
from xiezhi.store import Store
from xiezhi.store.entities import EntityEvent, entity_events
from xiezhi.store.filings import get_filings
from xiezhi.store.judgements import MentionRef
from xiezhi.store.mentions import MentionRow

MOST_MENTIONS = 100
"""Mentions shown, the newest: more than a person compares; the count beside them says how many there are."""

_PHONE_SHOWN = 4


@dataclass(frozen=True)
class MentionTold:
    """A mention as a person compares it: name and address as filed, numbers cut to their last four."""

    ref: MentionRef
    entity_id: str
    filed_at: Moment
    side: str
    probability: float
    case_number: str
    court: str
    cause: str
    name: str
    number: str
    phone: str
    address: str


@dataclass(frozen=True)
class Entity:
    """An entity by the id that stands for it, with the ids it stands for.

    `count`: how many mentions there are; `hidden`: those out of the reader's reach, counted alone.
    """

    entity_id: str
    others: tuple[str, ...]
    kind: str
    count: int
    mentions: tuple[MentionTold, ...]
    events: tuple[EntityEvent, ...]
    hidden: int


def read_entity(store: Store, entity_id: str, courts: Collection[str] = ()) -> Entity:
    """An entity, its newest mentions in filings of `courts` (none: in all) first.

    Raises NotFound, for one that no filing of these mentions, too.
    """
    with store.read() as connection:
        people = People(connection)
        final = people.final(entity_id)
        every = sorted(people.rows_of(final), key=lambda row: (row.filed_at, row.number), reverse=True)
        reach = filings_within(connection, courts, {row.filing_id for row in every})
        rows = [row for row in every if row.filing_id in reach]
        if not rows:
            raise NotFound("没有这个主体。", "There is no such entity.", code="no-entity")
        shown = rows[:MOST_MENTIONS]
        filings = get_filings(connection, store.vault, [row.filing_id for row in shown])
        events = entity_events(connection, final)
        named = {ref.filing_id for event in events for ref in (event.mention, event.against) if ref}
        hidden = named - filings_within(connection, courts, named)
        events = [e for e in events if not any(r and r.filing_id in hidden for r in (e.mention, e.against))]
        others = tuple(one for one in people.ids_of(final) if one != final)
    told = tuple(_tell(row, filings[row.filing_id].filing) for row in shown)
    return Entity(final, others, rows[0].kind, len(every), told, tuple(events), len(every) - len(rows))


def tell_mentions(store: Store, refs: list[MentionRef]) -> list[MentionTold]:
    """These mentions as a person compares them. Raises NotFound."""
    with store.read() as connection:
        people = People(connection)
        people.read(refs)
        rows = [people.row(ref) for ref in refs]
        filings = get_filings(connection, store.vault, [ref.filing_id for ref in refs])
    return [_tell(row, filings[row.filing_id].filing) for row in rows]


def _tell(row: MentionRow, filing: Filing) -> MentionTold:
    name, number, phone, address = _said(row, filing)
    return MentionTold(
        MentionRef(row.filing_id, row.record_id, row.kind),
        row.entity_id,
        row.filed_at,
        row.side,
        row.probability,
        filing.case_number or filing.filing_id,
        filing.court,
        filing.cause,
        name,
        mask_number(number) if number else "",
        "*" * max(len(phone) - _PHONE_SHOWN, 0) + phone[-_PHONE_SHOWN:],
        address,
    )


def _said(row: MentionRow, filing: Filing) -> tuple[str, str, str, str]:
    """Name, number, phone and address of a mention as the newest version of its filing has them."""
    records: list[Party | Agent] = [*filing.parties, *filing.agents]
    for one in records:
        if isinstance(one, Party) and one.party_id == row.record_id:
            return one.name, one.id_number or "", one.phone or "", one.address or ""
        if isinstance(one, Agent) and one.agent_id == row.record_id:
            if row.kind == "firm":
                return one.firm or "", "", "", ""
            return one.name, one.licence_number or "", one.phone or "", one.firm or ""
    return "", "", "", ""
