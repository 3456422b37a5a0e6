"""A filing that is linked already, linked again as of its own moment: what a correction of a link does.

Filing by filing, in order of time, so that each sees those before it as they are now. Mentions keep their numbers, and
so their order.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from features.link.claims import Parties, claim_keys, read_claims, with_parties
from features.link.claims.model import load_model
from features.link.filing import Linked
from features.link.resolve import resolve
from features.normalise.causes import cause_family
from xiezhi.records import Filing
from xiezhi.store.filings import get_first
from xiezhi.store.links import appearances_of_filings, begin_linking, relink
from xiezhi.store.mentions import MentionRow, mentions_of_filings
from xiezhi.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Relinked:
    """What linking a filing again moved. keys: those of the history index it gained or lost."""

    filing_id: str
    keys: tuple[int, ...]
    is_moved: bool


def relink_filing(connection: Connection, vault: Vault, filing_id: str) -> Relinked:
    """Link a linked filing again, by its first version and by what people said until now; write what moved."""
    begin_linking(connection)
    filing = get_first(connection, vault, filing_id)
    rows = mentions_of_filings(connection, [filing_id])
    if filing is None or not rows:
        return Relinked(filing_id, (), is_moved=False)
    before = {(key, role) for key, _, role in appearances_of_filings(connection, [filing_id])}
    linked = resolve(connection, vault, filing)
    gone = _claim_keys(filing, rows) - _all_keys(linked)
    is_moved = relink(connection, linked.to_keep(), rows, gone)
    moved = before ^ set(linked.appearances)
    return Relinked(filing_id, tuple(sorted({key for key, _ in moved})), is_moved)


def _all_keys(linked: Linked) -> set[int]:
    return {key for keys in linked.keys for key in keys}


def _claim_keys(filing: Filing, rows: list[MentionRow]) -> set[int]:
    """The keys under which the claim stands in the index, by who the parties were held to be."""
    parties = {row.record_id: row.entity_id for row in rows if row.kind in ("person", "organization")}
    agents = {row.record_id: row.entity_id for row in rows if row.kind == "agent"}
    search = load_model().search
    (said,) = read_claims([(filing, cause_family(filing.cause, filing.proceeding))], search)
    facts = with_parties(said.facts, filing, Parties(parties, agents))
    return set(claim_keys(facts, said, search).every())
