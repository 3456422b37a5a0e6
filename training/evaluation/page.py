"""One page that needs no network: sections of sentences, pictures and tables, to be read on a screen or on paper."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from training.evaluation.plots import Picture


@dataclass(frozen=True)
class Sheet:
    """A table. A column of `numbers` (positions) is set to the right; note: a sentence under its title."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    words: int = 1

    def is_number(self, column: int) -> bool:
        """Whether a column holds figures: all but the first `words`."""
        return column >= self.words


@dataclass(frozen=True)
class Section:
    """A part of the page under one heading. warnings stand first and framed."""

    title: str
    sentences: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    sheets: Sequence[Sheet] = ()
    warnings: Sequence[str] = ()


def write_page(
    out: Path, title: str, leads: Sequence[str], sections: Sequence[Section], language: str
) -> None:
    """Write the page to `out`, pictures within it. language: `zh` or `en`."""
    html = _environment.get_template("page.html").render(
        lang="zh-Hans" if language == "zh" else "en",
        title=title,
        leads=leads,
        sections=sections,
        inline=_inline,
        figure=_keep_together,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(html, encoding="utf-8")


def write_pictures(folder: Path, sections: Sequence[Section]) -> None:
    """Every picture of the page as a PNG file under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for section in sections:
        for picture in section.pictures:
            (folder / f"{picture.name}.png").write_bytes(picture.png)


def _inline(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _keep_together(cell: str) -> str:
    """A figure that breaks its line after a comma alone, not within its interval."""
    return cell.replace(" (", "\u00a0(").replace("–", "–\u2060")


_environment = Environment(
    # The linker's report and this one look alike: one style sheet.
    loader=ChoiceLoader(
        [
            PackageLoader("training.evaluation", "templates"),
            PackageLoader("features.link.report", "templates"),
        ]
    ),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
