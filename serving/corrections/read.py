"""Corrections as they are told: what was said, how far it is, and which scores changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.store import Store
from xiezhi.store.corrections import (
    LINK,
    SCORE,
    Correction,
    CorrectionEffect,
    Progress,
    effects_of,
    get_correction,
    newest_corrections,
    progress_of,
)


@dataclass(frozen=True)
class CorrectionTold:
    """linked: filings linked again; scored: scores looked at again, none before all is linked."""

    correction: Correction
    linked: Progress
    scored: Progress
    effects: tuple[CorrectionEffect, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether all is carried through."""
        return all(stage.done == stage.steps for stage in (self.linked, self.scored))


def read_correction(store: Store, correction_id: str) -> CorrectionTold:
    """A correction with the scores it changed. Raises NotFound."""
    with store.read() as connection:
        made = get_correction(connection, correction_id)
        if made is None:
            raise NotFound("没有这项更正。", "There is no such correction.", code="no-correction")
        effects = tuple(effects_of(connection, correction_id))
        return _told(connection, [made], {correction_id: effects})[0]


def read_corrections(
    store: Store, most: int, before: tuple[Moment, str] | None = None
) -> list[CorrectionTold]:
    """At most `most` corrections, the newest first (before the one made then with this id), without the scores."""
    with store.read() as connection:
        return _told(connection, newest_corrections(connection, most, before), {})


def _told(
    connection: Connection,
    made: Sequence[Correction],
    effects: dict[str, tuple[CorrectionEffect, ...]],
) -> list[CorrectionTold]:
    progress = progress_of(connection, [one.correction_id for one in made])
    none = Progress(0, 0)
    return [
        CorrectionTold(
            one,
            progress.get((one.correction_id, LINK), none),
            progress.get((one.correction_id, SCORE), none),
            effects.get(one.correction_id, ()),
        )
        for one in made
    ]
