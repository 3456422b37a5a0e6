"""The desk's two papers (告知书、承诺书): what they say, with their articles, filled in for one filing.

Both go to everybody who files, so neither says anything of a flag, and neither is a condition of docketing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from features.normalise.courts import court_name
from serving.sheets.wording import Wording, listed, ordinal, printable
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.records import Filing

PaperKind = Literal["notice", "undertaking"]
PAPER_KINDS: tuple[str, ...] = get_args(PaperKind)


@dataclass(frozen=True)
class Point:
    """One numbered paragraph and the articles it rests on."""

    text: str
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """A paper in one language. `addressed`: whom it is for; `signed`: lines for hand-writing."""

    language: str
    office: str
    title: str
    reference: str
    addressed: str
    opening: str
    points: tuple[Point, ...]
    closing: str
    signed: tuple[str, ...]
    made_on: str


def tell_paper(kind: str, filing: Filing, words: Wording, made_at: Moment, jurisdiction: str) -> Paper:
    """The paper for the parties of a filing. Raises NotFound for a jurisdiction or kind that has none."""
    texts = load_papers().get(jurisdiction, {}).get(kind)
    if texts is None:
        raise NotFound(
            "该法域没有这份文书。", "There is no such paper for this jurisdiction.", code="no-paper"
        )
    language = words.language
    office = court_name(filing.court) or filing.court
    blanks = {
        "court": office,
        "cause": filing.cause,
        "plaintiffs": _names(filing, "plaintiff", language),
        "defendants": _names(filing, "defendant", language),
    }
    return Paper(
        language=language,
        office=printable(office),
        title=texts["title"][language],
        reference=printable(filing.case_number or filing.filing_id),
        addressed=printable(texts["addressed"][language].format(**blanks)),
        opening=printable(texts["opening"][language].format(**blanks)),
        points=tuple(
            Point(
                ordinal(number, language) + point[language],
                tuple(_ground(law, language) for law in point["grounds"]),
            )
            for number, point in enumerate(texts["points"], 1)
        ),
        closing=texts["closing"][language],
        signed=_signed(kind, filing, words),
        made_on=words.day(made_at),
    )


@cache
def load_papers() -> Mapping[str, Any]:
    """Every paper's words, by jurisdiction and kind, as `papers.toml` has them."""
    return tomllib.loads((files("serving.sheets") / "papers.toml").read_text(encoding="utf-8"))


def _signed(kind: str, filing: Filing, words: Wording) -> tuple[str, ...]:
    if kind == "notice":
        return (words.say("paper.received_by"), words.say("paper.handed_by"), words.say("sheet.date"))
    plaintiffs = [party.name for party in filing.parties if party.role == "plaintiff"]
    agents = [agent.name for agent in filing.agents]
    lines = [words.say("paper.undertaken_by", name=name) for name in plaintiffs]
    lines += [words.say("paper.agent", name=name) for name in agents]
    return tuple(printable(line) for line in (*lines, words.say("sheet.date")))


def _names(filing: Filing, role: str, language: str) -> str:
    return listed((party.name for party in filing.parties if party.role == role), language)


def _ground(law: Mapping[str, Any], language: str) -> str:
    """《民事诉讼法》第十三条（2023年修正）; Civil Procedure Law 《…》 第13条."""
    version = f"（{law['version']}）" if law["version"] else ""
    cited = f"《{law['instrument']}》{law['article']}{version}"
    return cited if language == "zh" else f"{law['en']}, {cited}"
