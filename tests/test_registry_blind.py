"""Nothing protected: what every feature can read, and that sex, age, ethnicity, occupation, origin and surname change none.

Research §5.2 and CONTRIBUTING.md. Three nets: the fields each number read off a filing touches are traced; the filings
are changed in everything protected and must give the same numbers; history sees a filing only through the columns and
keys listed here. Features made to offend are caught by each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from math import nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.history.docket import Docket
from features.history.keys import NAMESPACES
from features.intake import read_sources
from features.intake.outcome import Accepted
from features.link.appearances import appearances_of
from features.pleading.reading import Pleading
from features.registry import FEATURES
from features.simulate import simulate
from xiezhi.records import Agent, DeclaredRelation, Evidence, Filing, Party
from xiezhi.settings import Settings
from xiezhi.store.claim_relations import RelatedFiling

OPEN = {
    "Filing": {
        "cause", "court", "filed_at", "filed_on", "proceeding", "received_via", "claim_amount", "currency", "claims", "facts",
        "mediation_requested", "fee_waiver_requested", "preservation_requested", "defence_period_waived",
        "forum_clause", "related_case_numbers", "parties", "agents", "evidence", "elements",
    },
    "Party": {"party_id", "role", "kind", "name", "phone", "address", "service_address", "legal_representative",
              "declared_relations"},
    "Agent": {"agent_id", "kind", "name", "licence_number", "firm", "phone", "represents"},
    "Evidence": {"kind", "title", "dated", "amount"},
    "DeclaredRelation": {"to", "kind"},
    "elements": {
        "principal_agreed", "principal_provided", "provided_by", "paid_by", "provided_on", "due_on", "rate_per_year", "repaid",
        "interest_claimed", "wage_claimed", "period_from", "period_to", "asset", "asset_kind", "price", "reference_price",
        "signed_on", "term_years", "rent_per_year", "rent_prepaid", "mortgaged_on", "right_number", "agreement_on",
        "mediation_organization",
    },
}  # fmt: skip
"""What a feature may read. Names and licence numbers only to tell whether two are one: the changes below prove it."""

NAMED = {
    "facts_length", "plaintiff_is_institution", "defendant_is_institution", "agent_is_opponents_employee",
    "representative_is_opponent", "sides_share_head", "sides_share_agent",
}  # fmt: skip
"""The numbers that look at a name at all."""


class Watched:
    """A record that writes down which of its fields are read."""

    def __init__(self, record: Any, seen: set[tuple[str, str]]) -> None:
        self._record, self._seen = record, seen

    def __getattr__(self, field: str) -> Any:
        self._seen.add((type(self._record).__name__, field))
        return watch(getattr(self._record, field), self._seen, field)


class WatchedForm(dict[str, Any]):
    """A mapping of a filing, `elements` or `extra`, that writes down which of its keys are read."""

    def __init__(self, values: Mapping[str, Any], seen: set[tuple[str, str]], of: str) -> None:
        super().__init__(values)
        self._seen, self._of = seen, of

    def get(self, key: str, default: Any = None) -> Any:
        self._seen.add((self._of, key))
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self._seen.add((self._of, key))
        return super().__getitem__(key)

    def __iter__(self) -> Any:
        self._seen.add((self._of, "*"))
        return super().__iter__()


def watch(value: Any, seen: set[tuple[str, str]], of: str = "") -> Any:
    if is_dataclass(value):
        return Watched(value, seen)
    if isinstance(value, tuple):
        return tuple(watch(v, seen, of) for v in value)
    return WatchedForm(value, seen, of) if isinstance(value, Mapping) else value


def forbidden_reads(compute: Callable[[Filing], object], filings: list[Filing]) -> set[tuple[str, str]]:
    """(record, field) that the computation reads and may not."""
    seen: set[tuple[str, str]] = set()
    for filing in filings:
        compute(Watched(filing, seen))  # type: ignore[arg-type]
    return {(record, field) for record, field in seen if field not in OPEN.get(record, set())}


@dataclass(frozen=True)
class Protected:
    """What is changed of every person of a filing: nothing of it may change a number."""

    surname: str
    number: str
    born: str
    sex: str
    ethnicity: str
    occupation: str
    licence_sex: str


def disguise(filing: Filing, who: Protected) -> Filing:
    """The filing with other surnames, identity numbers, birth dates and traits throughout, its texts included."""
    people = [p.name for p in filing.parties if p.kind == "person"] + [a.name for a in filing.agents]
    people += [p.legal_representative for p in filing.parties if p.legal_representative]
    names = {name: who.surname + name[1:] for name in people}

    def renamed(text: str | None) -> str | None:
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, names[name]) if text else text
        return text and re.sub("瓦工|司机|会计|厨师|木工|保安|普工|电工", who.occupation, text)

    parties = tuple(
        replace(
            p,
            name=names.get(p.name, p.name) if p.kind == "person" else p.name,
            legal_representative=renamed(p.legal_representative),
            id_number=who.number if p.kind == "person" else p.id_number,
            id_type="resident_id",
            birth_date=who.born,
        )
        for p in filing.parties
    )
    agents = tuple(
        replace(a, name=names[a.name], licence_number=a.licence_number and _with_sex(a.licence_number, who))
        for a in filing.agents
    )
    extra = {"sex": who.sex, "ethnicity": who.ethnicity, "occupation": who.occupation, "age": 70}
    return replace(
        filing,
        parties=parties,
        agents=agents,
        claims=renamed(filing.claims),
        facts=renamed(filing.facts),
        extra={**filing.extra, **extra},
    )


def _with_sex(licence: str, who: Protected) -> str:
    """The licence number of a lawyer with its eleventh digit, the sex, changed [J4]."""
    return licence[:10] + who.licence_sex + licence[11:]


MEN = Protected("王", "620102194912310015", "1949-12-31", "男", "汉族", "瓦工", "0")
SOMEBODY = st.builds(
    Protected,
    surname=st.sampled_from(["李", "马", "白", "买", "欧阳", "司马"]),
    number=st.sampled_from(["650102200102030024", "11010519491231002X", "440301198807076619"]),
    born=st.dates().map(str),
    sex=st.sampled_from("男女"),
    ethnicity=st.sampled_from(["回族", "藏族", "维吾尔族"]),
    occupation=st.sampled_from(["司机", "会计", "农民"]),
    licence_sex=st.sampled_from("01"),
)


@cache
def _filings(folder: Path) -> list[Filing]:
    simulate(folder, filings=400, years=1.0, seed=11)
    read = read_sources([folder], mapping=None, settings=Settings())
    return [one.record for one in read if isinstance(one, Accepted) and isinstance(one.record, Filing)]


@pytest.fixture(scope="module")
def filings(tmp_path_factory: pytest.TempPathFactory) -> list[Filing]:
    """Some hundred simulated filings of every cause, schemes among them, and one that says all there is to say."""
    everything = Filing(
        "all", "甘0702", 1_700_000_000_000_000, "民间借贷纠纷",
        parties=(
            Party("p1", "plaintiff", "person", "王伟", "resident_id", MEN.number, MEN.born, "13800000001", "甘州区东街1号2室",
                  declared_relations=(DeclaredRelation("p2", "sibling"),)),
            Party("p2", "defendant", "organization", "张掖佑西商贸有限公司", phone="13800000001", legal_representative="王伟"),
            Party("p3", "third_party", "person", "王强", phone="13800000001"),
        ),
        received_via="counter", claim_amount=400_000.0, claims="以房抵债", facts="2022年5月4日王强做瓦工时借给被告现金。",
        mediation_requested=True, fee_waiver_requested=True, preservation_requested=True, defence_period_waived=True,
        forum_clause=True, related_case_numbers=("(2023)甘0702民初1号",),
        agents=(Agent("a1", "employee", "王芳", "16207201010000001", "张掖佑西商贸有限公司", "13800000002", ("p1",)),
                Agent("a2", "lawyer", "王军", "16207201010000001", "甘肃某律师事务所", "13800000002", ("p2",))),
        evidence=(Evidence("iou", "借条", "2022-05-04", 400_000.0), Evidence("bank_transfer", "流水", "2022-05-04", 1.0)),
        elements=dict.fromkeys(OPEN["elements"], "2022-05-04") | {"asset_kind": "house", "principal_agreed": 1.0},
        extra={"sex": "男", "ethnicity": "汉族", "occupation": "瓦工", "age": 70},
    )  # fmt: skip
    return [everything, *_filings(tmp_path_factory.mktemp("docket"))]


PLEADINGS: dict[str, Pleading] = {f.name: f.compute for f in FEATURES if callable(f.compute)}


@pytest.mark.parametrize("name", PLEADINGS)
def test_no_number_read_off_a_filing_reads_a_protected_field(name: str, filings: list[Filing]) -> None:
    assert forbidden_reads(PLEADINGS[name], filings) == set()


def test_names_are_looked_at_by_the_few_that_compare_them(filings: list[Filing]) -> None:
    looking = set()
    for name, compute in PLEADINGS.items():
        seen: set[tuple[str, str]] = set()
        for filing in filings:
            compute(Watched(filing, seen))  # type: ignore[arg-type]
        if seen & {
            ("Party", "name"),
            ("Agent", "name"),
            ("Party", "legal_representative"),
            ("Agent", "licence_number"),
        }:
            looking.add(name)
    assert looking == NAMED


@given(SOMEBODY)
def test_other_people_in_the_same_case_give_the_same_numbers(filings: list[Filing], who: Protected) -> None:
    for filing in filings[:40]:
        one, other = disguise(filing, MEN), disguise(filing, who)
        changed = {n: (c(one), c(other)) for n, c in PLEADINGS.items() if str(c(one)) != str(c(other))}
        assert not changed


def test_every_simulated_filing_keeps_its_numbers_under_another_name(filings: list[Filing]) -> None:
    who = Protected("买", "650102200102030024", "2001-02-03", "女", "回族", "农民", "1")
    for filing in filings:
        one, other = disguise(filing, MEN), disguise(filing, who)
        assert {n for n, c in PLEADINGS.items() if str(c(one)) != str(c(other))} == set()


def test_keys_of_history_read_no_protected_field(filings: list[Filing]) -> None:
    def index(filing: Filing) -> object:
        ids = {p.party_id: f"E{i}" for i, p in enumerate(filing.parties)}
        agents = {a.agent_id: f"A{i}" for i, a in enumerate(filing.agents)}
        return appearances_of(filing, ids, agents, agents, "C-1", "")

    assert forbidden_reads(index, filings) == set()


def test_history_holds_nothing_of_a_person_but_who_it_is() -> None:
    """Sex, age and the like cannot enter: a docket has these columns and keys, and no others."""
    assert {f.name for f in fields(Docket)} <= {
        "filing_ids", "filed_at", "cents", "family", "proceeding", "court", "courts", "key", "key_filing", "key_role",
        "happening_filing", "happening_kind", "happening_known",
        "happening_until",
    }  # fmt: skip
    assert set(NAMESPACES) == {
        "party", "agent", "firm", "phone", "address", "pair", "claim", "template", "evidence", "together", "client",
        "opponent", "head", "agent_phone", "mediator", "right", "asset", "pro_se",
    }  # fmt: skip
    assert {f.name for f in fields(RelatedFiling)} == {
        "filing_id",
        "other_filing_id",
        "kind",
        "score",
        "evidence",
    }


def _birth_year(filing: Filing) -> float:
    return float((filing.parties[0].birth_date or "0")[:4])


def _sex_in_number(filing: Filing) -> float:
    number = filing.parties[0].id_number or ""
    return float(int(number[16]) % 2) if number[16:17].isdigit() else nan


def _home_in_number(filing: Filing) -> float:
    number = filing.parties[0].id_number
    return float(number[:6]) if number else nan


def _ethnicity(filing: Filing) -> float:
    return float(filing.extra.get("ethnicity") == "汉族")


def _occupation(filing: Filing) -> float:
    return float("瓦工" in (filing.facts or ""))


def _surname(filing: Filing) -> float:
    return float(filing.parties[0].name.startswith("王"))


def _sex_in_licence(filing: Filing) -> float:
    licence = next((a.licence_number for a in filing.agents if a.licence_number), "")
    return float(licence[10]) if len(licence) > 10 else nan


@pytest.mark.parametrize(
    "bad", [_birth_year, _sex_in_number, _home_in_number, _ethnicity, _occupation, _surname, _sex_in_licence]
)
def test_a_feature_made_to_offend_is_caught(bad: Pleading, filings: list[Filing]) -> None:
    other = Protected("买", "650102200102030024", "2001-02-03", "女", "回族", "农民", "1")
    differs = any(str(bad(disguise(f, MEN))) != str(bad(disguise(f, other))) for f in filings)
    assert differs or forbidden_reads(bad, filings)


@pytest.mark.parametrize("bad", [_birth_year, _sex_in_number, _home_in_number, _ethnicity])
def test_a_protected_field_is_caught_by_its_name_alone(bad: Pleading, filings: list[Filing]) -> None:
    assert forbidden_reads(bad, filings)


@pytest.mark.parametrize("bad", [_occupation, _surname, _sex_in_licence])
def test_what_hides_in_an_open_field_is_caught_by_the_change(bad: Pleading, filings: list[Filing]) -> None:
    assert not forbidden_reads(bad, filings)
    other = Protected("买", "650102200102030024", "2001-02-03", "女", "回族", "农民", "1")
    assert any(str(bad(disguise(f, MEN))) != str(bad(disguise(f, other))) for f in filings)


def test_no_word_searched_for_is_about_a_person() -> None:
    words = (Path(__file__).parent.parent / "features/pleading/words.toml").read_text(encoding="utf-8")
    listed = "".join(re.findall(r'"([^"]*)"', words))
    for term in ("男", "女", "族", "岁", "农民", "籍", "残疾", "外地", "文盲", "male", "age ", "migrant"):
        assert term not in listed
