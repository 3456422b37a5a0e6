"""Edges (关联边) out of what filings say: one for each kind and pair, dated and weighed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from math import log2, sqrt
from typing import Final, NamedTuple

from features.relations.kinds import MOST_HOLDERS, MOST_REPEATS, OF_AGENTS, Kind, load_kinds, spread_over
from features.relations.sightings import Sighting, Value, ties_of
from xiezhi.clock import Moment

MOST_CITED: Final = 5
"""Filings named by an edge, newest first; `count` says how many there are."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation of two entities as of a moment.

    weight: 0 to 1. first, last: moments of the first filing by which it was complete, and of the newest that shows it.
    count: filings it rests on besides the one asked about; `here`: that one shows it too. filings: the newest of
    them. roles: sides on which they stood, `plaintiff-defendant` in the order of the ends. holders: entities
    that share the phone, address or name, 0 for other kinds. via: the agent of a `shared_agent`.
    """

    kind: str
    left: str
    right: str
    detail: str
    weight: float
    first: Moment
    last: Moment
    count: int
    here: bool
    filings: tuple[str, ...]
    roles: tuple[str, ...] = ()
    holders: int = 0
    via: str = ""

    def other(self, entity_id: str) -> str:
        """The other end."""
        return self.right if entity_id == self.left else self.left


class Hub(NamedTuple):
    """A value that too many share to tie any of them: its kind, how many hold it, and one holder asked about."""

    kind: str
    holders: int
    of: str


class _Shown(NamedTuple):
    """One filing that shows a relation."""

    filed_at: Moment
    filing_id: str
    here: bool
    share: float = 1.0
    roles: str = ""


Key = tuple[str, str, str, str]  # kind, left, right, detail


def build_edges(
    sightings: Iterable[Sighting],
    around: Collection[str],
    count_filings: Callable[[Collection[str]], Mapping[str, int]],
) -> tuple[list[Edge], list[Hub]]:
    """Every edge with an end in `around`, strongest first, and the hubs that were left out.

    count_filings: in how many filings each of some entities appeared; asked once.
    """
    ordered = sorted(sightings, key=lambda seen: (seen.filed_at, seen.filing_id))
    tied: dict[Key, list[_Shown]] = {}
    for seen in ordered:
        for tie in ties_of(seen, around):
            shown = _Shown(seen.filed_at, seen.filing_id, seen.here, tie.share, tie.roles)
            tied.setdefault((tie.kind, tie.left, tie.right, tie.detail), []).append(shown)
    busy = {end for key in tied for end in _busy_ends(key, load_kinds()[key[0]])}
    appeared = count_filings(sorted(busy))
    edges = {key: _weigh(key, shown, appeared) for key, shown in tied.items()}
    hubs: list[Hub] = []
    shared: dict[Key, list[_Shared]] = {}
    for value, held in _held(ordered, around).items():
        for found in _share(value, held, around):
            if isinstance(found, Hub):
                hubs.append(found)
            else:
                shared.setdefault(found[0], []).append(found[1])
    for key, values in shared.items():
        if key[0] != "namesake" or ("legal_representative", *key[1:]) not in edges:
            edges[key] = _join(key, values)
    return sorted(edges.values(), key=_order), sorted(hubs)


def share_agents(
    edges: Sequence[Edge], plaintiffs: Collection[str], defendants: Collection[str]
) -> list[Edge]:
    """`shared_agent` edges: an agent who acted for one of each side, ever or here, strongest first."""
    found: dict[tuple[str, str, str], Edge] = {}
    of_agent = sorted((e for e in edges if e.kind in OF_AGENTS), key=lambda e: e.right)
    for agent, group in groupby(of_agent, key=lambda e: e.right):
        of = list(group)
        for one in (edge for edge in of if edge.left in plaintiffs):
            for other in (edge for edge in of if edge.left in defendants and edge.left != one.left):
                left, right = sorted((one.left, other.left))
                edge = Edge(
                    "shared_agent", left, right, "", one.weight * other.weight,
                    max(one.first, other.first), max(one.last, other.last), one.count + other.count,
                    one.here or other.here, _interleave(one.filings, other.filings), via=agent,
                )  # fmt: skip
                before = found.get((left, right, agent))
                if before is None or before.weight < edge.weight:
                    found[left, right, agent] = edge
    return sorted(found.values(), key=_order)


def _order(edge: Edge) -> tuple[float, str, str, str, str, str]:
    return (-edge.weight, edge.kind, edge.left, edge.right, edge.detail, edge.via)


def _weigh(key: Key, shown: Sequence[_Shown], appeared: Mapping[str, int]) -> Edge:
    kind = load_kinds()[key[0]]
    share: dict[str, float] = {}
    for one in shown:
        share[one.filing_id] = max(one.share, share.get(one.filing_id, 0.0))
    weight = kind.strength * max(share.values())
    if kind.repeats:
        missed = 1.0
        for each in sorted(share.values(), reverse=True)[:MOST_REPEATS]:
            missed *= 1 - kind.strength * each
        weight = 1 - missed
    if kind.spread in ("company", "agency"):
        together = max(len({one.filing_id for one in shown if not one.here}), 1)
        busiest = max(appeared.get(end, 0) for end in _busy_ends(key, kind))
        spread = log2(1 + max(busiest / together, 1))
        weight /= sqrt(spread) if kind.spread == "agency" else spread
    roles = tuple(sorted({one.roles for one in shown if one.roles}))
    return _edge(key, weight, shown[0].filed_at, shown, roles)


def _busy_ends(key: Key, kind: Kind) -> tuple[str, ...]:
    """The ends of an edge whose other filings make it say less."""
    return {"company": (key[1], key[2]), "agency": (key[2],)}.get(kind.spread, ())


def _edge(
    key: Key,
    weight: float,
    first: Moment,
    shown: Sequence[_Shown],
    roles: tuple[str, ...] = (),
    holders: int = 0,
) -> Edge:
    kind, left, right, detail = key
    elsewhere = dict.fromkeys(one.filing_id for one in sorted(shown, reverse=True) if not one.here)
    return Edge(
        kind, left, right, detail, weight, first, max(one.filed_at for one in shown), len(elsewhere),
        any(one.here for one in shown), tuple(elsewhere)[:MOST_CITED], roles, holders,
    )  # fmt: skip


class _Holder(NamedTuple):
    """How an entity holds a value: in what use, by which filings (oldest first)."""

    uses: set[str]
    shown: list[_Shown]


class _Shared(NamedTuple):
    """One value that a pair shares: its weight, how many hold it, and the filings by which each end does."""

    weight: float
    holders: int
    left: Sequence[_Shown]
    right: Sequence[_Shown]


def _held(ordered: Sequence[Sighting], around: Collection[str]) -> dict[Value, dict[str, _Holder]]:
    """Value -> its holders by entity id, of values that somebody in `around` and somebody else holds."""
    near = {h.value for seen in ordered for h in seen.holdings if h.entity in around}
    held: dict[Value, dict[str, _Holder]] = {}
    for seen in ordered:
        for entity, value, use in seen.holdings:
            if value in near:
                holder = held.setdefault(value, {}).setdefault(entity, _Holder(set(), []))
                holder.uses.add(use)
                holder.shown.append(_Shown(seen.filed_at, seen.filing_id, seen.here))
    return {value: holders for value, holders in held.items() if len(holders) > 1}


def _share(
    value: Value, held: Mapping[str, _Holder], around: Collection[str]
) -> Iterator[tuple[Key, _Shared] | Hub]:
    """Pairs of holders of a value with an end in `around`, or the hub it is."""
    near = sorted(entity for entity in held if entity in around)
    sharing = sorted(entity for entity, holder in held.items() if holder.uses != {"name"})
    if not near or not sharing:
        return
    if len(sharing) > MOST_HOLDERS:
        yield Hub(value.kind, len(sharing), near[0])
        return
    pairs = [(kind, *pair) for pair in combinations(sharing, 2) if (kind := _kind_of(value, held, *pair))]
    pairs += [("namesake", who, office) for who in near if held[who].uses == {"name"} for office in sharing]
    for kind, left, right in pairs:
        if left in around or right in around:
            # A bearer of the name is one more who has it.
            weight = load_kinds()[kind].strength * spread_over(len(sharing) + (kind == "namesake"))
            yield (kind, left, right, ""), _Shared(weight, len(sharing), held[left].shown, held[right].shown)


def _kind_of(value: Value, held: Mapping[str, _Holder], left: str, right: str) -> str:
    """The kind of relation of two holders; empty where it says nothing: colleagues have one office phone."""
    both = held[left].uses & held[right].uses
    if value.kind == "head":
        return "same_representative"
    if value.kind == "address":
        return "shared_address" if "residence" in both else "shared_service_address"
    return "" if both == {"agent"} else "shared_phone"


def _join(key: Key, shared: Sequence[_Shared]) -> Edge:
    """One edge of all the values a pair shares in one way; as strong as the strongest."""
    best = max(shared, key=lambda one: one.weight)
    first = min(max(one.left[0].filed_at, one.right[0].filed_at) for one in shared)
    ends = [[s for one in shared for s in one.left], [s for one in shared for s in one.right]]
    edge = _edge(key, best.weight, first, [*ends[0], *ends[1]], holders=best.holders)
    newest = [[s.filing_id for s in sorted(end, reverse=True) if not s.here] for end in ends]
    return replace(edge, filings=_interleave(*newest))


def _interleave(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """The newest of both, each in its turn, so that neither end goes without."""
    mixed = [filing for pair in zip(one, other, strict=False) for filing in pair]
    rest = [*one[len(other) :], *other[len(one) :]]
    return tuple(dict.fromkeys([*mixed, *rest]))[:MOST_CITED]


def entities_of(edges: Iterable[Edge]) -> Iterator[str]:
    """Both ends of each edge."""
    for edge in edges:
        yield edge.left
        yield edge.right
