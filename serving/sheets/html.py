"""Documents as pages to print; a PDF is made of the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from serving.rare import mark_rare
from serving.sheets.content import Sheet
from serving.sheets.paper import Paper
from serving.sheets.wording import Wording

_environment = Environment(
    loader=PackageLoader("serving.sheets", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["rare"] = mark_rare


def write_sheet(
    sheet: Sheet, words: Wording, links: Sequence[tuple[str, str]] = (), drawing: object = None
) -> str:
    """The page of a sheet. `links`: (address, words) offered on the screen and never printed; `drawing`: the relations
    drawn, numbered like the sheet's table of them."""
    return _write("sheet.html", words, sheet=sheet, links=links, drawing=drawing)


def write_papers(papers: Sequence[Paper], words: Wording, links: Sequence[tuple[str, str]] = ()) -> str:
    """One paper in one language or several, each from a new leaf on."""
    return _write("paper.html", words, papers=papers, links=links)


def _write(template: str, words: Wording, **context: Any) -> str:
    return _environment.get_template(template).render(t=words.say, language=words.language, **context)
