"""The wire format: what is taken, and how a fault is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_samples import FILING

from features.intake.mends import MENDS
from features.intake.schema import EventIn, parse_filing, parse_record
from xiezhi.clock import format_moment
from xiezhi.errors import RecordError
from xiezhi.records import EVIDENCE_KINDS, PROCEEDINGS, ROLES, Event, Filing, to_body
from xiezhi.settings import Settings

PARTY = FILING["parties"][0]
SECRETS = ("张秀英", "11010519491231002X", "13800138000", "张三丰")


def fault_of(data: Any) -> RecordError:
    with pytest.raises(RecordError) as caught:
        parse_filing(data, Settings())
    return caught.value


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"court": None}, "court", "missing"),
        ({"court": " "}, "court", "missing"),
        ({"cause": ""}, "cause", "missing"),
        ({"filing_id": "a\x00b"}, "filing_id", "control-character"),
        ({"filing_id": "x" * 201}, "filing_id", "too-long"),
        ({"filing_id": ["F1"]}, "filing_id", "not-text"),
        ({"filed_at": "06/05/2024"}, "filed_at", "not-a-date"),
        ({"filed_at": "2024-02-30"}, "filed_at", "not-a-date"),
        ({"filed_at": "9999-12-31"}, "filed_at", "not-a-date"),
        ({"claim_amount": -1}, "claim_amount", "negative"),
        ({"claim_amount": "12,000"}, "claim_amount", "not-a-number"),
        ({"claim_amount": float("inf")}, "claim_amount", "not-a-number"),
        ({"received_via": "fax"}, "received_via", "not-allowed"),
        ({"forum_clause": "maybe"}, "forum_clause", "not-a-bool"),
        ({"elements": [1]}, "elements", "not-an-object"),
        ({"parties": []}, "parties", "missing"),
        ({"parties": "张秀英"}, "parties", "not-a-list"),
        ({"parties": [PARTY, "张秀英"]}, "parties[1]", "not-an-object"),
        ({"parties": [PARTY, {**PARTY, "role": "张三丰"}]}, "parties[1].role", "not-allowed"),
        ({"parties": [PARTY, PARTY]}, "parties[1].party_id", "duplicate-party"),
        ({"agents": [*FILING["agents"], *FILING["agents"]]}, "agents[1].agent_id", "duplicate-agent"),
        (
            {"agents": [{"kind": "lawyer", "name": "王律师", "represents": ["p2", "p9"]}]},
            "agents[0].represents[1]",
            "unknown-party",
        ),
        ({"evidence": [{"kind": "iou", "amount": "many"}]}, "evidence[0].amount", "not-a-number"),
    ],
)
def test_faults_are_told_by_field_and_code(changes: dict[str, Any], field: str, code: str) -> None:
    fault = fault_of({**FILING, **changes})
    assert (fault.field, fault.code) == (field, code)
    assert fault.zh
    assert fault.en
    told = f"{fault.zh}{fault.en}{fault!r}{fault.__context__!r}{fault.__cause__!r}"
    assert not any(secret in told for secret in SECRETS)


@pytest.mark.parametrize(
    ("text", "code"),
    [(b"{", "not-json"), (b'{"a": NaN}', "not-json"), (b"[]", "not-an-object"), (b"[" * 9_999, "not-json")],
)
def test_what_is_no_json_object(text: bytes, code: str) -> None:
    assert fault_of(text).code == code


def test_ids_that_are_missing_are_counted_up() -> None:
    unnamed = {k: v for k, v in PARTY.items() if k != "party_id"}
    agent = {"kind": "lawyer", "name": "王律师", "represents": ["p2"]}
    filing = parse_filing(
        {**FILING, "parties": [unnamed, {**unnamed, "party_id": "p1"}, unnamed], "agents": [agent, agent]},
        Settings(),
    )
    assert [p.party_id for p in filing.parties] == ["p2", "p1", "p3"]
    assert [a.agent_id for a in filing.agents] == ["a1", "a2"]


def test_unknown_keys_are_kept() -> None:
    data = {**FILING, "自编号": "7", "parties": [{**PARTY, "sex": "女"}], "agents": []}
    assert parse_filing(data, Settings()).extra == {"自编号": "7", "parties": {"p1": {"sex": "女"}}}


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-05-06", "2024-05-05T16:00:00+00:00"),
        ("2024-05-06T09:30:00", "2024-05-06T01:30:00+00:00"),
        ("2024-05-06 09:30", "2024-05-06T01:30:00+00:00"),
        ("2024-05-06T09:30:00Z", "2024-05-06T09:30:00+00:00"),
    ],
)
def test_times_without_offset_are_the_courts(text: str, utc: str) -> None:
    assert format_moment(parse_filing({**FILING, "filed_at": text}, Settings()).filed_at) == utc


def test_an_event_is_recorded_when_it_happened_unless_it_says() -> None:
    values = {"filing_id": "F1", "at": "2024-05-06", "kind": "served"}
    plain = parse_record(EventIn, values, "Asia/Shanghai", "CNY")
    late = parse_record(EventIn, {**values, "recorded_at": "2024-05-08"}, "Asia/Shanghai", "CNY")
    assert isinstance(plain, Event)
    assert isinstance(late, Event)
    assert plain.recorded_at == plain.at == late.at < late.recorded_at


def test_every_mend_is_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in MENDS.values())


_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_word = st.text("abcdef0123456789甘民初", min_size=1, max_size=12)
_amount = st.floats(0, 1e12)
_party = st.fixed_dictionaries(
    {"role": st.sampled_from(ROLES), "kind": st.sampled_from(("person", "organization"))},
    optional={"id_number": _word, "phone": _word, "address": _text, "birth_date": _word},
)


@st.composite
def filings(draw: st.DrawFn) -> dict[str, Any]:
    parties = draw(st.lists(_party, min_size=1, max_size=4))
    named = [{**p, "party_id": f"p{n}", "name": f"n{draw(_text)}"} for n, p in enumerate(parties)]
    optional = st.fixed_dictionaries(
        {},
        optional={
            "claim_amount": _amount,
            "claims": _text,
            "proceeding": st.sampled_from(PROCEEDINGS),
            "forum_clause": st.booleans(),
            "related_case_numbers": st.lists(_word, min_size=1, max_size=3),
            "evidence": st.lists(
                st.fixed_dictionaries(
                    {"kind": st.sampled_from(EVIDENCE_KINDS)}, optional={"amount": _amount}
                ),
                min_size=1,
                max_size=3,
            ),
            "elements": st.dictionaries(_word, st.one_of(_amount, _word, st.booleans()), min_size=1),
        },
    )
    when = draw(st.datetimes().filter(lambda d: 1801 < d.year < 2199))
    return {
        "filing_id": draw(_word),
        "court": draw(_word),
        "cause": draw(_word),
        "filed_at": f"{when.isoformat()}+08:00",
        "parties": named,
        **draw(optional),
    }


@given(filings())
def test_a_filing_survives_the_way_out_and_in(data: dict[str, Any]) -> None:
    filing = parse_filing(json.dumps(data).encode(), Settings())
    body = to_body(filing)
    body["filed_at"] = format_moment(filing.filed_at)
    body.pop("filed_on", None)  # the intake's own
    again = parse_filing(body, Settings())
    assert again == filing
    assert isinstance(again, Filing)
    assert replace(filing, currency=None) == replace(parse_filing(data, Settings()), currency=None)
