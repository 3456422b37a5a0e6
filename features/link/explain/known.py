"""Mentions and entities by what a user types, with what was filed of them. No identity number is ever read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from features.link.judge import find_mention
from features.link.people import People
from features.link.profile import Mention, Profile, blocking_keys
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.records import Agent, Filing, Party
from xiezhi.store.judgements import MentionRef
from xiezhi.store.link_index import first_versions
from xiezhi.store.mentions import MentionRow

Filed = Mapping[str, str]
"""Field -> text as filed, of the fields that were filed."""

NEVER_SHOWN = frozenset({"number", "partial", "repairs", "known"})
"""Fields made from identity numbers."""

SHOWN_AS = {
    "surname": "name", "given": "name", "root": "name", "middle": "name", "suffix": "name", "core": "name",
    "branch": "name", "place": "name", "street": "address", "door": "address", "region": "address",
    "locality": "address", "postcode": "address",
}  # fmt: skip
"""Compared field -> the field as filed it was taken from, where it has another name."""


_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{14,}[0-9Xx](?![0-9A-Za-z])")
"""Identity numbers that clerks write behind a name: fifteen characters or more. Phones have eleven at most."""


@dataclass(frozen=True)
class Known:
    """A mention as the store knows it. `mention.profile` is as it came: without the number its entity is known by."""

    row: MentionRow
    mention: Mention
    stored: Profile
    filed: Filed

    @property
    def ref(self) -> MentionRef:
        """Its name in judgements."""
        return MentionRef(self.row.filing_id, self.row.record_id, self.row.kind)

    @property
    def reference(self) -> str:
        """How a user names it: `FILING/RECORD`, for a firm with its kind."""
        return str(self.ref)

    @property
    def place(self) -> tuple[Moment, int]:
        """Where it stands in time."""
        return (self.row.filed_at, self.row.number)

    def said(self, field: str) -> str:
        """The field as filed; empty where nothing was, or where it is never shown."""
        return "" if field in NEVER_SHOWN else self.filed.get(SHOWN_AS.get(field, field), "")


def find(connection: Connection, people: People, reference: str) -> tuple[Known, ...]:
    """The mention or all mentions of the entity that `reference` names, oldest first.

    A mention is `FILING/RECORD`, with `:kind` where an agent and its firm share the record. Raises NotFound, and
    InputError where it could be several.
    """
    rows = mentions_of(people, reference)
    if not rows and "/" not in reference:
        raise NotFound(
            "没有这一主体；请给出主体编号，或写作 案件/记录。",
            "There is no such entity; give the id of one, or a mention as FILING/RECORD.",
            code="no-such-entity",
        )
    return tuple(read(connection, rows or [people.row(find_mention(connection, reference))]))


def mentions_of(people: People, entity_id: str) -> list[MentionRow]:
    """Mentions of the entity that `entity_id` stands for, oldest first; empty where there is none."""
    rows = people.rows_of(people.final(entity_id))
    return sorted(rows, key=lambda row: (row.filed_at, row.number))


def read(connection: Connection, rows: Sequence[MentionRow]) -> list[Known]:
    """These mentions with what was filed of them, in their order."""
    filings = {f.filing_id: f for f, _ in first_versions(connection, [row.filing_id for row in rows])}
    return [_known(row, filings.get(row.filing_id)) for row in rows]


def _known(row: MentionRow, filing: Filing | None) -> Known:
    stored = Profile.loads(row.normalised)
    profile = stored._replace(known="")
    mention = Mention(row.record_id, row.side, profile, blocking_keys(profile))
    return Known(row, mention, stored, _filed(row, filing) if filing else {})


def _filed(row: MentionRow, filing: Filing) -> Filed:
    if row.kind in ("person", "organization"):
        found = _of_party(next((p for p in filing.parties if p.party_id == row.record_id), None))
    else:
        agent = next((a for a in filing.agents if a.agent_id == row.record_id), None)
        found = _of_agent(agent, firm=row.kind == "firm")
    return {field: _LONG_NUMBER.sub("…", text) for field, text in (*found, ("court", filing.court)) if text}


def _of_party(party: Party | None) -> Iterable[tuple[str, str | None]]:
    if party is None:
        return ()
    return (
        ("name", party.name),
        ("birth", party.birth_date),
        ("phone", party.phone),
        ("address", party.address or party.service_address),
        ("head", party.legal_representative),
    )


def _of_agent(agent: Agent | None, *, firm: bool) -> Iterable[tuple[str, str | None]]:
    if agent is None:
        return ()
    if firm:
        return (("name", agent.firm),)
    return (("name", agent.name), ("phone", agent.phone), ("firm", agent.firm), ("role", agent.kind))
