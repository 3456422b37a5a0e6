"""What lies at the paths handed in: dockets to read, and what cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from features.intake.docket import Docket, Holds, Table, open_file, open_sheet
from features.intake.inputs import Input
from features.intake.mapping import PART_KINDS, Mapping, TableKind
from features.intake.outcome import Place, Rejected, reject
from features.intake.tables import sheet_names

STDIN = "-"

_NESTED: tuple[TableKind, ...] = ("filings", "events", "findings")
_FLAT: tuple[TableKind, ...] = (*_NESTED, *PART_KINDS)
_FORMATS = {
    ".jsonl": ".jsonl",
    ".ndjson": ".jsonl",
    ".jsonl.gz": ".jsonl",
    ".ndjson.gz": ".jsonl",
    ".parquet": ".parquet",
    ".csv": ".csv",
    ".csv.gz": ".csv",
    ".xlsx": ".xlsx",
}


@dataclass
class Plan:
    """What will be read, what cannot be, and the names of files and sheets that are no tables."""

    dockets: list[Docket] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def inputs(self) -> list[Input]:
        """The files to be read, each once."""
        tables = (table for docket in self.dockets for table in docket.tables)
        return list({id(table.source): table.source for table in tables}.values())


def plan_sources(paths: Sequence[Path | str], mapping: Mapping, spool: Path) -> Plan:
    """Look at `paths`: folders, files, or `-` for JSON Lines on standard input, kept in `spool` meanwhile."""
    plan = Plan()
    alone: list[Table] = []  # CSV files named one by one belong together
    for path in paths:
        if str(path) == STDIN:
            source = _spooled_stdin(spool)
            plan.dockets.append(Docket((open_file(source, "stdin", "records", ".jsonl"),)))
        elif Path(path).is_dir():
            _plan_folder(Path(path), mapping, plan)
        elif Path(path).is_file():
            alone += _plan_file(Path(path), mapping, plan)
        else:
            plan.rejected.append(reject(Place(str(path), 0), "file", "not-found"))
    if alone:
        plan.dockets.append(Docket(tuple(alone)))
    return plan


def _plan_folder(folder: Path, mapping: Mapping, plan: Plan) -> None:
    """The tables of a folder by their names; other files in it are ignored, and said to be."""
    tables: list[Table] = []
    workbooks = 0
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")):
        stem, kind = _split_name(path)
        if kind == ".xlsx":
            _plan_workbook(path, mapping, plan)
            workbooks += 1
            continue
        known = _FLAT if kind == ".csv" else _NESTED
        held = _held(stem, known, mapping)
        if kind is None or held is None:
            plan.ignored.append(str(path))
        else:
            tables.append(open_file(Input(path, str(path)), stem, held, kind))
    if tables:
        plan.dockets.append(Docket(tuple(tables)))
    elif not workbooks:
        plan.rejected.append(reject(Place(str(folder), 0), "file", "nothing-here"))


def _plan_file(path: Path, mapping: Mapping, plan: Plan) -> list[Table]:
    """One file named by itself; returns it if it is a flat table, to be joined with its like."""
    stem, kind = _split_name(path)
    if kind is None:
        plan.rejected.append(reject(Place(str(path), 0), "file", "unknown-format"))
        return []
    if kind == ".xlsx":
        _plan_workbook(path, mapping, plan)
        return []
    if kind == ".csv":
        held = _held(stem, _FLAT, mapping)
        if held is None:
            plan.rejected.append(reject(Place(str(path), 0), "file", "unknown-table"))
            return []
        return [open_file(Input(path, str(path)), stem, held, kind)]
    mapped: Holds | None = mapping.tables[stem].holds if stem in mapping.tables else None
    table = open_file(Input(path, str(path)), stem, mapped or "records", kind)
    plan.dockets.append(Docket((table,)))
    return []


def _plan_workbook(path: Path, mapping: Mapping, plan: Plan) -> None:
    source = Input(path, str(path))
    sheets = sheet_names(source)
    if isinstance(sheets, Rejected):
        plan.rejected.append(sheets)
        return
    held = {sheet: _held(sheet.strip(), _FLAT, mapping) for sheet in sheets}
    plan.ignored += [f"{path}#{sheet}" for sheet, kind in held.items() if kind is None]
    tables = tuple(open_sheet(source, sheet, kind) for sheet, kind in held.items() if kind)
    if tables:
        plan.dockets.append(Docket(tables))
    else:
        plan.rejected.append(reject(Place(str(path), 0), "file", "nothing-here"))


def _held(name: str, known: Sequence[TableKind], mapping: Mapping) -> Holds | None:
    """What the table `name` holds: as the mapping says, else by its own name."""
    if name in mapping.tables:
        return mapping.tables[name].holds
    if mapping.reads(name):
        return "nothing"
    return next((kind for kind in known if kind == name), None)


def _split_name(path: Path) -> tuple[str, str | None]:
    """The stem and the format of a file name: `filings.jsonl.gz` is `filings`, `.jsonl`."""
    name = path.name
    for suffix in sorted(_FORMATS, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], _FORMATS[suffix]
    return path.stem, None


def _spooled_stdin(folder: Path) -> Input:
    """Standard input in a file: its encoding shows only further on, so it is read twice."""
    path = folder / "stdin"
    with path.open("wb") as file:
        while block := sys.stdin.buffer.read(1 << 20):
            file.write(block)
    return Input(path, STDIN)
