"""The Markdown of a model card as HTML: headings, lists, tables, quotes and bold are all it uses; anything else is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")
_DOWN = 1  # the page has the heading of the first level


def write_card(text: str) -> Markup:
    """The card, its headings one level down."""
    return Markup("\n").join(_blocks(text))


def _blocks(text: str) -> Iterator[Markup]:
    for kind, grouped in groupby(_join_items(text), _kind):
        lines = list(grouped)
        if kind == "heading":
            for line in lines:
                level = min(len(line) - len(line.lstrip("#")) + _DOWN, 6)
                yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(line.lstrip("# ")))
        elif kind == "item":
            items = (Markup("<li>{}</li>").format(_inline(line.lstrip()[2:])) for line in lines)
            yield Markup("<ul>{}</ul>").format(Markup("").join(items))
        elif kind == "row":
            yield _table(lines)
        elif kind == "quote":
            yield Markup('<p class="caution">{}</p>').format(
                _inline(" ".join(line.lstrip("> ") for line in lines))
            )
        elif kind == "text":
            yield Markup("<p>{}</p>").format(_inline(" ".join(lines)))


def _join_items(text: str) -> list[str]:
    """The lines; an indented one goes on with the item before it."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and line.startswith("  ") and _kind(line) == "text" and _kind(lines[-1]) == "item":
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return lines


def _kind(line: str) -> str:
    start = line.lstrip()
    for opening, kind in (("#", "heading"), ("- ", "item"), ("|", "row"), (">", "quote")):
        if start.startswith(opening):
            return kind
    return "text" if start and set(start) != {"-"} else "gap"


def _table(lines: list[str]) -> Markup:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    rows = [row for row in rows if not all(cell and set(cell) <= set("-: ") for cell in row)]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(cell)) for cell in rows[0])
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            _inline(row[0]), Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row[1:])
        )
        for row in rows[1:]
    )
    return Markup('<table class="figures"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        head, body
    )


def _inline(text: str) -> Markup:
    parts, last = [], 0
    for hit in _BOLD.finditer(text):
        parts.append(escape(text[last : hit.start()]))
        tag = "strong" if hit[1] else "code"
        parts.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), hit[1] or hit[2]))
        last = hit.end()
    return Markup("").join([*parts, escape(text[last:])])
