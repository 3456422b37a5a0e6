"""Watch lists: read, kept with dates, matched as of the filing, and evidence only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from typer.testing import CliRunner

from features.intake.outcome import Rejected
from features.signs import load_pack
from features.signs.vocabulary import vocabulary
from features.watch.cli import app
from features.watch.match import WatchBook, WatchMatch, find_matches, open_book, strongest
from features.watch.take import read_list
from xiezhi.clock import DAY, parse_moment
from xiezhi.records import Filing, Party
from xiezhi.store import Store
from xiezhi.store.filings import put_filings
from xiezhi.store.watch import WatchEntry, add_entries, count_entries, entries_known, lists_version

ZONE = "Asia/Shanghai"
START = parse_moment("2022-01-01", ZONE)
TAKEN = parse_moment("2022-02-01", ZONE)
IDENTITY = "620702198001011236"
LIST = f"""姓名,身份证号,电话,地址,列入日期,到期日
王小明,{IDENTITY},13900001111,甘肃省张掖市甘州区东街12号,2022-01-01,2023-01-01
李四,,,,2022-13-01,
,,,,2022-01-01,
赵六,,,,2022-05-01,2022-01-01
陈述华,,,,2022-01-01,
"""


def filing(name: str = "王小明", **told: str | None) -> Filing:
    party = Party("p1", "plaintiff", "person", name, id_type="resident_id", id_number=IDENTITY)
    return Filing("f1", "甘0702", START + 100 * DAY, "民间借贷纠纷", (replace(party, **told),))  # type: ignore[arg-type]


def replace_party(one: Filing, **told: Any) -> Filing:
    return replace(one, parties=tuple(replace(party, **told) for party in one.parties))


def take(store: Store, path: Path, text: str = LIST, kind: str = "false_litigation") -> list[Rejected]:
    path.write_text(text, encoding="utf-8")
    outcomes = list(read_list(path, kind, store.vault.search_hash, ZONE, TAKEN))  # type: ignore[arg-type]
    with store.write() as connection:
        entries = [o for o in outcomes if isinstance(o, WatchEntry)]
        add_entries(connection, entries, origin=path.name, received_at=TAKEN)
    return [o for o in outcomes if isinstance(o, Rejected)]


def find(store: Store, one: Filing, as_of: int | None = None) -> tuple[WatchMatch, ...]:
    with store.read() as connection:
        return WatchBook(connection, store.vault).find(
            connection, one, one.filed_at if as_of is None else as_of
        )


def test_bad_rows_are_told_and_good_ones_beside_them_kept(store: Store, tmp_path: Path) -> None:
    bad = take(store, tmp_path / "list.csv")
    assert [(r.place.row, r.field, r.code) for r in bad] == [
        (3, "since", "not-a-date"),
        (4, "name", "missing"),
        (5, "until", "until-before-since"),
    ]
    with store.read() as connection:
        entries = entries_known(connection)
        assert count_entries(connection, START + DAY) == {"false_litigation": (2, 2)}
        assert count_entries(connection, START + 400 * DAY) == {"false_litigation": (2, 1)}
    assert [e.name for e in entries] == ["王小明", "陈述华"]
    assert IDENTITY not in entries[0].profile


def test_the_same_list_again_keeps_nothing_twice(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "list.csv")
    take(store, tmp_path / "again.csv")
    with store.read() as connection:
        assert len(entries_known(connection)) == 2


def test_one_person_is_matched_by_number_however_the_name_is_written(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "list.csv")
    (match,) = find(store, filing("王晓明"))
    assert match.term == "watch_false_litigation_plaintiff"
    assert match.probability > 0.99
    assert strongest([match]) == {match.term: match.probability}


def test_a_namesake_with_another_number_is_not_matched(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "list.csv")
    # A valid number of somebody else: two resident ids are two people.
    assert find(store, filing(id_number="11010519491231002X")) == ()


@pytest.mark.parametrize("name", ["王某某", "王×"])
def test_the_masked_are_not_matched_by_what_kin_share(store: Store, tmp_path: Path, name: str) -> None:
    """The linker's own rule: a telephone and a door alone put nobody on a list."""
    take(store, tmp_path / "list.csv")
    home = {"phone": "13900001111", "address": "甘肃省张掖市甘州区东街12号"}
    assert find(store, replace_party(filing(name, **home), id_number=None, id_type=None)) == ()
    assert find(store, filing(name, **home))  # by the number


@pytest.mark.parametrize("day", ["2021-12-31", "2022-01-15", "2023-01-01"])
def test_an_entry_not_in_force_or_not_yet_known_is_not_seen(store: Store, tmp_path: Path, day: str) -> None:
    take(store, tmp_path / "list.csv")
    assert find(store, filing(), parse_moment(day, ZONE)) == ()
    assert find(store, filing(), parse_moment("2022-12-31", ZONE))


def test_a_filing_corrected_later_is_matched_as_it_read_then(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "list.csv")
    first, corrected = filing("王大明", id_number=None), filing()
    at, later = first.filed_at, first.filed_at + 10 * DAY
    with store.write() as connection:
        put_filings(connection, store.vault, [(first, "private_loan", "a")], at)
        put_filings(connection, store.vault, [(corrected, "private_loan", "b")], later)
    with store.read() as connection:
        found = find_matches(store, connection, [("f1", at), ("f1", later)])
    assert [len(found["f1", moment]) for moment in (at, later)] == [0, 1]


