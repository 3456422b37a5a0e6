"""Filings handed in under load: five parties, two agents, 2,000 characters of facts; all of one day after the history.

Their parties are either in court for the first time, or drawn one by one from the last year of the store: each brings a
history of its own, so that such a filing touches more of it than an ordinary one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from resolving.docket import MENTIONS, Docket
from sqlalchemy import select

from xiezhi.clock import DAY, SECOND, Moment, format_moment
from xiezhi.records import Agent, Filing, Party, to_body
from xiezhi.store import Store
from xiezhi.store.filings import get_filings
from xiezhi.store.tables import filings as table

CHARACTERS: Final = 2_000
_DRAWN: Final = 1_500
"""Filings of the last year whose parties and agents are drawn from."""


@dataclass(frozen=True)
class OnRecord:
    """Parties and agents as filed before, each as often as it was in court."""

    parties: Sequence[Party]
    agents: Sequence[Agent]

    def put_into(self, filing: Filing, draw: Random) -> Filing:
        """The filing with its parties and agents taken by some of these."""
        parties, agents = (
            draw.sample(self.parties, len(filing.parties)),
            draw.sample(self.agents, len(filing.agents)),
        )
        return replace(
            filing,
            parties=tuple(
                replace(one, party_id=own.party_id, role=own.role, declared_relations=())
                for one, own in zip(parties, filing.parties, strict=True)
            ),
            agents=tuple(
                replace(one, agent_id=own.agent_id, represents=own.represents)
                for one, own in zip(agents, filing.agents, strict=True)
            ),
        )


def read_on_record(store: Store, until: Moment) -> OnRecord:
    """Who was in court in the year before a moment; of a store made by `multiply.py` in its first copy."""
    c = table.c
    query = select(c.filing_id).where(
        c.filed_at > until - 365 * DAY, c.version == 1, ~c.filing_id.contains("~")
    )
    with store.read() as connection:
        ids = sorted(connection.execute(query).scalars())
        chosen = Random(7).sample(ids, min(_DRAWN, len(ids)))
        found = [stored.filing for stored in get_filings(connection, store.vault, chosen).values()]
    return OnRecord([p for f in found for p in f.parties], [a for f in found for a in f.agents])


def make_bodies(
    count: int, since: Moment, seed: int, run: str, known: OnRecord | None = None
) -> list[dict[str, Any]]:
    """`count` bodies in the filing format, filed a second apart from `since` on; ids are of this `run` alone."""
    bodies, draw = [], Random(seed)
    for number, suit in enumerate(Docket(count * MENTIONS, seed).write(count)):
        filing = suit.filing if known is None else known.put_into(suit.filing, draw)
        text = (filing.facts or "事实与理由。") * (CHARACTERS // max(len(filing.facts or ""), 6) + 1)
        moved = replace(filing, filing_id=f"load-{run}-{seed}-{number}", facts=text[:CHARACTERS])
        body = {key: value for key, value in to_body(moved).items() if key != "extra"}
        bodies.append(body | {"filed_at": format_moment(since + number * SECOND, "Asia/Shanghai")})
    return bodies
