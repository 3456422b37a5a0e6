"""What waits, done: events no score has counted yet, corrections stopped midway."""

from __future__ import annotations

from dataclasses import dataclass

from serving.corrections.carry import carry_all
from serving.screening.again import score_waiting
from serving.screening.screener import Screener, load_screener
from xiezhi.cli import opened, say
from xiezhi.clock import now
from xiezhi.progress import stage
from xiezhi.store import Store


@dataclass(frozen=True)
class Done:
    """Filings scored again because of events, bands that changed by it, and corrections carried through."""

    scored: int
    moved: int
    corrections: int


def score_what_waits(store: Store, screener: Screener) -> Done:
    """Score again what was taken in while nobody served, and go on with corrections that were stopped."""
    with stage("事件后复评 scoring again") as advance:
        changes = score_waiting(store, screener, now=now(), advance=advance)
    with stage("落实更正 carrying through") as advance:
        carried = carry_all(store, screener, now=now, advance=advance)
    moved = sum(change.before.band != change.after.band for change in changes)
    return Done(len(changes), moved, len(carried))


def run_rescreen() -> None:
    """The body of `xiezhi rescreen`."""
    with opened() as (store, settings):
        done = score_what_waits(store, load_screener(store, settings))
        say(
            settings,
            f"已复评 {done.scored} 件（等级变化 {done.moved} 件），已落实更正 {done.corrections} 项。",
            f"{done.scored} filings scored again ({done.moved} in another band), {done.corrections} corrections carried "
            "through.",
        )
