"""Put filings together from flat tables: parties, agents, evidence and elements, grouped in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from features.intake.mapping import TableKind
from features.intake.mends import record_error
from features.intake.outcome import Place, Rejected, Row, reject
from features.intake.schema import FilingIn

_NUMBERS = {
    "principal_agreed", "principal_provided", "rate_per_year", "repaid", "wage_claimed", "term_years",
    "rent_per_year", "rent_prepaid", "price", "reference_price",
}  # fmt: skip
_BOOLS = {"interest_claimed"}
"""Elements of the format that are not text; a table's cells are."""

_LISTS = ("represents", "related_case_numbers")
_PART = re.compile(r"(parties|agents|evidence)\[(\d+)\]\.?(.*)")


@dataclass(frozen=True, slots=True)
class Whole:
    """A filing put together, and the places its parts came from."""

    row: Row
    places: Mapping[str, list[Place]]


class Parts:
    """Rows waiting for the filing they belong to."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[TableKind, list[Row]]] = {}
        self._taken: dict[str, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, kind: TableKind, row: Row) -> Rejected | None:
        """Keep a part for its filing; a part of no filing is rejected."""
        filing_id = _filing_id(row)
        if not filing_id:
            return reject(row.place, "filing_id", "missing")
        self._waiting.setdefault(filing_id, {}).setdefault(kind, []).append(row)
        return None

    def assemble(self, row: Row) -> Whole | None:
        """The filing with its parts; None for one that was already put together from equal columns.

        Raises RecordError for a second filing of the same id with other content.
        """
        filing_id = _filing_id(row)
        own = {key: value for key, value in row.values.items() if key in FilingIn.model_fields}
        if filing_id in self._taken:
            if self._taken[filing_id] == own:
                return None
            raise record_error("filing_id", "duplicate-filing")
        if filing_id:
            self._taken[filing_id] = own
        values = dict(row.values)
        places: dict[str, list[Place]] = {}
        for kind, rows in self._waiting.pop(filing_id, {}).items():
            if kind == "elements":
                values["elements"] = {**values.get("elements", {}), **_elements(rows)}
            else:
                values[kind] = [*values.get(kind, ()), *(_part(part) for part in rows)]
                places[kind] = [part.place for part in rows]
        return Whole(replace(row, values=values), places)

    def drop(self, row: Row) -> None:
        """Forget the parts of a filing that is passed over."""
        self._waiting.pop(_filing_id(row), None)

    def left_over(self) -> Iterator[Rejected]:
        """Parts whose filing did not come."""
        for kinds in self._waiting.values():
            for rows in kinds.values():
                for row in rows:
                    yield reject(row.place, "filing_id", "unknown-filing")


def split_lists(values: dict[str, Any]) -> dict[str, Any]:
    """Cells that stand for lists: `p1;p2`, and `p2:spouse;p3:friend` for declared relations."""
    lists = {key: _split(values[key]) for key in _LISTS if isinstance(values.get(key), str)}
    relations = values.get("declared_relations")
    if isinstance(relations, str):
        pairs = (item.partition(":") for item in _split(relations))
        lists["declared_relations"] = [{"to": to, "kind": kind} for to, _, kind in pairs]
    return {**values, **lists} if lists else values


def place_of_part(rejected: Rejected, places: Mapping[str, list[Place]]) -> Rejected:
    """A rejection moved to the row of the part it is about: `parties[1].role` to `role` of that row."""
    match = _PART.match(rejected.field)
    if not match or match[1] not in places or int(match[2]) >= len(places[match[1]]):
        return rejected
    return replace(rejected, place=places[match[1]][int(match[2])], field=match[3] or "record")


def _split(cell: str) -> list[Any]:
    return [item.strip() for item in re.split("[;；]", cell) if item.strip()]


def _filing_id(row: Row) -> str:
    return str(row.values.get("filing_id") or "").strip()


def _part(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.values.items() if key != "filing_id"}


def _elements(rows: list[Row]) -> dict[str, Any]:
    pairs = ((str(row.values.get("key", "")).strip(), row.values.get("value")) for row in rows)
    return {key: _typed(key, value) for key, value in pairs if key and value is not None}


def _typed(key: str, value: Any) -> Any:
    """The cell as a number or bool where the format says so; as it is where it cannot be read so."""
    if key in _BOOLS and str(value).strip().lower() in ("true", "false", "1", "0"):
        return str(value).strip().lower() in ("true", "1")
    if key in _NUMBERS:
        try:
            number = float(value)
        except ValueError:
            return value
        return number if math.isfinite(number) else value
    return value
