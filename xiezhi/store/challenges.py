"""The challenger (挑战者): a bundle that scores beside the one that screens, and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import challenges, screenings, shadow_scores

STARTED, ENDED = "started", "ended"


@dataclass(frozen=True)
class Challenge:
    """`named_by` let the bundle `model_version` with this `digest` challenge, or ended it (`action`)."""

    action: str
    at: Moment
    named_by: str
    model_version: str
    digest: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ShadowScore:
    """What the challenger `model_version` said where the score `screening_id` was shown.

    `raw` is in log-odds; `band` is the one it would have put the filing in.
    """

    screening_id: str
    model_version: str
    filing_id: str
    as_of: Moment
    risk: float
    raw: float
    band: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One first score of a filing by the champion (`shown_…`) beside the challenger's of the same moment."""

    filing_id: str
    as_of: Moment
    shown_version: str
    shown_raw: float
    shown_band: str
    raw: float
    band: str


def add_challenge(connection: Connection, challenge: Challenge) -> None:
    """Append `challenge`: from now on it holds."""
    values = {name: getattr(challenge, name) for name in _FIELDS}
    keep_told(connection, "challenge", values, at=challenge.at, actor=challenge.named_by)


def newest_challenge(connection: Connection) -> Challenge | None:
    """The challenge started or ended last, or None."""
    columns = (*(challenges.c[name] for name in _FIELDS), challenges.c.challenge_no)
    row = connection.execute(select(*columns).order_by(challenges.c.challenge_no.desc()).limit(1)).first()
    return None if row is None else Challenge(*row)


def current_challenge(connection: Connection) -> Challenge | None:
    """The challenge that runs, or None."""
    newest = newest_challenge(connection)
    return newest if newest is not None and newest.action == STARTED else None


def put_shadow_scores(connection: Connection, rows: Sequence[ShadowScore], kept_at: Moment) -> None:
    """Append those of `rows` that are not there yet."""
    if rows:
        fields = ShadowScore.__dataclass_fields__
        values = [{**{name: getattr(row, name) for name in fields}, "kept_at": kept_at} for row in rows]
        connection.execute(insert_or_ignore(connection, shadow_scores), values)


def pairs_of(connection: Connection, model_version: str, since: Moment, before: Moment) -> list[Pair]:
    """First scores with the challenger's beside them, of looks in [since, before), by (as_of, filing_id).

    A filing screened by several champions counts once, with the latest.
    """
    shown, silent = screenings.c, shadow_scores.c
    query = (
        select(
            shown.filing_id, shown.as_of, shown.model_version, shown.rank_score, shown.band,
            silent.raw, silent.band.label("silent_band"),
        )
        .join_from(shadow_scores, screenings, shown.screening_id == silent.screening_id)
        .where(silent.model_version == model_version, shown.trigger == "filed")
        .where(shown.as_of >= since, shown.as_of < before)
        .order_by(shown.scored_at, shown.kept_at, shown.screening_id)
    )  # fmt: skip
    newest = {row.filing_id: Pair(*row) for row in connection.execute(query)}
    return sorted(newest.values(), key=lambda pair: (pair.as_of, pair.filing_id))


_FIELDS = tuple(name for name in Challenge.__dataclass_fields__ if name != "number")
