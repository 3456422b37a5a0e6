"""The schemes of the domain research, and when their rings start."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta

from features.simulate.cases import Suit
from features.simulate.schemes import collusive, priority, repeats, series, unilateral
from features.simulate.schemes.ring import Ring
from features.simulate.world import World

Scheme = Callable[[Ring, date], list[Suit]]

#: variant -> (which sign rates hold, the function that files)
SCHEMES: dict[str, tuple[str, Scheme]] = {
    "A": ("collusive", collusive.diluting_loan),
    "A2": ("collusive", collusive.diluting_loan),
    "A3": ("collusive", collusive.diluting_company),
    "B": ("collusive", priority.fake_wages),
    "B2": ("collusive", priority.arbitrated_wages),
    "C": ("collusive", priority.fake_lease),
    "D": ("collusive", collusive.debt_for_asset),
    "E": ("collusive", collusive.spouse_debt),
    "F": ("unilateral", unilateral.trap_loan),
    "G": ("unilateral", unilateral.forged_contract),
    "H": ("unilateral", unilateral.injury_broker),
    "I": ("collusive", priority.housing_fund),
    "J": ("unilateral", series.malicious_mark),
    "K": ("unilateral", series.batch_rights),
    "L": ("unilateral", series.serial_information),
    "M": ("collusive", collusive.bankruptcy_claim),
    "N": ("unilateral", repeats.several_courts),
    "O": ("unilateral", repeats.changed_story),
}


def plan_rings(world: World, filings: int) -> None:
    """Put the start of every ring on the calendar, so that false filings reach their share.

    ``filings`` is the size of the docket. A variant's quota counts the enforcement filings
    its suits will lead to. Rings larger than their quota allows are cut.
    """
    total = world.params.docket.false_share * filings
    shares = sum(s.share for s in world.params.schemes.values())
    number = 0
    for variant, (signs, file) in SCHEMES.items():
        sheet = world.params.schemes[variant]
        won = 0.55 if signs == "collusive" else 0.3
        if variant == "I":
            won = 0.95  # confirmation is hardly ever refused
        left: float = math.floor(
            total * sheet.share / shares / (1 + won * sheet.enforced) + world.rng.random()
        )
        cap = max(2, math.ceil(left * world.params.rings.largest_part))
        while left > 0:
            low, high = sheet.ring
            size = min(
                round(math.exp(world.rng.uniform(math.log(low), math.log(high + 0.49)))), cap, math.ceil(left)
            )
            number += 1
            ring = Ring(world, variant, world.params.signs[signs], sheet, f"R{number:04d}", size)
            start, inside = _start(world, sheet.span, size / high)
            world.schedule(start, lambda d, r=ring, f=file: f(r, d))  # type: ignore[misc]
            left -= size * inside


def _start(world: World, span: int, part: float) -> tuple[date, float]:
    """A ring's first day, and the part of its span that lies before the docket's end.

    Any day but those of the first weeks, when nobody is in enforcement yet: rings are under way when the
    docket ends, as they are when a court looks at its newest filings.
    """
    days = (world.end - world.start).days
    first = int(days * 0.06)
    day = first + int(world.rng.random() * (days - first))
    needed = max(int(span * min(1.0, part**0.5)), 1)
    return world.start + timedelta(days=day), min(1.0, (days - day) / needed)
