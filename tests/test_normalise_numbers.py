"""Numbers in one form: identity numbers and what they were before a slip, phones, case numbers, dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.normalise.case_numbers import (
    CaseNumber,
    case_number,
    cited_case_numbers,
    parse_case_number,
    proceeding_of,
)
from features.normalise.dates import iso_date
from features.normalise.identity import (
    CREDIT_ALPHABET,
    birth_date,
    credit_code,
    credit_repairs,
    identity_number,
    licence_number,
    partial,
    repairs,
    resident_check,
    resident_id,
)
from features.normalise.phones import phone_number
from xiezhi.records import PROCEEDINGS

RESIDENT = "11010519491231002X"  # the example of GB 11643-1999
CREDIT = "91350100M000100Y43"  # the example of GB 32100-2015


def mixed(characters: str, *words: str) -> st.SearchStrategy[str]:
    """Text of what matters to a normaliser, with anything else in between."""
    piece = st.one_of(st.sampled_from([*characters, *words]), st.characters())
    return st.lists(piece, max_size=25).map("".join)


def slips(number: str, alphabet: str) -> st.SearchStrategy[str]:
    """`number` with a character wrong, lost or doubled, or two neighbours swapped."""
    place = st.integers(0, len(number) - 2)
    return st.one_of(
        st.builds(lambda at, other: number[:at] + other + number[at + 1 :], place, st.sampled_from(alphabet)),
        place.map(lambda at: number[:at] + number[at + 1] + number[at] + number[at + 2 :]),
        place.map(lambda at: number[:at] + number[at + 1 :]),
        place.map(lambda at: number[:at] + number[at] + number[at:]),
    )


@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.data())
def test_one_slip_in_a_resident_id_is_found(born: date, serial: int, data: st.DataObject) -> None:
    first17 = f"620702{born:%Y%m%d}{serial:03d}"
    meant = first17 + resident_check(first17)
    written = data.draw(slips(meant, "0123456789"))
    found = repairs(written)
    assert found == () if written == meant else meant in found
    assert all(resident_id(other) == other and birth_date(other) for other in found)


def test_repairs_are_all_valid_neighbours() -> None:
    written = "110105194912310031"
    near = {written[:i] + c + written[i + 1 :] for i in range(2, 18) for c in "0123456789X"}
    near |= {written[:i] + written[i + 1] + written[i] + written[i + 2 :] for i in range(2, 17)}
    valid = {other for other in near if resident_id(other) and other[6:8] != "18"}
    found = repairs(written)
    assert {other for other in found if other[:2] == "11"} == valid
    assert found == tuple(sorted(set(found)))
    assert not any(other.startswith(("10", "16", "91")) for other in found)  # no such province


@pytest.mark.parametrize(
    "number", [RESIDENT, "1101051949123", "110105********002X", "1101Q51949123100Q2X", ""]
)
def test_nothing_to_repair(number: str) -> None:
    assert repairs(number) == ()


def test_repairs_read_letters_as_digits() -> None:
    assert repairs("11O1O519491231002x") == (RESIDENT,)


@given(slips(CREDIT, CREDIT_ALPHABET))
def test_one_slip_in_a_credit_code_is_found(written: str) -> None:
    found = credit_repairs(written)
    assert found == () if written == CREDIT else CREDIT in found
    assert all(credit_code(other) == other for other in found)


def test_letters_a_credit_code_leaves_out() -> None:
    assert credit_code("9I3SO1OOM000100Y43") == CREDIT
    assert credit_repairs("9I3SO1OOM000100Y43") == ()
    assert credit_repairs("913V0100M000100Y43") == (CREDIT,)
    assert credit_code("913V0100M000100Y43") is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (RESIDENT, "110105|002X"),
        ("110105491231002", "110105|002X"),  # 15 digits
        ("110105********002x", "110105|002X"),
        ("110105xxxxxxxx1234", "110105|1234"),
        ("１１０１０５＊＊＊＊＊＊＊＊００２Ｘ", "110105|002X"),
        ("110105××××××××1234", "110105|1234"),
        ("110105…1234", "110105|1234"),
        ("1101051949****1234", "110105|1234"),
        ("110105********", ""),
        ("110***********1234", ""),
        ("110105194912310021", ""),  # wrong check digit, nothing masked
        ("160105********1234", ""),  # no such province
    ],
)
def test_what_a_masked_id_shows(number: str, shown: str) -> None:
    assert partial(number) == shown


def test_a_cross_at_the_end_is_an_x() -> None:
    found = identity_number("11010519491231002×", "resident_id", person=True)
    assert found is not None
    assert found.number == RESIDENT


@pytest.mark.parametrize(
    ("number", "day"),
    [("110105200002290010", "2000-02-29"), ("110105190002290010", None), ("110105194904310010", None)],
)
def test_days_there_are(number: str, day: str | None) -> None:
    assert birth_date(number) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("执业证号：16207201510000001", "16207201510000001"),
        ("No. 1 6207 2015 1000 0001", "16207201510000001"),
        ("1162O1012345", "116201012345"),  # 12 digits, before 2008
        ("36207021512345", "36207021512345"),
        ("NY 1234567", "NY1234567"),
        ("见习", None),
    ],
)
def test_licences(text: str, number: str | None) -> None:
    assert licence_number(text) == number


@given(mixed("0123456789X*x×＊.…OISZV -", "620702", "19840422", "MA"))
def test_identity_numbers_are_total_and_stable(text: str) -> None:
    partial(text), repairs(text), credit_repairs(text)
    for person in (True, False):
        for kind in (None, "resident_id", "credit_code", "passport", "other"):
            found = identity_number(text, kind, person=person)
            assert found is None or identity_number(found.number, kind, person=person) == found
    licence = licence_number(text)
    assert licence is None or licence_number(licence) == licence


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("138 1234 0001", "13812340001"),
        ("0086-13812340001", "13812340001"),
        ("电话：１３８１２３４０００１（张三）", "13812340001"),
        ("13812340001 13912340002", "13812340001"),
        ("0936-8212345 13812340001", "09368212345"),
        ("(0936)8212345-801", "09368212345"),
        ("+86 936 8212345", "09368212345"),
        ("0086 10 8212 3456", "01082123456"),
        ("8212345-801", "8212345"),
        ("400-812-3456", "4008123456"),
        ("+1 (212) 555-0100", "2125550100"),
        ("(212) 555-0100 ext. 5", "2125550100"),
        ("1-312-555-0100", "3125550100"),  # Chicago
        ("13125550100", "13125550100"),  # a mobile number of Shanghai
        ("+44 (0)20 7946 0958", "442079460958"),
        ("13800000000", None),
        ("12345", None),
    ],
)
def test_phones(text: str, number: str | None) -> None:
    assert phone_number(text) == number


@given(mixed("0123456789+-() ./转x,；#*８", "+86", "0086", "138", "0936", "+1", "(0)", "或"))
def test_phones_are_stable(text: str) -> None:
    found = phone_number(text)
    assert found is None or phone_number(found) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("（2023）甘0702民初1234号", CaseNumber(2023, "甘0702", "民初", 1234)),
        ("2023甘0702民初01234号民事判决书", CaseNumber(2023, "甘0702", "民初", 1234)),
        ("【2023】甘０７０２执异１２号之1", CaseNumber(2023, "甘0702", "执异", 12, "之一")),
        ("(2020)京民终123号", CaseNumber(2020, "京", "民终", 123)),
        ("(2021)最高法知民终1号", CaseNumber(2021, "最高法", "知民终", 1)),
        ("〔2022〕甘07破申1号", CaseNumber(2022, "甘07", "破申", 1)),
        ("(2012)甘民初字第123号", CaseNumber(2012, "甘", "民初", 123)),
        ("(2009)朝民初字第1号", CaseNumber(2009, "朝", "民初", 1)),
        ("(2012)民民初字第00001号", CaseNumber(2012, "民", "民初", 1)),  # 民乐县
        ("(2011)张中民二终字第3号", CaseNumber(2011, "张中", "民二终", 3)),
        ("(2013)民申字第5号", CaseNumber(2013, "", "民申", 5)),
        ("(2019)购销合同第12号", None),
        ("1:20-cv-01234", None),
        ("", None),
    ],
)
def test_case_numbers_in_parts(text: str, number: CaseNumber | None) -> None:
    assert parse_case_number(text) == number
    assert parse_case_number(case_number(text)) == number


@pytest.mark.parametrize(
    ("case_type", "proceeding"),
    [
        ("民初", "first_instance"),
        ("民一初", "first_instance"),
        ("知民初", "first_instance"),
        ("民终", "appeal"),
        ("民申", "retrial"),
        ("民再", "retrial"),
        ("执", "enforcement"),
        ("执恢", "enforcement"),
        ("执异", "enforcement_objection"),
        ("破申", "bankruptcy"),
        ("民特", "judicial_confirmation"),
        ("诉前调确", "judicial_confirmation"),
        ("诉前调", "pre_suit_mediation"),
        ("民督", "payment_order"),
        ("行初", "administrative"),
        ("刑初", "other"),
        ("民辖终", "other"),
    ],
)
def test_types_of_cases(case_type: str, proceeding: str) -> None:
    assert proceeding_of(case_type) == proceeding


def test_cited_case_numbers() -> None:
    text = (
        "见（2019）甘 0702 民初 3855 号之一、(2009)朝民初字第1号及2019甘0702民初3号，"
        "《购销合同》(2019)第12号，(2019)购销合同第13号，双方于(2019)在第3号楼"
    )
    assert cited_case_numbers(text) == ("2019甘0702民初3855之一", "2009朝民初1", "2019甘0702民初3")


@given(mixed("()（〔〕字第号之一二1230年民初执", "2023", "甘0702", "最高法", "字第", "(2023)甘0702民初"))
def test_case_numbers_are_stable(text: str) -> None:
    number = case_number(text)
    assert case_number(number) == number
    parsed = parse_case_number(text)
    assert parsed is None or proceeding_of(parsed.type) in PROCEEDINGS
    assert all(case_number(cited) == cited for cited in cited_case_numbers(text))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("一九七六年十二月三十一日", "1976-12-31"),
        ("二〇一九年十月", "2019-10"),
        ("197605", "1976-05"),
        ("19760503.0", "1976-05-03"),  # a number column
        ("1976-05-03T00:00:00", "1976-05-03"),
        ("May 3rd, 1976", "1976-05-03"),
        ("3 May 1976", "1976-05-03"),
        ("13/5/1976", "1976-05-13"),
        ("5/13/1976", "1976-05-13"),
        ("1976-02-30", ""),
        ("12345", ""),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert iso_date(text) == iso


@given(mixed("0123456789年月日-/. 一二三十〇", "1976", "may ", "一九七六年"))
def test_dates_are_stable(text: str) -> None:
    assert iso_date(iso_date(text)) == iso_date(text)
