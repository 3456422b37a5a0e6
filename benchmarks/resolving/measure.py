"""New filings resolved one at a time, and the look-ups alone of others of their kind, in turn."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter, thread_time
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, select

from features.link.resolve import Linked, resolve
from resolving import floor
from resolving.docket import Suit
from resolving.rows import rows_of
from xiezhi.progress import Advance
from xiezhi.store import Store
from xiezhi.store.link_index import NEVER_NUMBERED, Before
from xiezhi.store.tables import mentions

_WARM: Final = 30
"""Filings of each kind before the clock counts: statements are prepared, code is loaded."""


@dataclass(frozen=True)
class Times:
    """Milliseconds a filing, and on average: mentions, keys looked up, holders found.

    processor: median of the processor time of this process, which others on the machine disturb less; of a database
    server it tells nothing.
    """

    p50: float
    p99: float
    worst: float
    processor: float
    mentions: float
    keys: float
    holders: float


@dataclass(frozen=True)
class Figures:
    """Of one store. right: share of parties and agents seen before that were told as such, by the right entity;
    wrong: share of joined mentions that joined another."""

    mentions: int
    resolve: Times
    one_by_one: Times
    together: Times
    right: float
    wrong: float

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def floor(self) -> Times:
        """The quicker way of looking up."""
        return min(self.one_by_one, self.together, key=lambda times: times.p50)


def measure(store: Store, suits: Sequence[Suit], size: int, advance: Advance) -> Figures:
    """A third of `suits` resolved, a third looked up key by key, a third in one statement; each touched once."""
    taken: list[list[tuple[float, float, int, int, int]]] = [[], [], []]
    told: list[tuple[bool, bool, bool]] = []
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is not to be walked through while the clock runs
    for i, suit in enumerate(suits):
        with store.read() as connection:
            kind = i % 3
            if kind == 0:
                start, spent = perf_counter(), thread_time()
                linked = resolve(connection, store.vault, suit.filing)
                seconds, spent = perf_counter() - start, thread_time() - spent
                told += _judge(connection, suit, linked)
                counts = (len(linked.links), len({key for of in linked.keys for key in of}), 0)
            else:
                rows = rows_of([suit], store.vault, 1, 1)
                keys = list(dict.fromkeys(rows.keys))
                before = Before(suit.filing.filed_at, NEVER_NUMBERED)
                look_up = floor.one_by_one if kind == 1 else floor.together
                start, spent = perf_counter(), thread_time()
                holders = look_up(connection, keys, before)
                seconds, spent = perf_counter() - start, thread_time() - spent
                counts = (len(rows.mentions), len(keys), holders)
        taken[kind].append((seconds * 1000, spent * 1000, *counts))
        advance(i + 1, len(suits))
    known = [right and joins for was, right, joins in told if was]
    joined = [right for _, right, joins in told if joins]
    ours, single, union = (_times(np.array(of[_WARM:])) for of in taken)
    return Figures(size, ours, single, union, float(np.mean(known)), 1 - float(np.mean(joined)))


def _judge(connection: Connection, suit: Suit, linked: Linked) -> list[tuple[bool, bool, bool]]:
    """Of each mention: whether its entity is in the store, whether it was given that entity, whether it joined any."""
    truth = [suit.entities[link.record_id, link.kind] for link in linked.links]
    query = select(mentions.c.entity_id).distinct().where(mentions.c.entity_id.in_(truth))
    seen = set(connection.execute(query).scalars())
    return [
        (true in seen, link.entity_id == true, choice.answer == "same")
        for true, link, choice in zip(truth, linked.links, linked.choices, strict=True)
    ]


def _times(rows: Any) -> Times:
    p50, p99 = (float(value) for value in np.percentile(rows[:, 0], (50, 99)))
    counts = (float(number) for number in rows[:, 2:].mean(axis=0))
    return Times(p50, p99, float(rows[:, 0].max()), float(np.median(rows[:, 1])), *counts)
