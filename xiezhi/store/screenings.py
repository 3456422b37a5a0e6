"""Every score given, with what was shown and the values it was computed from. Appended, never changed.

Of several scores of one filing the newest holds: the latest `scored_at`, and of one moment the one kept last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select

from xiezhi.clock import Moment
from xiezhi.store.audit import MACHINE, lock_trail, tell
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import findings, screenings
from xiezhi.store.webhooks import announce

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Screening:
    """One score of one filing.

    `as_of`: the moment its history was read at; `trigger`: `filed`, `corrected`, `corrected_link` or the kinds of
    the events that caused it; `rank_score`: the raw score in log-odds; `scores`: the JSON object of the Scores format;
    `features`: value by feature name, None where unknown.
    """

    screening_id: str
    filing_id: str
    as_of: Moment
    scored_at: Moment
    trigger: str
    model_version: str
    rules_version: str
    risk: float
    rank_score: float
    band: str
    scores: Mapping[str, Any]
    features: Mapping[str, float | None]


def put_screenings(connection: Connection, rows: Sequence[Screening], kept_at: Moment) -> int:
    """Append those of `rows` that are not there yet; returns how many they were."""
    lock_trail(connection)  # so that no other writer keeps one of them between the look and the insert
    there = known_screenings(connection, [row.screening_id for row in rows])
    new = {row.screening_id: _to_row(row, kept_at) for row in rows if row.screening_id not in there}
    if new:
        connection.execute(insert(screenings), list(new.values()))
        tell(connection, "score", list(new.values()), at=kept_at, actor=MACHINE)
        announce(connection, "screened", list(new.values()), at=kept_at)
    return len(new)


def known_screenings(connection: Connection, screening_ids: Sequence[str]) -> set[str]:
    """Those of `screening_ids` that are in the store."""
    found: set[str] = set()
    for some in in_chunks(screening_ids):
        query = select(screenings.c.screening_id).where(screenings.c.screening_id.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def get_screening(connection: Connection, screening_id: str) -> Screening | None:
    """The score with this id, or None."""
    row = connection.execute(select(screenings).where(screenings.c.screening_id == screening_id)).first()
    return None if row is None else from_row(row._asdict())


def get_screenings(connection: Connection, screening_ids: Sequence[str]) -> dict[str, Screening]:
    """The scores there are of these ids, by id."""
    found: dict[str, Screening] = {}
    for some in in_chunks(screening_ids):
        rows = connection.execute(select(screenings).where(screenings.c.screening_id.in_(some)))
        found.update((row.screening_id, from_row(row._asdict())) for row in rows)
    return found


def screenings_of(connection: Connection, filing_id: str) -> list[Screening]:
    """Every score of a filing, the one that holds first."""
    query = (
        select(screenings)
        .where(screenings.c.filing_id == filing_id)
        .order_by(*(column.desc() for column in _AGE))
    )
    return [from_row(row._asdict()) for row in connection.execute(query)]


class FirstScore(NamedTuple):
    """What a filing got when it came in: as much of its first screening as figures need."""

    filing_id: str
    as_of: Moment
    risk: float
    rank_score: float
    band: str
    features: Mapping[str, float | None]


def first_scores(connection: Connection, model_version: str, before: Moment) -> Iterator[FirstScore]:
    """The first score one model gave each filing before a moment, in order of (as_of, filing id), page by page."""
    asked = [screenings.c[name] for name in FirstScore._fields]
    query = (
        select(*asked)
        .where(
            screenings.c.model_version == model_version,
            screenings.c.trigger == "filed",
            screenings.c.scored_at < before,
        )
        .order_by(screenings.c.as_of, screenings.c.filing_id, screenings.c.screening_id)
        .execution_options(yield_per=_PAGE)
    )
    last = ""
    for row in connection.execute(query):
        if row.filing_id != last:  # other rules may have screened it again
            yield FirstScore(
                row.filing_id, row.as_of, row.risk, row.rank_score, row.band, json.loads(row.features)
            )
        last = row.filing_id


def count_first_scores(connection: Connection, since: Moment, before: Moment, *, but: str) -> int:
    """How many filings of [since, before) a model other than `but` scored first."""
    c = screenings.c
    query = select(func.count(c.filing_id.distinct())).where(
        c.model_version != but, c.trigger == "filed", c.as_of >= since, c.as_of < before
    )
    return int(connection.execute(query).scalar_one())


def raw_scores(
    connection: Connection, model_version: str, since: Moment, before: Moment
) -> list[tuple[Moment, float]]:
    """(as_of, raw score) of the first scores one model gave filings of [since, before), one a filing, in order of time."""
    c = screenings.c
    query = (
        select(c.filing_id, c.as_of, c.rank_score)
        .where(c.model_version == model_version, c.trigger == "filed", c.as_of >= since, c.as_of < before)
        .order_by(c.as_of, c.filing_id, c.kept_at)
    )
    return list({row[0]: (row[1], row[2]) for row in connection.execute(query)}.values())


def audit_draws(connection: Connection, before: Moment) -> dict[str, float]:
    """Probability with which the audit sample drew a filing, by filing id, of draws before then that were reviewed."""
    query = (
        select(screenings.c.filing_id, screenings.c.scores)
        .where(screenings.c.scored_at < before, screenings.c.scores.contains('"audit":'))
        .where(exists().where(findings.c.filing_id == screenings.c.filing_id, findings.c.source == "review"))
        .order_by(screenings.c.scored_at, screenings.c.kept_at, screenings.c.screening_id)
    )
    return {row[0]: float(json.loads(row[1])["audit"]) for row in connection.execute(query)}


def is_newest() -> ColumnElement[bool]:
    """The condition that a row of `screenings` is its filing's newest."""
    other = screenings.alias("newer")
    scored, kept, name = screenings.c.scored_at, screenings.c.kept_at, screenings.c.screening_id
    # Spelled out: a row-value comparison keeps SQLite from using the filing's index.
    later = or_(
        other.c.scored_at > scored,
        and_(other.c.scored_at == scored, other.c.kept_at > kept),
        and_(other.c.scored_at == scored, other.c.kept_at == kept, other.c.screening_id > name),
    )
    return ~exists().where(other.c.filing_id == screenings.c.filing_id, later)


def from_row(row: Mapping[str, Any]) -> Screening:
    """The score in a row of the table `screenings`."""
    body = {name: row[name] for name in Screening.__dataclass_fields__}
    body["scores"] = json.loads(row["scores"])
    body["features"] = json.loads(row["features"])
    return Screening(**body)


_AGE = (screenings.c.scored_at, screenings.c.kept_at, screenings.c.screening_id)


def _to_row(row: Screening, kept_at: Moment) -> dict[str, Any]:
    body = {name: getattr(row, name) for name in Screening.__dataclass_fields__}
    body["scores"] = _dump(row.scores)
    body["features"] = _dump(row.features)
    return body | {"kept_at": kept_at}


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
