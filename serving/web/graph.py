"""The relations of a case as a drawing the server makes; the table below it says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Final, Literal
from unicodedata import east_asian_width

from features.relations.edges import Edge
from features.relations.kinds import OF_AGENTS
from features.relations.neighbourhood import Neighbourhood, Node
from features.relations.tell import ends, label
from serving.review.relations import Relations

MOST_NODES: Final = 14
"""People and organisations drawn: more cannot be read on paper."""

MOST_OF_A_SIDE: Final = 4
"""Parties drawn of each side before others have their turn."""

NEAR_ENOUGH: Final = 0.2
"""Nobody weaker tied to the case is drawn, unless on a path: a lawyer's other clients are no acquaintances."""

WIDTH: Final = 760
_COLUMNS: Final = (70, 225, 380, 535, 690)
_ROW, _TOP, _BOTTOM = 96, 34, 62
_NAME_WIDTH, _NAME_LINES = 132.0, 2
_FONT, _LINE = 11, 13


@dataclass(frozen=True)
class Dot:
    """A node of the drawing: its number in the table, its place, its name in short lines. own: of this filing."""

    number: int
    node: Node
    x: float
    y: float
    name: tuple[str, ...]
    own: bool


@dataclass(frozen=True)
class Line:
    """Everything known between two dots. look: `near` (kin, phone, address …), `court` or `agent`.

    x, y, label_width: the middle of its label and how wide that is. top, bottom: how far line and label reach.
    """

    path: str
    look: Literal["near", "court", "agent"]
    width: float
    label: str
    x: float
    y: float
    label_width: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Row:
    """An edge as the table tells it: its ends in order, and their numbers in the drawing (0: not drawn)."""

    edge: Edge
    ends: tuple[str, str]
    numbers: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Drawing:
    """Dots, lines, the table's rows of what is drawn and of what is not, in units of the viewBox."""

    top: float
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    drawn: tuple[Row, ...]
    others: tuple[Row, ...]


def draw_relations(relations: Relations, language: str) -> Drawing:
    """The strongest relations of a case, plaintiffs on the left, defendants on the right."""
    found = relations.found
    chosen = _choose(relations)
    columns = _arrange(found, chosen)
    most = max((len(column) for column in columns), default=0)
    dots: dict[str, Dot] = {}
    for x, column in zip(_COLUMNS, columns, strict=True):
        for place, entity in enumerate(column):
            y = _TOP + _ROW * (place + (most - len(column)) / 2)
            node = found.nodes[entity]
            dots[entity] = Dot(len(dots) + 1, node, x, y, _wrap(node.name), node.step == 0)
    between = _between(found.edges, dots)
    drawn = [edge for edges in between.values() for edge in edges]
    rank = {id(edge): place for place, edge in enumerate(found.edges)}
    rows = [_row(edge, found, dots) for edge in sorted(drawn, key=lambda edge: rank[id(edge)])]
    shown = {id(edge) for edge in drawn}
    lines = tuple(_draw_lines(between, dots, language))
    top = min([0.0, *(line.top - 6 for line in lines)])
    bottom = max([_TOP + _ROW * max(most - 1, 0) + _BOTTOM, *(line.bottom + 6 for line in lines)])
    return Drawing(
        top,
        bottom - top,
        tuple(dots.values()),
        lines,
        tuple(rows),
        tuple(Row(edge, ends(edge, found)) for edge in found.edges if id(edge) not in shown),
    )


def _row(edge: Edge, found: Neighbourhood, dots: dict[str, Dot]) -> Row:
    one, other = ends(edge, found)
    return Row(edge, (one, other), (dots[one].number, dots[other].number))


def _choose(relations: Relations) -> list[str]:
    """Entities drawn: the sides, everybody on a path, then the nearest; of agents and firms only who joins two."""
    found = relations.found
    wanted: dict[str, None] = {}
    for side in ("plaintiff", "defendant", "third_party"):
        wanted.update(dict.fromkeys(found.on_side(side)[:MOST_OF_A_SIDE]))
    wanted.update(dict.fromkeys(entity for path in relations.paths for entity in path.nodes))
    near = [n.entity_id for n in sorted(found.nodes.values(), key=lambda n: -n.near) if n.near >= NEAR_ENOUGH]
    chosen = list(dict.fromkeys([*wanted, *near]))[: max(MOST_NODES, len(wanted))]
    joined = _between(found.edges, chosen)
    joins = [end for pair in joined for end in pair]
    return [
        e for e in chosen if e in wanted or found.nodes[e].kind not in ("agent", "firm") or joins.count(e) > 1
    ]


def _arrange(found: Neighbourhood, chosen: Sequence[str]) -> list[list[str]]:
    """Columns from the plaintiffs to the defendants; in each, whoever is tied to a row stands near that row."""
    pairs = list(_between(found.edges, chosen))
    columns: list[list[str]] = [[] for _ in _COLUMNS]
    for entity in chosen:
        columns[_column(found, entity, pairs)].append(entity)
    for _ in range(3):
        place = {e: i - len(column) / 2 for column in columns for i, e in enumerate(column)}
        for column in columns[1:]:
            column.sort(key=lambda entity: _middle(entity, pairs, place))
    return columns


def _column(found: Neighbourhood, entity: str, pairs: Iterable[tuple[str, str]]) -> int:
    node = found.nodes[entity]
    party = node.kind not in ("agent", "firm")
    if node.side and node.side != "third_party":
        return {
            ("plaintiff", True): 0,
            ("plaintiff", False): 1,
            ("defendant", False): 3,
            ("defendant", True): 4,
        }[node.side, party]
    beside = {found.nodes[b if a == entity else a].side for a, b in pairs if entity in (a, b)}
    if "plaintiff" in beside and "defendant" not in beside:
        return 1
    return 3 if "defendant" in beside and "plaintiff" not in beside else 2


