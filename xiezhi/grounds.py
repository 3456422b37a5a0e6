"""Grounds and measures of a decision (决定的理由与措施): codes, words, article, and what goes with which outcome.

The articles are those of the rule pack `cn` and of 民事诉讼法（2023）; elsewhere the codes and words hold without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

from xiezhi.errors import InputError
from xiezhi.records import Measure

Kind = Literal["measure", "ground"]


@dataclass(frozen=True, slots=True)
class Term:
    """One code: its words, its article ("" where none is named), and the outcomes it goes with."""

    zh: str
    en: str
    article: str
    outcomes: frozenset[str]


def _term(zh: str, en: str, article: str, *outcomes: str) -> Term:
    return Term(zh, en, article, frozenset(outcomes))


GROUNDS: Mapping[str, Term] = MappingProxyType(
    {
        "money_proved": _term("款项往来有据可查", "the flow of money is proved", "民间借贷司法解释第18条", "cleared"),
        "heard": _term(
            "当事人本人到庭，陈述可信", "the party was heard in person and is believed", "民诉法解释第110条", "cleared"
        ),
        "wrong_link": _term("关联有误，并非同一人", "a link was wrong: not the same person", "", "cleared"),
        "lawful_series": _term("依法经营者的批量诉讼", "a lawful series of an institution", "", "cleared"),
        "lawful_refiling": _term(
            "撤诉或驳回起诉后依法再诉", "lawfully filed again after withdrawal or dismissal",
            "民诉法解释第212条、第214条", "cleared",
        ),
        "originals": _term("提交证据原件", "originals are called for", "民间借贷司法解释第18条", "needs_proof"),
        "money_source": _term(
            "说明款项来源、交付与流向", "source, delivery and flow of the money", "民间借贷司法解释第18条", "needs_proof"
        ),
        "in_person": _term("当事人本人到庭接受询问", "the party in person", "民诉法解释第110条", "needs_proof"),
        "own_motion": _term("依职权调查取证", "evidence of the court's own motion", "民诉法解释第96条", "needs_proof"),
        "collusion": _term("当事人恶意串通", "collusion between the parties", "民事诉讼法第115条第1款", "false"),
        "one_sided": _term(
            "单方捏造民事案件基本事实", "one party alone made up the basic facts", "民事诉讼法第115条第2款", "false"
        ),
        "dodging": _term(
            "恶意串通逃避履行生效法律文书", "collusion to dodge what has been adjudged", "民事诉讼法第116条", "false"
        ),
        "repaid": _term("隐瞒债务已经全部清偿", "a debt repaid was sued on", "法释〔2018〕17号第1条", "false"),
        "collusive_settlement": _term(
            "恶意串通达成调解、和解", "a collusive settlement", "民诉法解释第144条", "false"
        ),
        "bad_faith": _term("违反诚信原则", "against the duty of good faith", "民事诉讼法第13条", "abusive"),
        "repeated": _term("重复起诉", "the same suit again", "民诉法解释第247条", "abusive"),
        "ip_abuse": _term("滥用知识产权诉讼", "abuse of an intellectual property suit", "法释〔2021〕11号", "abusive"),
        "other": _term("其他（见说明）", "other (see the text)", "", "cleared", "needs_proof", "false", "abusive"),
    }
)  # fmt: skip

MEASURES: Mapping[str, Term] = MappingProxyType(
    {
        "dismissed": _term(
            "驳回请求", "claim dismissed", "民事诉讼法第115条；民间借贷司法解释第19条", "false", "abusive"
        ),
        "fined": _term("罚款（须经院长批准）", "fined (with the president's approval)", "民事诉讼法第118条、第119条",
                       "false", "abusive"),
        "detained": _term("拘留（须经院长批准）", "detained (with the president's approval)",
                          "民事诉讼法第118条、第119条", "false"),
        "referred": _term("移送公安机关或检察机关", "referred to the police or the procuratorate", "法发〔2021〕10号",
                          "false"),
        "listed": _term("列入失信名单", "entered on the list", "法〔2021〕281号", "false"),
    }
)  # fmt: skip

_WEIGHT = ("referred", "detained", "fined", "listed", "dismissed")
"""The gravest first: a finding has room for one measure."""

AUTHORITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"police": ("公安机关", "police"), "procuratorate": ("人民检察院", "procuratorate")}
)
"""To whom a filing may be referred."""


def check_terms(outcome: str, measures: Sequence[str], grounds: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """(measures, grounds) in the order of the lists. Raises InputError for one unknown or of another outcome."""
    return _of("measure", MEASURES, measures, outcome), _of("ground", GROUNDS, grounds, outcome)


def gravest(measures: Sequence[str]) -> Measure | None:
    """The measure a finding carries: the gravest of those taken."""
    return cast("Measure | None", next((code for code in _WEIGHT if code in measures), None))


def _of(kind: Kind, terms: Mapping[str, Term], given: Sequence[str], outcome: str) -> tuple[str, ...]:
    for code in given:
        if code not in terms:
            raise _unknown(kind)
        if outcome not in terms[code].outcomes:
            raise _unfit(kind, terms[code])
    return tuple(code for code in terms if code in given)


def _unknown(kind: Kind) -> InputError:
    if kind == "measure":
        return InputError("没有这项措施。", "There is no such measure.", code="measure-unknown")
    return InputError("没有这项理由。", "There is no such ground.", code="ground-unknown")


def _unfit(kind: Kind, term: Term) -> InputError:
    if kind == "measure":
        return InputError(
            f"“{term.zh}”与所选决定不相配。",
            f"“{term.en}” does not go with this decision.",
            code="measure-outcome",
        )
    return InputError(
        f"“{term.zh}”与所选决定不相配。",
        f"“{term.en}” does not go with this decision.",
        code="ground-outcome",
    )
