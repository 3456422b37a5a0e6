"""What people said of who is who, as it counts for one filing: who must be one, who must not, which ids are one.

A judgement or referent counts for filings filed after it was made. A correction makes its judgements count for every
filing. Linking the whole store anew makes all that was judged up to then count for every filing: then mentions stand
where people put them, and no id stands for another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from xiezhi.clock import Moment
from xiezhi.store.corrections import judgements_carried
from xiezhi.store.judgements import (
    Judgement,
    MentionRef,
    Referent,
    every_judgement,
    follow,
    last_run,
    referents_since,
    said_of,
)

Refs = frozenset[MentionRef]
NOBODY: Final[Refs] = frozenset()

LONG_AGO: Final[Moment] = -(2**62)
"""Before every moment."""


class Ruling(NamedTuple):
    """What people said of one mention: the entity it must join (if any), and those it must not."""

    together: Refs = NOBODY
    apart: Refs = NOBODY
    entity_id: str = ""
    barred: frozenset[str] = frozenset()


class Closure:
    """Judgements in force together: whoever is the same as the same is the same (`rows` in the order made)."""

    def __init__(self, rows: Iterable[Judgement]) -> None:
        newest = {(row.left, row.right): row for row in rows}
        self._group: dict[MentionRef, set[MentionRef]] = {}
        apart: list[Judgement] = []
        for pair, row in newest.items():
            if row.verdict == "same":
                self._join(*pair)
            elif row.verdict == "different":
                apart.append(row)
        self._apart: dict[int, list[Judgement]] = {}
        for row in apart:
            for ref in (row.left, row.right):
                self._apart.setdefault(id(self._group.setdefault(ref, {ref})), []).append(row)
        self.standing: Mapping[tuple[MentionRef, MentionRef], Judgement] = {
            pair: row for pair, row in newest.items() if row.verdict != "withdrawn"
        }

    def together(self, ref: MentionRef) -> Refs:
        """All that are the same as `ref`, itself among them."""
        return frozenset(self._group.get(ref, (ref,)))

    def apart(self, ref: MentionRef) -> Refs:
        """All that are different from `ref`: judged so, or the same as somebody who was."""
        group = self._group.get(ref)
        if group is None:
            return NOBODY
        found: set[MentionRef] = set()
        for row in self._apart.get(id(group), ()):
            found |= self._group[row.right if row.left in group else row.left]
        return frozenset(found)

    def _join(self, a: MentionRef, b: MentionRef) -> None:
        one, other = self._group.setdefault(a, {a}), self._group.setdefault(b, {b})
        if one is other:
            return
        small, large = sorted((one, other), key=len)
        large |= small
        for ref in small:
            self._group[ref] = large


class Verdicts:
    """Judgements and referents as they count for each filing.

    `again`: when the store was last linked anew; `carried`: numbers of the judgements that corrections carry through.
    """

    def __init__(
        self,
        judgements: Sequence[Judgement] = (),
        referents: Sequence[Referent] = (),
        again: Moment = LONG_AGO,
        carried: Container[int] = (),
    ) -> None:
        self._again = again
        self._carried = carried
        self._judgements = judgements
        self._referents = referents
        self._filings = {ref.filing_id for row in judgements for ref in (row.left, row.right)}
        self._judged = sorted({row.judged_at for row in judgements if row.judged_at > again})
        self._named = sorted({row.since for row in referents})
        self._closures: dict[int, Closure] = {}
        self._final: dict[int, dict[str, str]] = {}

    def concern(self, filing_id: str) -> bool:
        """Whether any judgement names a mention of this filing."""
        return filing_id in self._filings

    def closure(self, filed_at: Moment) -> Closure:
        """Judgements that count for a filing of this moment."""
        epoch = bisect_left(self._judged, filed_at)
        found = self._closures.get(epoch)
        if found is None:
            counts = max(self._again, filed_at - 1)
            rows = (r for r in self._judgements if r.judged_at <= counts or r.judgement_no in self._carried)
            found = self._closures[epoch] = Closure(rows)
        return found

    def standing_for(self, filed_at: Moment) -> Mapping[str, str]:
        """Old entity id -> the id it stands for, as it counts for a filing of this moment."""
        epoch = bisect_left(self._named, filed_at)
        found = self._final.get(epoch)
        if found is None:
            found = self._final[epoch] = follow(r for r in self._referents if r.since < filed_at)
        return found


def all_verdicts(connection: Connection, again: Moment | None = None) -> Verdicts:
    """Everything people said. `again`: linking the store anew at this moment (None: as it was last)."""
    if again is None:
        again = _linked_anew(connection)
    carried = judgements_carried(connection)
    return Verdicts(every_judgement(connection), referents_since(connection, again), again, carried)


def verdicts_for(connection: Connection, filing_id: str) -> Verdicts:
    """What people said as far as linking this filing asks for it."""
    said = said_of(connection, filing_id)
    again = LONG_AGO if said.again is None else said.again
    # Whoever was judged is tied to others by judgements on other filings.
    judgements = every_judgement(connection) if said.judged else []
    carried = judgements_carried(connection) if said.judged else frozenset[int]()
    referents = referents_since(connection, again) if said.newest_referent is not None else []
    return Verdicts(judgements, referents, again, carried)


def _linked_anew(connection: Connection) -> Moment:
    run = last_run(connection, "again")
    return LONG_AGO if run is None else run.ran_at
