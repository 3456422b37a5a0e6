"""Filings handed in under load: five parties, two agents, 2,000 characters of facts; all of one day after the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from resolving.docket import MENTIONS, Docket

from xiezhi.clock import SECOND, Moment, format_moment
from xiezhi.records import to_body

CHARACTERS: Final = 2_000


def make_bodies(count: int, since: Moment, seed: int) -> list[dict[str, Any]]:
    """`count` bodies in the filing format, filed a second apart from `since` on."""
    bodies = []
    for number, suit in enumerate(Docket(count * MENTIONS, seed).write(count)):
        filing = suit.filing
        text = (filing.facts or "事实与理由。") * (CHARACTERS // max(len(filing.facts or ""), 6) + 1)
        moved = replace(filing, filing_id=f"load-{seed}-{number}", facts=text[:CHARACTERS])
        body = {key: value for key, value in to_body(moved).items() if key != "extra"}
        bodies.append(body | {"filed_at": format_moment(since + number * SECOND, "Asia/Shanghai")})
    return bodies
