"""The nightly re-link: all mentions compared at once, and what that would merge or split, told as proposals.

Nothing is changed by it. A name is as common as the whole docket makes it, so all mentions are compared even where
few are new; a run since which nothing was linked or judged is not repeated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from typing import Any, Final, Protocol, TypeVar

from numpy.typing import NDArray
from sqlalchemy import Connection

from features.link.compare import VETO_SCHEMES
from features.link.likeliest import Told, likeliest
from features.link.people import People
from features.link.profile import Profile
from features.link.weights import load_weights, probability
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.judgements import MentionRef, StoreRun, Verdict, add_run, last_run, newest_judgement
from xiezhi.store.links import newest_mention
from xiezhi.store.mentions import every_mention
from xiezhi.store.proposals import (
    Action,
    Effect,
    Evidence,
    Part,
    Proposal,
    flagged_among,
    open_proposals,
    replace_proposals,
)

MOST_APART: Final = 50
"""Parties of one kind in a filing that are kept apart pair by pair: pairs grow with the square (own limit)."""

L = TypeVar("L")

_PARTIES: Final = ("person", "organization")


class Linking(Protocol):
    """What the engine found: of each mention the smallest position in its cluster, and how surely it is of it."""

    @property
    def cluster(self) -> NDArray[Any]: ...
    @property
    def probability(self) -> NDArray[Any]: ...


class Engine(Protocol):
    """Links mentions all at once. Pairs of positions: judged different, parties of one filing, judged the same.

    See `features.link.table`.
    """

    def __call__(
        self,
        profiles: Sequence[Profile],
        *,
        apart: Sequence[tuple[int, int]] = (),
        beside: Sequence[tuple[int, int]] = (),
        together: Sequence[tuple[int, int]] = (),
    ) -> Linking: ...


@dataclass(frozen=True, slots=True)
class ProposeCount:
    """What a run did. compared: mentions, 0 where nothing was linked or judged since the last run."""

    compared: int
    merges: int
    splits: int


def propose(store: Store, engine: Engine, at: Moment, advance: Advance = silent) -> ProposeCount:
    """Compare the whole store with itself and keep what should be merged or split as open proposals."""
    found: list[Proposal] | None = None
    with store.read() as connection:
        run = StoreRun("propose", at, newest_mention(connection), newest_judgement(connection))
        if not _is_done(connection, run):
            found = Comparison(connection, at).proposals(engine, advance)
    # Written apart, so that nobody waits for the comparison; who accepts is told where the links have changed since.
    with store.write() as connection:
        if found is not None:
            replace_proposals(connection, found)
            add_run(connection, run)
        compared = 0 if found is None else run.newest_mention
        actions = Counter(proposal.action for proposal in open_proposals(connection))
    return ProposeCount(compared, actions["merge"], actions["split"])


def _is_done(connection: Connection, run: StoreRun) -> bool:
    last, again = last_run(connection, "propose"), last_run(connection, "again")
    if last is None or (again is not None and again.ran_at > last.ran_at):
        return False
    return last[2:] == run[2:]


class Comparison:
    """The mentions of the store, who they are held to be, and who they would be."""

    def __init__(self, connection: Connection, at: Moment) -> None:
        self._connection = connection
        self._at = at
        self._people = People(connection)
        rows = every_mention(connection)
        self._rows = sorted(rows, key=lambda row: (row.filed_at, row.number))
        self._refs = [MentionRef(row.filing_id, row.record_id, row.kind) for row in self._rows]
        self._profiles = [Profile.loads(row.normalised)._replace(known="") for row in self._rows]
        self._entity = [self._people.final(row.entity_id) for row in self._rows]

    def link(self, engine: Callable[..., L]) -> L:
        """All mentions linked at once by `engine`, as `features.link.table.link_profiles`, honouring judgements."""
        different, same = self._judged("different"), self._judged("same")
        return engine(self._profiles, apart=different, beside=self._beside(), together=same)

    def proposals(self, engine: Engine, advance: Advance) -> list[Proposal]:
        """All there are; each at most once."""
        if not self._rows:
            return []
        linking = self.link(engine)
        advance(1, 2)
        groups = _groups(self._entity, linking.cluster.tolist())
        found = [self._merge(ids, linking) for ids in groups.merges]
        found += [self._split(parts) for parts in groups.splits]
        advance(2, 2)
        return [proposal for proposal in found if proposal is not None]

    def _beside(self) -> list[tuple[int, int]]:
        """Parties of one filing that carry no common number and were not judged the same."""
        beside: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, ref in enumerate(self._refs):
            if ref.kind in _PARTIES:
                beside[ref.filing_id, ref.kind].append(i)
        return [
            (i, j)
            for members in beside.values()
            for i, j in combinations(members[:MOST_APART], 2)
            if not self._is_one(i, j)
        ]

    def _judged(self, verdict: Verdict) -> list[tuple[int, int]]:
        position = {ref: i for i, ref in enumerate(self._refs)}
        return [
            (position[left], position[right])
            for (left, right), row in self._people.closure.standing.items()
            if row.verdict == verdict and left in position and right in position
        ]

    def _is_one(self, i: int, j: int) -> bool:
        mine, other = self._profiles[i].number, self._profiles[j].number
        return bool(mine and mine == other) or self._refs[j] in self._people.closure.together(self._refs[i])

    def _merge(self, groups: Sequence[Sequence[int]], linking: Linking) -> Proposal | None:
        """Entities, each most of its mentions in one cluster. None where they could not be one, or hardly are."""
        members = [i for group in groups for i in group]
        filings = Counter((self._refs[i].filing_id, self._entity[i]) for i in members)
        together = Counter(filing_id for filing_id, _ in filings)
        parties = self._refs[members[0]].kind in _PARTIES
        if (parties and max(together.values()) > 1) or _two_numbers(self._profiles[i] for i in members):
            return None
        sure = min(float(linking.probability[list(group)].mean()) for group in groups)
        if sure < load_weights().ask:
            return None
        evidence = self._evidence(groups)
        return self._proposal("merge", groups, evidence, sure)

    def _split(self, parts: Sequence[Sequence[int]]) -> Proposal | None:
        """Parts of one entity in as many clusters. None where even this linker would join them, or all was judged."""
        closure = self._people.closure
        firsts = [self._refs[part[0]] for part in parts]
        if all(b in closure.apart(a) for a, b in combinations(firsts, 2)):
            return None  # accepted, and waits for the store to be linked anew
        evidence = self._evidence(parts)
        joined = 0.0 if evidence.bits is None else probability(evidence.bits)
        if joined >= load_weights().ask:
            return None
        return self._proposal("split", parts, evidence, 1.0 - joined)

    def _evidence(self, groups: Sequence[Sequence[int]]) -> Evidence:
        told = [[Told(self._refs[i], self._profiles[i]) for i in group] for group in groups]
        entities = list(dict.fromkeys(self._entity[group[0]] for group in groups))
        return likeliest(self._connection, told, [one for e in entities for one in self._people.ids_of(e)])

    def _proposal(
        self, action: Action, groups: Sequence[Sequence[int]], evidence: Evidence, sure: float
    ) -> Proposal:
        parts = tuple(
            Part(self._entity[group[0]], tuple(self._refs[i] for i in group))
            for group in sorted(groups, key=lambda group: group[0])
        )
        members = [i for group in groups for i in group]
        return Proposal(
            _proposal_id(action, parts, evidence),
            action,
            parts[0].mentions[0].kind,
            self._at,
            round(sure, 6),
            parts,
            evidence,
            Effect(
                len(members),
                len({self._refs[i].filing_id for i in members}),
                tuple(sorted(self._flagged(groups))),
            ),
        )

    def _flagged(self, groups: Sequence[Sequence[int]]) -> set[str]:
        """Flagged filings in one part that come after a filing in another: their history would change."""
        starts = [self._rows[group[0]].filed_at for group in groups]
        changed = {
            self._rows[i].filing_id
            for k, group in enumerate(groups)
            for i in group
            if any(start < self._rows[i].filed_at for j, start in enumerate(starts) if j != k)
        }
        return flagged_among(self._connection, changed)


@dataclass(frozen=True, slots=True)
class _Groups:
    """merges: the mentions of entities that should be one. splits: the parts of one entity. All oldest first."""

    merges: list[list[list[int]]]
    splits: list[list[list[int]]]


def _groups(entity: Sequence[str], cluster: Sequence[int]) -> _Groups:
    """Where entities and clusters (both by position) differ."""
    of_entity: dict[str, list[int]] = defaultdict(list)
    shared: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, (entity_id, root) in enumerate(zip(entity, cluster, strict=True)):
        of_entity[entity_id].append(i)
        shared[root][entity_id].append(i)
    merges = []
    for inside in shared.values():
        mostly = [e for e, members in inside.items() if 2 * len(members) > len(of_entity[e])]
        if len(mostly) > 1:
            merges.append([of_entity[e] for e in mostly])
    return _Groups(merges, list(_parts(of_entity, cluster)))


def _parts(of_entity: dict[str, list[int]], cluster: Sequence[int]) -> Iterator[list[list[int]]]:
    for members in of_entity.values():
        parts: dict[int, list[int]] = defaultdict(list)
        for i in members:
            parts[cluster[i]].append(i)
        if len(parts) > 1:
            yield list(parts.values())


def _two_numbers(profiles: Iterable[Profile]) -> bool:
    known: dict[str, str] = {}
    return any(
        p.number[:1] in VETO_SCHEMES and known.setdefault(p.number[:1], p.number) != p.number
        for p in profiles
    )


def _proposal_id(action: Action, parts: Sequence[Part], evidence: Evidence) -> str:
    """The same for the same entities and the same kind of evidence: what was rejected is not proposed again."""
    entities = sorted({part.entity_id for part in parts})
    levels = sorted(f"{step.field}={step.level}" for step in evidence.steps)
    told = "\x1f".join([action, *entities, *levels])
    return f"{'M' if action == 'merge' else 'S'}-{blake2b(told.encode(), digest_size=5).hexdigest()}"
