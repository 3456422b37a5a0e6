"""Labels as a court would have them: late, partial, now and then wrong and set right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from features.simulate.cases import Filed
from features.simulate.proceedings import Unfolded
from features.simulate.world import World

#: Schemes whose filings are abusive (滥诉) rather than fabricated (虚假).
ABUSIVE = frozenset("JKLNO")


@dataclass(frozen=True, slots=True)
class Found:
    """Findings on one filing; ``caught_at`` is set for false filings found at any time, ever."""

    caught_at: datetime | None
    lines: list[dict[str, Any]]
    set_aside: datetime | None = None


NOTHING = Found(None, [])


def find(world: World, filed: Filed, so_far: Unfolded) -> Found:
    """What authorities will say about ``filed``; lines may lie beyond the docket's end."""
    suit, p = filed.suit, world.params.findings
    if suit.truth.scheme:
        return _true_finding(world, filed, so_far)
    ended = so_far.events[-1].at
    if (suit.suspicious and world.chance(p.genuine_suspicious)) or world.chance(p.genuine_other):
        at = ended + timedelta(days=world.rng.randint(3, 200))
        return Found(None, [_line(world, filed, at, "genuine", "review", "none")])
    if world.chance(p.wrong):
        lines = [_line(world, filed, ended, "false", "judgment", world.rng.choice(("dismissed", "fined")))]
        if world.chance(p.wrong_reversed):
            later = ended + timedelta(days=world.rng.randint(90, 500))
            lines.append(_line(world, filed, later, "genuine", "review", "none"))
        return Found(None, lines)
    return NOTHING


def _true_finding(world: World, filed: Filed, so_far: Unfolded) -> Found:
    suit, p = filed.suit, world.params.findings
    what = "abusive" if suit.truth.scheme in ABUSIVE else "false"
    if suit.caught:
        at = next((e.at for e in so_far.events if e.kind == "dismissed"), so_far.events[-1].at)
        draw = world.rng.random()
        measure = "detained" if draw < p.detained else "fined" if draw < p.detained + p.fined else "dismissed"
        source = "judgment" if measure == "dismissed" else "sanction"
        return Found(at, [_line(world, filed, at, what, source, measure)])
    if suit.found_late is None:
        return NOTHING
    # Rings are found together, so the days between their filings' findings stay few.
    at = so_far.events[-1].at + timedelta(days=365.25 * suit.found_late + world.rng.randint(0, 20))
    convicted = what == "false" and world.chance(p.conviction)
    measure = "convicted" if convicted else world.rng.choice(("referred", "listed", "none", "fined"))
    line = _line(world, filed, at, what, "conviction" if convicted else "procuratorate", measure)
    undone = at if world.chance(0.7) and suit.proceeding != "enforcement" and so_far.won else None
    return Found(at, [line], undone)


def _line(
    world: World, filed: Filed, at: datetime, finding: str, source: str, measure: str
) -> dict[str, Any]:
    """One line of findings.jsonl; entered some days after the decision."""
    line: dict[str, Any] = {
        "filing_id": filed.filing_id,
        "at": at.isoformat(),
        "finding": finding,
        "source": source,
    }
    if world.chance(0.5):
        line["recorded_at"] = (at + timedelta(days=world.rng.randint(1, 30))).isoformat()
    if finding != "genuine" and filed.suit.truth.scheme and world.chance(0.7):
        line["scheme"] = filed.suit.truth.scheme
    line["measure"] = measure
    return line