def _middle(entity: str, pairs: Iterable[tuple[str, str]], place: dict[str, float]) -> float:
    others = [place[b if a == entity else a] for a, b in pairs if entity in (a, b)]
    return sum(others) / len(others) if others else place[entity]


def _between(edges: Iterable[Edge], chosen: Iterable[str]) -> dict[tuple[str, str], list[Edge]]:
    """Pair of chosen entities -> edges between them, strongest first. One agent of two is drawn as two lines."""
    among = set(chosen)
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        if edge.left in among and edge.right in among and edge.kind != "shared_agent":
            found.setdefault((min(edge.left, edge.right), max(edge.left, edge.right)), []).append(edge)
    return {pair: sorted(of, key=lambda edge: -edge.weight) for pair, of in found.items()}


def _draw_lines(
    between: dict[tuple[str, str], list[Edge]], dots: dict[str, Dot], language: str
) -> Iterable[Line]:
    taken = [(dot.x, dot.y + 16, max(map(_width, dot.name)) / 2, 34.0) for dot in dots.values()]
    for pair, edges in between.items():
        one, other = sorted((dots[pair[0]], dots[pair[1]]), key=lambda dot: (dot.x, dot.y))
        bend = _bend(one, other, dots.values())
        middle = ((one.x + other.x) / 2 + bend[0], (one.y + other.y) / 2 + bend[1])
        text = _label(edges, language, hypot(other.x - one.x, other.y - one.y) - 50)
        width = _width(text) + 8
        x, y = _free_place(one, other, bend, width, taken)
        taken.append((x, y, width / 2, 8.0))
        path = f"M{one.x:g} {one.y:g}Q{middle[0]:g} {middle[1]:g} {other.x:g} {other.y:g}"
        thick = round(1 + 2.5 * edges[0].weight, 2)
        reach = [y - 8, y + 8, _point(one, other, bend, 0.5)[1]]
        yield Line(path, _look(edges[0]), thick, text, x, y, width, min(reach), max(reach))


def _label(edges: Sequence[Edge], language: str, room: float) -> str:
    """The kinds of a line's edges, strongest first: two where there is room; more are in the table."""
    kinds = list(dict.fromkeys(label(edge, language) for edge in edges))
    two = (" · " if language == "en" else "、").join(kinds[:2])
    told = two if _width(two) <= room else kinds[0]
    return told if len(kinds) == 1 or (len(kinds) == 2 and told is two) else f"{told} …"


def _look(edge: Edge) -> Literal["near", "court", "agent"]:
    if edge.kind in ("co_party", "opposed"):
        return "court"
    return "agent" if edge.kind in ("agent_firm", *OF_AGENTS) else "near"


def _bend(one: Dot, other: Dot, dots: Iterable[Dot]) -> tuple[float, float]:
    """How far a line leaves the straight: beside its own column, and round the dots that stand in its way."""
    if one.x == other.x:
        # The farther apart, the wider: lines of one column do not lie on one another.
        away = 30 + 0.35 * abs(other.y - one.y)
        return (-away if one.x > WIDTH / 2 else away), 0.0
    others = [dot for dot in dots if dot not in (one, other)]

    def hits(bend: float) -> int:
        points = [_point(one, other, (0.0, bend), step / 24) for step in range(1, 24)]
        return sum(hypot(x - dot.x, y - dot.y) < 24 for dot in others for x, y in points)

    return 0.0, min((0.0, *(side * _ROW * far for far in (0.7, 1.3, 1.9, 2.6) for side in (-1, 1))), key=hits)


def _point(one: Dot, other: Dot, bend: tuple[float, float], t: float) -> tuple[float, float]:
    """The point of a line at `t` from 0 to 1: a quadratic curve, its control point off the middle by `bend`."""
    off = 2 * t * (1 - t)
    return one.x + (other.x - one.x) * t + off * bend[0], one.y + (other.y - one.y) * t + off * bend[1]


def _free_place(
    one: Dot,
    other: Dot,
    bend: tuple[float, float],
    width: float,
    taken: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float]:
    """Where along its line a label covers no name and no other label; its middle where there is no such place."""
    places: list[tuple[float, int, float, float]] = []
    for t in (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75):
        x, y = _point(one, other, bend, t)
        x = min(max(x, width / 2), WIDTH - width / 2)
        covered = sum(
            max(0.0, width / 2 + w - abs(x - a)) * max(0.0, 8 + h - abs(y - b)) for a, b, w, h in taken
        )
        places.append((covered, len(places), round(x, 1), round(y, 1)))
    return min(places)[2:]


def _width(text: str) -> float:
    """About how wide a text stands, in units of the viewBox."""
    return sum(_FONT if east_asian_width(letter) in "WF" else _FONT * 0.56 for letter in text)


def _wrap(name: str) -> tuple[str, ...]:
    """A name in at most two lines; what does not fit ends in an ellipsis, for the table has it whole."""
    lines = [""]
    for letter in name:
        if _width(lines[-1] + letter) > _NAME_WIDTH:
            lines.append("")
        lines[-1] += letter
    if len(lines) > _NAME_LINES:
        lines = [*lines[: _NAME_LINES - 1], lines[_NAME_LINES - 1][:-1] + "…"]
    return tuple(lines)