def test_a_zone_is_found_in_an_address(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "zones.csv", "name,since\n东街片区,2022-01-01\n", "zones")
    (match,) = find(store, filing("周七", id_number="", address="甘肃省张掖市甘州区东街片区3号"))
    assert match.term == "watch_zones_address"
    assert find(store, filing("周七", id_number="", address="甘肃省张掖市甘州区西街3号")) == ()


def test_a_match_alone_never_flags() -> None:
    values = dict.fromkeys(vocabulary(), float("nan")) | {"watch_false_litigation_plaintiff": 1.0}
    judged = load_pack("cn").judge(values)
    assert [rule.code for rule in judged.fired] == ["S26.list"]
    assert load_pack("cn").lift("none", judged) == "none"


def test_the_command_says_what_it_took(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "lenders", str(path)])
    assert done.exit_code == 3
    assert "2 new, 0 there already, 3 rejected" in done.output
    assert "list.csv:3 since" in done.output
    assert "lenders" in CliRunner().invoke(app, ["list"]).output


def workbook(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
    return path


def test_a_workbook_gives_the_entries_its_table_gives(store: Store, tmp_path: Path) -> None:
    """Cells of dates, numbers that Excel keeps as numbers, and every sheet."""
    head = ["姓名", "身份证号", "电话", "列入日期", "到期日"]
    path = workbook(
        tmp_path / "list.xlsx",
        [head, ["王小明", IDENTITY, 13900001111, date(2022, 1, 1), date(2023, 1, 1)], ["李四", "", "", "2022-13-01", ""]],
        [head, ["陈述华", "", "", "2022/1/5", ""]],
    )  # fmt: skip
    outcomes = list(read_list(path, "false_litigation", store.vault.search_hash, ZONE, TAKEN))
    entries = [o for o in outcomes if isinstance(o, WatchEntry)]
    assert [(r.place.row, r.field, r.code) for r in outcomes if isinstance(r, Rejected)] == [
        (3, "since", "not-a-date")
    ]
    table = tmp_path / "list.csv"
    table.write_text(
        f"姓名,身份证号,电话,列入日期,到期日\n王小明,{IDENTITY},13900001111,2022-01-01,2023-01-01\n陈述华,,,2022-01-05,\n",
        encoding="utf-8",
    )
    assert entries == list(read_list(table, "false_litigation", store.vault.search_hash, ZONE, TAKEN))
    with store.write() as connection:
        assert add_entries(connection, entries, origin=path.name, received_at=TAKEN) == 2
    (match,) = find(store, filing("王晓明"))
    assert (match.entry_name, match.until) == ("王小明", parse_moment("2023-01-01", ZONE))


@pytest.mark.parametrize("said", ["2022-01-05", "2022/1/5", "2022.01.05", "2022年1月5日"])
def test_days_are_read_as_lists_write_them(tmp_path: Path, said: str) -> None:
    (tmp_path / "list.csv").write_text(f"姓名,列入日期\n陈述华,{said}\n", encoding="utf-8")
    (entry,) = read_list(tmp_path / "list.csv", "lenders", str, ZONE, TAKEN)
    assert isinstance(entry, WatchEntry)
    assert entry.since == parse_moment("2022-01-05", ZONE)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("list.xlsx", b"PK\x03\x04", "not-readable"), ("list.pdf", b"", "unknown-format")],
)
def test_a_file_that_is_no_list_is_told(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    (told,) = read_list(tmp_path / name, "lenders", str, ZONE, TAKEN)
    assert isinstance(told, Rejected)
    assert told.code == code


def test_the_lists_are_read_anew_only_when_they_change(store: Store, tmp_path: Path) -> None:
    with store.read() as connection:
        empty = open_book(store, connection)
        assert open_book(store, connection) is empty
        assert lists_version(connection) == (0, 0)
    take(store, tmp_path / "list.csv")
    with store.read() as connection:
        book = open_book(store, connection)
        assert len(book) == 2
        assert open_book(store, connection) is book
    take(store, tmp_path / "again.csv")  # the same entries: nothing is added
    with store.read() as connection:
        assert open_book(store, connection) is book
    take(store, tmp_path / "lenders.csv", kind="lenders")
    with store.read() as connection:
        assert len(open_book(store, connection)) == 4
        assert {m.term for m in open_book(store, connection).find(connection, filing(), filing().filed_at)} == {
            "watch_false_litigation_plaintiff", "watch_lenders_plaintiff",
        }  # fmt: skip


def test_a_mediation_organisation_under_watch_is_told_and_never_flags(store: Store, tmp_path: Path) -> None:
    name = "甘州区恒瑞人民调解委员会"
    take(store, tmp_path / "mediators.csv", f"name,since\n{name},2022-01-01\n", "mediators")
    confirmation = replace(filing(), elements={"mediation_organization": name})
    (match,) = find(store, confirmation)
    assert match.term == "watch_mediators_mediator"
    assert (
        find(store, replace(filing(), elements={"mediation_organization": "民乐县泰和人民调解委员会"})) == ()
    )
    values = dict.fromkeys(vocabulary(), float("nan")) | {match.term: match.probability}
    assert load_pack("cn").judge(values).fired == ()
    judged = load_pack("cn").judge(values | {"days_since_agreement": 2.0})
    assert [rule.code for rule in judged.fired] == ["S06.list"]
    assert load_pack("cn").lift("none", judged) == "none"
