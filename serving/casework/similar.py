"""Similar filings (类似案件): those the linker related, those of one claim, and the nearest by wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from features.link.claims import read_claims
from features.link.claims.minhash import likeness
from features.link.claims.model import load_model
from features.link.reader import StoreReader
from features.normalise.text import fold
from serving.review.case import Case
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.claim_relations import filings_of_claim, relations_of
from xiezhi.store.filings import StoredFiling, get_filings
from xiezhi.store.link_index import NEVER_NUMBERED, Before, before_filing
from xiezhi.store.links import Link, claims_of, links_of

MOST_SIMILAR: Final = 20
"""Filings listed earlier, and later: more than a judge compares."""

LEAST_LIKE: Final = 0.8
"""Share of wording from which a filing is listed for its words alone: two suits on loans share half by their kind."""

LONGEST_TEXT: Final = 4_000
"""Characters of the facts whose likeness is told."""


@dataclass(frozen=True)
class Similar:
    """A filing like the one asked for. kinds: same_claim, appeal, refiled, split, series, text. score: the strongest
    of them, no probability of wrongdoing. wording: share of the facts in common, None where one tells none.
    agree: which of plaintiff, defendant, agent, cause, amount, paper, court are the same."""

    stored: StoredFiling
    kinds: tuple[str, ...]
    score: float
    wording: float | None
    agree: tuple[str, ...]


@dataclass(frozen=True)
class SimilarFilings:
    """earlier: filed before, so that the score could know of them. later: what came since. Each strongest first."""

    earlier: tuple[Similar, ...]
    later: tuple[Similar, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.earlier) + len(self.later)


def read_similar(store: Store, case: Case) -> SimilarFilings:
    """The filings similar to that of a case, by all the store holds now."""
    mine = case.stored.filing
    with store.read() as connection:
        kinds = _related(connection, mine.filing_id)
        for filing_id in (*_of_same_people(case), *_like_worded(connection, case.stored)):
            kinds.setdefault(filing_id, {}).setdefault("text", 0.0)
        kinds.pop(mine.filing_id, None)
        others = get_filings(connection, store.vault, list(kinds))
        links: dict[str, list[Link]] = {}
        for link in links_of(connection, [mine.filing_id, *others]):
            links.setdefault(link.filing_id, []).append(link)
    known = _entities(links.get(mine.filing_id, []))
    found = [
        _tell(mine, stored, kinds[filing_id], known, _entities(links.get(filing_id, [])))
        for filing_id, stored in others.items()
    ]
    found = [one for one in found if one.kinds != ("text",) or (one.wording or 0.0) >= LEAST_LIKE]
    found.sort(key=lambda one: (-one.score, -one.stored.filing.filed_at, one.stored.filing.filing_id))
    earlier = [one for one in found if one.stored.filing.filed_at < mine.filed_at]
    later = [one for one in found if one.stored.filing.filed_at >= mine.filed_at]
    return SimilarFilings(tuple(earlier[:MOST_SIMILAR]), tuple(later[:MOST_SIMILAR]))


def _related(connection: Connection, filing_id: str) -> dict[str, dict[str, float]]:
    """Filing id -> kind -> score, of the filings of one claim and of those related to it."""
    found: dict[str, dict[str, float]] = {}
    for row in relations_of(connection, [filing_id]):
        other = row.filing_id if row.other_filing_id == filing_id else row.other_filing_id
        found.setdefault(other, {})[row.kind] = row.score
    carried = claims_of(connection, [filing_id]).get(filing_id)
    if carried is not None:
        of_claim = filings_of_claim(connection, carried[0])
        for other, (_, probability) in claims_of(connection, of_claim).items():
            found.setdefault(other, {})["same_claim"] = min(probability, carried[1])
    return found


def _of_same_people(case: Case) -> list[str]:
    """The newest filings of each party and agent: bands miss some of the texts that are short or less alike."""
    return [earlier.filing_id for past in case.pasts.values() for earlier in past.newest]


def _like_worded(connection: Connection, stored: StoredFiling) -> list[str]:
    """Filings that share bands of the wording: the latest before this one, and the latest there are."""
    search = load_model().search
    (said,) = read_claims([(stored.filing, stored.cause_family)], search)
    limits = dict.fromkeys(said.text, search.band_latest)
    now = Before(NEVER_NUMBERED, NEVER_NUMBERED)
    then = before_filing(connection, stored.filing.filing_id, stored.filing.filed_at)
    return [
        filing_id
        for before in (then, now)
        for held in StoreReader(connection, before).latest_linked(limits).values()
        for _, _, filing_id in held
    ]


def _tell(
    mine: Filing,
    stored: StoredFiling,
    kinds: Mapping[str, float],
    ours: Mapping[str, frozenset[str]],
    theirs: Mapping[str, frozenset[str]],
) -> Similar:
    other = stored.filing
    wording = None
    if mine.facts and other.facts:
        wording = likeness(fold(mine.facts)[:LONGEST_TEXT], fold(other.facts)[:LONGEST_TEXT], 0.0)
    scores = {kind: wording or 0.0 if kind == "text" else score for kind, score in kinds.items()}
    agree = [role for role in ("plaintiff", "defendant", "agent") if ours[role] & theirs[role]]
    agree += [
        name
        for name, same in (
            ("cause", mine.cause == other.cause),
            ("amount", mine.claim_amount is not None and mine.claim_amount == other.claim_amount),
            ("paper", bool(_papers(mine) & _papers(other))),
            ("court", mine.court == other.court),
        )
        if same
    ]
    ranked = sorted(scores, key=lambda kind: (-scores[kind], kind))
    return Similar(stored, tuple(ranked), max(scores.values()), wording, tuple(agree))


def _entities(links: list[Link]) -> Mapping[str, frozenset[str]]:
    def of(side: str) -> frozenset[str]:
        kinds = ("person", "organization")
        return frozenset(link.entity_id for link in links if link.side == side and link.kind in kinds)

    agents = frozenset(link.entity_id for link in links if link.kind == "agent")
    return {"plaintiff": of("plaintiff"), "defendant": of("defendant"), "agent": agents}


def _papers(filing: Filing) -> set[tuple[str, str, float]]:
    """Dated papers with their sum: what two suits on one debt have in common."""
    return {
        (item.kind, item.dated, item.amount)
        for item in filing.evidence
        if item.dated is not None and item.amount is not None
    }
