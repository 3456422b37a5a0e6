"""Relations between claims that are not one filing: steps of one dispute, refilings, parts of a debt, series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select, tuple_

from xiezhi.store.filings import in_byte_order, in_chunks
from xiezhi.store.tables import appearances, claim_relations, claims, filings, mentions

_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class RelatedFiling:
    """A relation found when `filing_id` was linked. `kind`: appeal, refiled, split, series; `evidence`: JSON."""

    filing_id: str
    other_filing_id: str
    kind: str
    score: float
    evidence: str


def relations_of(connection: Connection, filing_ids: Sequence[str]) -> list[RelatedFiling]:
    """Relations of these filings to earlier ones, and of later ones to them, ordered by their ids and kind."""
    c = claim_relations.c
    found: set[RelatedFiling] = set()
    for chunk in in_chunks(filing_ids):
        for column in (c.filing_id, c.other_filing_id):
            rows = connection.execute(select(*c).where(column.in_(chunk)))
            found.update(RelatedFiling(*row) for row in rows)
    return sorted(found, key=lambda r: (r.filing_id, r.other_filing_id, r.kind))


def every_relation(connection: Connection) -> Iterator[RelatedFiling]:
    """Every relation of the store, by filing, other filing and kind."""
    c = claim_relations.c
    place = (in_byte_order(connection, c.filing_id), in_byte_order(connection, c.other_filing_id), c.kind)
    query = select(*c).order_by(*place).limit(_PAGE)
    last = ("", "", "")
    while rows := connection.execute(query.where(tuple_(*place) > tuple_(*last))).all():
        last = (rows[-1].filing_id, rows[-1].other_filing_id, rows[-1].kind)
        for row in rows:
            yield RelatedFiling(*row)


def series_before(connection: Connection, filing_id: str, most: int) -> list[str]:
    """The earlier filings of a filing's series, at most `most` of them, the latest first.

    A filing keeps but its latest relations: the series is their chain.
    """
    r = claim_relations.c
    chain = select(r.other_filing_id.label("filing_id")).where(r.filing_id == filing_id, r.kind == "series")
    found = chain.cte("series", recursive=True)
    further = select(r.other_filing_id).join(
        found, and_(r.filing_id == found.c.filing_id, r.kind == "series")
    )
    whole = found.union(further)
    query = select(whole.c.filing_id).join(filings, filings.c.filing_id == whole.c.filing_id)
    query = query.where(filings.c.version == 1)
    latest = query.order_by(filings.c.filed_at.desc(), whole.c.filing_id).limit(most)
    return list(connection.execute(latest).scalars())


def filings_of_claim(connection: Connection, claim_id: str) -> list[str]:
    """Ids of the filings that carry a claim, sorted."""
    rows = connection.execute(select(claims.c.filing_id).where(claims.c.claim_id == claim_id))
    return sorted(row[0] for row in rows)


def users_of_form(connection: Connection, key: int) -> dict[str, int]:
    """How many filings, and how many different parties of each side, appeared with a key of the history index."""
    shared = select(appearances.c.filing_id).where(appearances.c.key == key)
    m = mentions.c
    query = select(m.side, func.count(m.entity_id.distinct())).where(m.filing_id.in_(shared))
    query = query.where(m.kind.in_(("person", "organization"))).group_by(m.side)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    found["filings"] = connection.execute(
        select(func.count()).select_from(appearances).where(appearances.c.key == key)
    ).scalar_one()
    return found
