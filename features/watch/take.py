"""A watch list out of a file: good rows become entries, bad ones are told with their place and mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from features.intake.inputs import Input
from features.intake.outcome import Place, Rejected, Row, reject
from features.intake.tables import read_csv, read_sheet, sheet_names
from features.link.profile import party_profile
from features.watch.kinds import Kind
from xiezhi.clock import Moment, parse_moment
from xiezhi.records import Party, PartyKind
from xiezhi.store.watch import WatchEntry

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "名称", "姓名", "地址范围"),
    "kind": ("kind", "类型"),
    "id_number": ("id_number", "证件号码", "统一社会信用代码", "身份证号"),
    "phone": ("phone", "电话"),
    "address": ("address", "地址", "住所地"),
    "since": ("since", "起始日期", "列入日期"),
    "until": ("until", "截止日期", "到期日"),
    "recorded_at": ("recorded_at", "入库日期"),
    "note": ("note", "备注"),
}
"""Column -> the headings it is known by."""

_PERSONS: frozenset[Kind] = frozenset({"false_litigation", "lenders"})
_KINDS = {"person": "person", "自然人": "person", "个人": "person",
          "organization": "organization", "单位": "organization", "法人": "organization"}  # fmt: skip
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_UNCLEAR = ("until-before-since", "截止日期应晚于起始日期。", "The end must be after the beginning.")


def read_list(
    path: Path, kind: Kind, seal: Callable[[str], str], zone: str, taken_at: Moment
) -> Iterator[WatchEntry | Rejected]:
    """Entries of a CSV file or workbook, and what cannot be taken. Dates without a time are local in `zone`."""
    for outcome in _rows(path):
        yield outcome if isinstance(outcome, Rejected) else _entry(outcome, kind, seal, zone, taken_at)


def _rows(path: Path) -> Iterator[Row | Rejected]:
    if not path.is_file():
        yield reject(Place(path.name, 0), "file", "not-found")
        return
    source = Input(path, path.name)
    if path.name.lower().endswith((".csv", ".csv.gz")):
        yield from read_csv(source)
        return
    if not path.name.lower().endswith(".xlsx"):
        yield reject(Place(path.name, 0), "file", "unknown-format")
        return
    sheets = sheet_names(source)
    if isinstance(sheets, Rejected):
        yield sheets
        return
    for sheet in sheets:
        yield from read_sheet(source, sheet)


def _entry(
    row: Row, kind: Kind, seal: Callable[[str], str], zone: str, taken_at: Moment
) -> WatchEntry | Rejected:
    said = {column: _cell(row.values, headings) for column, headings in COLUMNS.items()}
    for column in ("name", "since"):
        if not said[column]:
            return reject(row.place, column, "missing")
    moments: dict[str, Moment | None] = {"since": None, "until": None, "recorded_at": None}
    for column in moments:
        try:
            moments[column] = parse_moment(_iso(said[column]), zone) if said[column] else None
        except ValueError:
            return reject(row.place, column, "not-a-date")
    since, until, recorded = moments["since"], moments["until"], moments["recorded_at"]
    assert since is not None, "checked above"
    if until is not None and until <= since:
        code, zh, en = _UNCLEAR
        return Rejected(row.place, "until", code, zh, en)
    told = _KINDS.get(said["kind"] or ("person" if kind in _PERSONS else "organization"))
    if told is None:
        return reject(row.place, "kind", "not-allowed")
    party = Party(
        "entry", "plaintiff", cast("PartyKind", told), said["name"],
        id_type=("resident_id" if told == "person" else "credit_code") if said["id_number"] else None,
        id_number=said["id_number"] or None, phone=said["phone"] or None, address=said["address"] or None,
    )  # fmt: skip
    profile = party_profile(party, "", seal).dumps()
    return WatchEntry(
        kind, said["name"], profile, since, until, taken_at if recorded is None else recorded, said["note"]
    )


def _iso(day: str) -> str:
    """A day as lists write it (2022/1/5, 2022.1.5, 2022年1月5日) as ISO 8601; other text as it is."""
    return _DAY.sub(lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", day)


def _cell(values: Mapping[str, Any], headings: tuple[str, ...]) -> str:
    return next((str(values[h]).strip() for h in headings if str(values.get(h) or "").strip()), "")
