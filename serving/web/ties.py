"""The relations of a case in the words of a reader: what the template of the section is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from features.relations.edges import Edge
from features.relations.neighbourhood import Cited
from features.relations.tell import call, label, tell_cut, tell_path
from serving.review.relations import Relations
from serving.web.graph import Drawing, Row, draw_relations
from serving.web.render import Words
from xiezhi.clock import Moment

MOST_OTHERS: Final = 30
"""Relations listed beside those drawn; the API has the rest."""


@dataclass(frozen=True)
class ToldPath:
    """A path as a sentence, with the filings it rests on."""

    text: str
    strength: float
    filings: tuple[str, ...]


@dataclass(frozen=True)
class Ties:
    """The section `relations` of a case page. others: told, not drawn."""

    as_of: Moment
    paths: tuple[ToldPath, ...]
    drawing: Drawing
    others: tuple[Row, ...]
    cuts: tuple[str, ...]
    cited: Mapping[str, Cited]
    called: Callable[[str], str]
    labelled: Callable[[Edge], str]


def tell_ties(relations: Relations, words: Words, zone: str) -> Ties:
    """The relations of a case in the language of `words`."""
    found, language = relations.found, words.language
    drawing = draw_relations(relations, language)
    return Ties(
        found.as_of,
        tuple(
            ToldPath(
                getattr(tell_path(path, found, zone), language),
                path.strength,
                tuple(dict.fromkeys(i for step in path.steps for edge in step for i in edge.filings)),
            )
            for path in relations.paths
        ),
        drawing,
        drawing.others[:MOST_OTHERS],
        tuple(getattr(tell_cut(cut, found), language) for cut in found.cuts),
        found.cited,
        lambda entity_id: call(entity_id, found, language),
        lambda edge: label(edge, language),
    )
