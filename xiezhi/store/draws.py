"""Reviewers drawn by lot (随机分派), kept so that anybody can draw again and get the same person."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from sqlalchemy import Connection, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.filings import is_within
from xiezhi.store.tables import draws


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: the seed, who was eligible (sorted), who was barred and why, and who was chosen."""

    filing_id: str
    seat: int
    at: Moment
    actor: str
    seed: str
    eligible: tuple[str, ...]
    barred: Mapping[str, str]
    chosen: str
    draw_no: int = 0  # given by the store

    @property
    def replays(self) -> bool:
        """Whether drawing again gives the person chosen."""
        return draw(self.seed, self.filing_id, self.eligible) == self.chosen


def draw(seed: str, filing_id: str, eligible: Sequence[str]) -> str:
    """One of `eligible` (not empty), each with the same probability; the order they are given in plays no part."""
    names = sorted(eligible)
    lot = blake2b("\x1f".join((seed, filing_id, *names)).encode(), digest_size=16).digest()
    return names[int.from_bytes(lot) % len(names)]


def add_draw(connection: Connection, made: Draw) -> Draw:
    """Append `made`; it with its number."""
    row = {
        "filing_id": made.filing_id, "seat": made.seat, "at": made.at, "actor": made.actor, "seed": made.seed,
        "eligible": json.dumps(made.eligible, ensure_ascii=False),
        "barred": json.dumps(dict(made.barred), ensure_ascii=False, sort_keys=True),
        "chosen": made.chosen,
    }  # fmt: skip
    kept = keep_told(connection, "draw", row, at=made.at, actor=made.actor)
    return replace(made, draw_no=kept["draw_no"])


def newest_draws(
    connection: Connection,
    most: int,
    filing_id: str | None = None,
    before: int | None = None,
    courts: Collection[str] = (),
) -> list[Draw]:
    """At most `most` draws (of one filing, made before the draw of this number), the newest first; for filings of
    `courts` (none: of all)."""
    c = draws.c
    query = select(*(c[name] for name in Draw.__dataclass_fields__)).where(is_within(c.filing_id, courts))
    query = query.order_by(c.draw_no.desc()).limit(most)
    if filing_id is not None:
        query = query.where(c.filing_id == filing_id)
    if before is not None:
        query = query.where(c.draw_no < before)
    return [
        Draw(
            row.filing_id,
            row.seat,
            row.at,
            row.actor,
            row.seed,
            tuple(json.loads(row.eligible)),
            json.loads(row.barred),
            row.chosen,
            row.draw_no,
        )
        for row in connection.execute(query)
    ]
