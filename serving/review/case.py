"""One case (案件): the filing as filed and everything the store knows about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from serving.corrections.contest import Contested, contested
from xiezhi.decisions import FlagState, state_of
from xiezhi.errors import NotFound
from xiezhi.records import Event, Finding
from xiezhi.store import Store
from xiezhi.store.corrections import CorrectionEffect, effect_behind
from xiezhi.store.decisions import Decision, decisions_of
from xiezhi.store.filings import StoredFiling, get_filing, get_filings
from xiezhi.store.happenings import events_of, findings_of
from xiezhi.store.links import Link, links_of
from xiezhi.store.relations import Past, pasts_of
from xiezhi.store.screenings import Screening, screenings_of
from xiezhi.store.vault import Vault

MOST_EARLIER = 10
"""Earlier filings listed to an entity: more than a judge opens; the count beside them says how many there are."""


@dataclass(frozen=True)
class Case:
    """Everything about one filing. `screenings`: the one that holds first; `pasts`: by entity id, as of filing."""

    stored: StoredFiling
    links: tuple[Link, ...]
    pasts: Mapping[str, Past]
    events: tuple[Event, ...]
    findings: tuple[Finding, ...]
    screenings: tuple[Screening, ...]
    decisions: tuple[Decision, ...]
    cited: Mapping[str, StoredFiling]
    """The earlier filings the newest reasons rest on, by id."""
    effect: CorrectionEffect | None = None
    """What put the score that holds in the place of another, where the correction of a link did."""
    contests: tuple[Contested, ...] = ()

    @property
    def newest(self) -> Screening | None:
        """The score that holds, if there is any."""
        return self.screenings[0] if self.screenings else None

    @property
    def flag(self) -> Screening | None:
        """The score that holds, if it is a flag."""
        newest = self.newest
        return newest if newest is not None and newest.band != "none" else None

    @property
    def latest_decision(self) -> str | None:
        """The newest word of the record on the flag; None where there is none, or no flag."""
        if self.flag is None:
            return None
        holding = {self.flag.screening_id, self.effect.carried_from if self.effect else None}
        own = [d.decision for d in self.decisions if d.screening_id in holding]
        return own[-1] if own else None

    @property
    def flag_state(self) -> FlagState | None:
        """`open`, `needs_proof` or `decided`; None without a flag."""
        return None if self.flag is None else state_of(self.latest_decision)


def read_case(store: Store, filing_id: str) -> Case:
    """The case of a filing. Raises NotFound."""
    with store.read() as connection:
        return case_within(connection, store.vault, filing_id)


def case_within(connection: Connection, vault: Vault, filing_id: str) -> Case:
    """The case as the transaction of `connection` sees it. Raises NotFound."""
    stored = get_filing(connection, vault, filing_id)
    if stored is None:
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
    links = links_of(connection, [filing_id])
    entities = [link.entity_id for link in links]
    screenings = screenings_of(connection, filing_id)
    return Case(
        stored=stored,
        links=tuple(links),
        pasts=pasts_of(connection, entities, stored.filing.filed_at, MOST_EARLIER),
        events=tuple(events_of(connection, [filing_id], None)),
        findings=tuple(findings_of(connection, [filing_id], None)),
        screenings=tuple(screenings),
        decisions=tuple(decisions_of(connection, [filing_id])),
        cited=get_filings(connection, vault, _cited(screenings)),
        effect=effect_behind(connection, screenings[0].screening_id) if screenings else None,
        contests=tuple(contested(connection, filing_id)),
    )


def _cited(screenings: list[Screening]) -> list[str]:
    return [i for reason in screenings[0].scores["reasons"] for i in reason["filings"]] if screenings else []
