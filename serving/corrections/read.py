"""Corrections as they are told: what was said, how far it is, and which scores changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from xiezhi.accounts.reach import filings_within
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.store import Store
from xiezhi.store.corrections import (
    LINK,
    SCORE,
    Correction,
    CorrectionEffect,
    Progress,
    concerns,
    effects_of,
    get_correction,
    newest_corrections,
    progress_of,
)


@dataclass(frozen=True)
class CorrectionTold:
    """linked: filings linked again; scored: scores looked at again, none before all is linked.

    `hidden`: effects on filings out of the reader's reach, counted alone.
    """

    correction: Correction
    linked: Progress
    scored: Progress
    effects: tuple[CorrectionEffect, ...] = ()
    hidden: int = 0

    @property
    def scores(self) -> list[str]:
        """Ids of the scores it tells of, before and after."""
        return [score for effect in self.effects for score in (effect.before_id, effect.after_id)]

    @property
    def is_done(self) -> bool:
        """Whether all is carried through."""
        return all(stage.done == stage.steps for stage in (self.linked, self.scored))


def read_correction(store: Store, correction_id: str, courts: Collection[str] = ()) -> CorrectionTold:
    """A correction with the scores it changed of filings of `courts` (none: of all).

    Raises NotFound, for one that concerns no filing of these, too.
    """
    with store.read() as connection:
        made = get_correction(connection, correction_id)
        if made is None or not concerns(connection, correction_id, courts):
            raise NotFound("没有这项更正。", "There is no such correction.", code="no-correction")
        effects = effects_of(connection, correction_id)
        reach = filings_within(connection, courts, {one.filing_id for one in effects})
        shown = tuple(one for one in effects if one.filing_id in reach)
        (told,) = _told(connection, [made])
        return replace(told, effects=shown, hidden=len(effects) - len(shown))


def read_corrections(
    store: Store, most: int, before: tuple[Moment, str] | None = None, courts: Collection[str] = ()
) -> list[CorrectionTold]:
    """At most `most` corrections that concern a filing of `courts` (none: of any), the newest first (before the one
    made then with this id), without the scores."""
    with store.read() as connection:
        return _told(connection, newest_corrections(connection, most, before, courts))


def _told(connection: Connection, made: Sequence[Correction]) -> list[CorrectionTold]:
    progress = progress_of(connection, [one.correction_id for one in made])
    none = Progress(0, 0)
    return [
        CorrectionTold(
            one,
            progress.get((one.correction_id, LINK), none),
            progress.get((one.correction_id, SCORE), none),
        )
        for one in made
    ]
