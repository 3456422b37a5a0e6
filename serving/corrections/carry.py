"""A correction carried through (落实更正): filings linked again, scores that rest on them found and given again.

In slices, each whole or not at all: stopped at any point, the next call goes on. `docs/corrections.md` says what is
exact about it and what is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from features.history.kernel import MOST_READ
from features.history.keys import NAMESPACE_SHIFT, namespace_code
from features.link.relink import rename_moved
from features.link.relink_filing import relink_filing
from serving.screening.again import look_again
from serving.screening.screener import CORRECTED_LINK, Screener
from xiezhi.clock import Moment
from xiezhi.decisions import state_of
from xiezhi.errors import NotFound
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.corrections import (
    LINK,
    SCORE,
    CorrectionEffect,
    CorrectionStep,
    add_effect,
    add_steps,
    effect_behind,
    finish_step,
    get_correction,
    keys_moved,
    next_steps,
    progress_of,
    unfinished,
)
from xiezhi.store.decisions import decisions_of
from xiezhi.store.filings import filed_at_of
from xiezhi.store.links import appearances_of_filings
from xiezhi.store.readers import appearing_near, scored_after
from xiezhi.store.screenings import Screening, put_screenings, screenings_of
from xiezhi.store.turn import write_in_turn

TOGETHER: Final = 20
"""Filings linked in one transaction: some tenths of a second in which nobody else writes."""

AT_ONCE: Final = 60
"""Steps done before whoever corrects is answered: a correction of few filings is whole by then."""

NEIGHBOURS: Final = 200
"""Filings beside a moved one, a key, that may read its parties: the neighbourhood reads 50 of a key in up to four roles
(docs/point-in-time.md, "The neighbourhood")."""


_BESIDE: Final = frozenset({namespace_code("party"), namespace_code("agent")})
"""What the neighbourhood looks for other parties by: `Common` and `Reach` by party, `Density` by agent."""


def carry_through(
    store: Store,
    screener: Screener,
    correction_id: str,
    *,
    now: Callable[[], Moment],
    most: int | None = None,
    advance: Advance = silent,
) -> bool:
    """Do the next steps of a correction, at most about `most` (None: all); whether it is done."""
    done = 0
    while most is None or done < most:
        with store.read() as connection:
            steps = next_steps(connection, correction_id, TOGETHER)
        if not steps:
            return True
        if steps[0].stage == LINK:
            _link(store, steps, now())
        else:
            for step in steps:
                _score(store, screener, step, now())
        done += len(steps)
        advance(*_progress(store, correction_id))
    with store.read() as connection:
        return not next_steps(connection, correction_id, 1)


def carry_all(
    store: Store, screener: Screener, *, now: Callable[[], Moment], advance: Advance = silent
) -> list[str]:
    """Carry through every correction that is not done, the oldest first; their ids."""
    with store.read() as connection:
        waiting = unfinished(connection)
    for correction_id in waiting:
        carry_through(store, screener, correction_id, now=now, advance=advance)
    return waiting


def _progress(store: Store, correction_id: str) -> tuple[int, int]:
    with store.read() as connection:
        stages = progress_of(connection, [correction_id]).values()
    return sum(stage.done for stage in stages), sum(stage.steps for stage in stages)


def _link(store: Store, steps: list[CorrectionStep], now: Moment) -> None:
    correction_id = steps[0].correction_id
    with write_in_turn(store) as connection:
        for step in steps:
            moved = relink_filing(connection, store.vault, step.filing_id)
            finish_step(connection, step, now, moved.keys)
        if not next_steps(connection, correction_id, 1):
            _settle(connection, correction_id, now)


def _settle(connection: Connection, correction_id: str, now: Moment) -> None:
    """All is linked: let ids that are gone stand for others, and find the scores that rest on what moved."""
    correction = get_correction(connection, correction_id)
    if correction is None:
        raise NotFound("没有这项更正。", "There is no such correction.", code="no-correction")
    rename_moved(connection, correction.firsts, now, correction.made_by, correction.reason)
    add_steps(
        connection, correction_id, SCORE, find_scored(connection, keys_moved(connection, correction_id))
    )


def find_scored(connection: Connection, moved: dict[str, list[int]]) -> list[str]:
    """Filings whose newest score may rest on what moved, in the order of those scores.

    moved: filing linked again -> the keys of the history index it gained or lost. Read are the filings that appear
    under these keys, and those beside the moved ones, whose neighbourhood may reach them.
    """
    if not moved:
        return []
    filed_at = filed_at_of(connection, list(moved))
    since: dict[int, Moment] = {}
    for filing_id, keys in moved.items():
        for key in keys:
            since[key] = min(since.get(key, filed_at[filing_id]), filed_at[filing_id])
    beside: dict[int, Moment] = {}
    for key, filing_id, _ in appearances_of_filings(connection, list(moved)):
        if key not in since and key >> NAMESPACE_SHIFT in _BESIDE:
            beside[key] = min(beside.get(key, filed_at[filing_id]), filed_at[filing_id])
    found = set(moved) | appearing_near(connection, since, MOST_READ)
    found |= appearing_near(connection, beside, NEIGHBOURS)
    return scored_after(connection, sorted(found), min(filed_at.values()) - 1)


def _score(store: Store, screener: Screener, step: CorrectionStep, now: Moment) -> None:
    """Score one filing again; where neither its links nor its features moved, the score it has stays."""
    with store.read() as connection:
        before = screenings_of(connection, step.filing_id)[0]
    seen = look_again(
        store, screener, before, before.as_of, trigger=CORRECTED_LINK, now=now, cause=step.correction_id
    )
    is_same = seen.rests_on_the_same_as(before)
    with store.write() as connection:
        if not is_same:
            put_screenings(connection, [seen.made], seen.made.scored_at)
            add_effect(connection, _effect(connection, step.correction_id, before, seen.made))
        finish_step(connection, step, now)
    if not is_same:
        seen.challenge(store, screener)


def _effect(
    connection: Connection, correction_id: str, before: Screening, after: Screening
) -> CorrectionEffect:
    """What became of a flag. What a person decided goes on holding while the band stays."""
    root = before.screening_id
    made = decisions_of(connection, [before.filing_id])
    own = [d for d in made if d.screening_id == root]
    if not own and (behind := effect_behind(connection, root)) is not None and behind.carried_from:
        root = behind.carried_from
        own = [d for d in made if d.screening_id == root]
    is_flag = before.band != "none"
    return CorrectionEffect(
        correction_id=correction_id,
        before_id=before.screening_id,
        after_id=after.screening_id,
        filing_id=before.filing_id,
        at=after.scored_at,
        band_before=before.band,
        band_after=after.band,
        state_before=state_of(own[-1].decision if own else None) if is_flag else None,
        carried_from=root if own and is_flag and before.band == after.band else None,
    )
