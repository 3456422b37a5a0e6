"""One docket: the tables found together, and its records in the order filings, events, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from features.intake.inputs import Input
from features.intake.json_lines import read_json_lines
from features.intake.mapping import (
    PART_KINDS,
    ColumnRule,
    Condition,
    Mapping,
    TableKind,
    TableRule,
    check_columns,
)
from features.intake.outcome import Accepted, Place, Rejected, Row, reject, reject_as
from features.intake.parquet import read_parquet
from features.intake.parts import Parts, place_of_part, split_lists
from features.intake.schema import EventIn, FilingIn, FindingIn, RecordIn, parse_record
from features.intake.tables import read_csv, read_sheet
from features.intake.translate import holds, translate
from xiezhi.errors import RecordError

Holds = TableKind | Literal["nothing", "records"]
"""What a table holds; `records` means any kind, told apart by their keys."""

Read = Iterator[Row | Rejected]


@dataclass(frozen=True)
class Table:
    """A file or sheet. `name` is what a mapping calls it, `flat` that its cells are text."""

    name: str
    holds: Holds
    source: Input
    read: Callable[[], Read]
    flat: bool


@dataclass(frozen=True)
class Docket:
    """Tables that belong together."""

    tables: tuple[Table, ...]

    def holding(self, *kinds: Holds) -> list[Table]:
        """The tables that hold one of `kinds`."""
        return [table for table in self.tables if table.holds in kinds]


@dataclass(frozen=True)
class Conventions:
    """How to read what a record leaves open."""

    mapping: Mapping
    zone: str
    currency: str


def open_file(source: Input, name: str, holds_: Holds, suffix: str) -> Table:
    """The table in a file of format `suffix` (`.jsonl`, `.parquet` or `.csv`)."""
    readers: dict[str, Callable[[Input], Read]] = {
        ".jsonl": read_json_lines,
        ".parquet": read_parquet,
        ".csv": read_csv,
    }
    reader = readers[suffix]
    return Table(name, holds_, source, lambda: reader(source), suffix == ".csv")


def open_sheet(source: Input, sheet: str, holds_: Holds) -> Table:
    """The table in one sheet of a workbook."""
    return Table(sheet, holds_, source, lambda: read_sheet(source, sheet), True)


def read_docket(docket: Docket, conventions: Conventions) -> Iterator[Accepted | Rejected]:
    """Every record of the docket: filings, then events, then findings. Raises MappingError."""
    reading = _Reading(docket, conventions)
    for table in docket.holding("records"):
        yield from reading.records(table)
    yield from reading.filings()
    for outcome in reading.rows_of("events"):
        yield reading.accept(outcome, EventIn)
    for outcome in reading.rows_of("findings"):
        yield reading.accept(outcome, FindingIn)


class _Reading:
    """One pass over a docket."""

    def __init__(self, docket: Docket, conventions: Conventions) -> None:
        self._docket = docket
        self._mapping = conventions.mapping
        self._zone = conventions.zone
        self._currency = conventions.currency

    def accept(self, outcome: Row | Rejected, model: type[RecordIn]) -> Accepted | Rejected:
        """The record of a row, or why there is none."""
        if isinstance(outcome, Rejected):
            return outcome
        try:
            record = parse_record(model, outcome.values, self._zone, self._currency)
        except RecordError as error:
            return reject_as(outcome.place, error)
        return Accepted(record, outcome.place)

    def records(self, table: Table) -> Iterator[Accepted | Rejected]:
        """A table of any records, told apart by their keys."""
        for outcome in self._translated(table):
            model = _recognise(outcome.values) if isinstance(outcome, Row) else FilingIn
            yield self.accept(outcome, model) if model else reject(outcome.place, "record", "unknown-record")

    def filings(self) -> Iterator[Accepted | Rejected]:
        """The filings, whole as they come or put together from their parts."""
        tables = self._docket.holding("filings")
        if not tables:
            for table in self._docket.holding(*PART_KINDS):
                yield reject(Place(table.source.name, 0), "file", "no-filings-table")
            return
        parts = Parts()
        for kind in PART_KINDS:
            for outcome in self.rows_of(kind):
                missing = parts.add(kind, outcome) if isinstance(outcome, Row) else outcome
                if missing:
                    yield missing
        for table in tables:
            for outcome in self._translated(table, skipped=parts.drop):
                if isinstance(outcome, Rejected):
                    yield outcome
                elif table.flat or parts:
                    yield from self._assembled(outcome, parts)
                else:
                    yield self.accept(outcome, FilingIn)
        yield from parts.left_over()

    def _assembled(self, row: Row, parts: Parts) -> Iterator[Accepted | Rejected]:
        try:
            whole = parts.assemble(row)
        except RecordError as error:
            yield reject_as(row.place, error)
            return
        if whole is None:  # the same filing again: wide exports repeat it on every row
            return
        outcome = self.accept(whole.row, FilingIn)
        yield place_of_part(outcome, whole.places) if isinstance(outcome, Rejected) else outcome

    def rows_of(self, kind: TableKind) -> Read:
        """Rows of a kind: of tables that hold it, and those that rules make of other tables."""
        for table in self._docket.holding(kind):
            yield from self._translated(table)
        yield from self._derived(kind)

    def _translated(self, table: Table, skipped: Callable[[Row], None] | None = None) -> Read:
        """The rows of a table in the words of the format; `skipped` is told those its rule passes over."""
        rule = self._mapping.tables.get(table.name)
        columns = rule.columns if rule else {}
        skip = rule.skip if rule else []
        for outcome in _checked(table, f"tables.{table.name}", columns, skip):
            if isinstance(outcome, Rejected):
                yield outcome
                continue
            values = translate(outcome.values, columns, rest=True) if columns else outcome.values
            values = split_lists(values) if table.flat else self._nested(values)
            row = Row(outcome.place, values)
            if not _is_skipped(rule, outcome):
                yield row
            elif skipped:
                skipped(row)

    def _derived(self, kind: TableKind) -> Read:
        for number, rule in enumerate(self._mapping.derived(kind)):
            for table in (t for t in self._docket.tables if t.name == rule.from_):
                own = self._mapping.tables.get(table.name)
                columns = rule.columns
                if "filing_id" not in columns and own and "filing_id" in own.columns:
                    columns = {"filing_id": own.columns["filing_id"], **columns}
                when = [rule.when] if rule.when else []
                for outcome in _checked(table, f"{kind}[{number}]", columns, when):
                    if isinstance(outcome, Rejected):
                        if table.holds == "nothing":  # else told when the table itself is read
                            yield outcome
                    elif holds(rule.when, outcome.values) and not _is_skipped(own, outcome):
                        values = translate(outcome.values, columns, rest=False)
                        values.setdefault("filing_id", outcome.values.get("filing_id"))
                        yield Row(outcome.place, split_lists(values))

    def _nested(self, values: dict[str, Any]) -> dict[str, Any]:
        """A nested record with the mapping of its parts applied."""
        for kind in PART_KINDS:
            rule = self._mapping.tables.get(kind)
            if rule and rule.columns and isinstance(values.get(kind), list):
                items = [
                    translate(item, rule.columns, rest=True) if isinstance(item, dict) else item
                    for item in values[kind]
                ]
                values = {**values, kind: items}
        return values


def _checked(table: Table, place: str, columns: dict[str, ColumnRule], conditions: list[Condition]) -> Read:
    """The rows as read. Raises MappingError if a flat table lacks a column that a rule reads."""
    unchecked = table.flat
    for outcome in table.read():
        if unchecked and isinstance(outcome, Row):
            check_columns(place, columns, conditions, outcome.columns)
            unchecked = False
        yield outcome


def _is_skipped(rule: TableRule | None, row: Row) -> bool:
    return rule is not None and any(holds(condition, row.values) for condition in rule.skip)


def _recognise(values: dict[str, Any]) -> type[RecordIn] | None:
    if "finding" in values:
        return FindingIn
    if "parties" in values or "cause" in values:
        return FilingIn
    if "kind" in values and "at" in values:
        return EventIn
    return None
