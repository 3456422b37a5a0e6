"""Lists a court hands in beside the docket: schemes of filings, and audited attributes. They never enter a feature."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from xiezhi.errors import InputError


def read_schemes(path: Path) -> dict[str, str]:
    """Filing id -> scheme, from a CSV with the columns filing_id and scheme. Raises InputError."""
    return {filing_id: scheme for filing_id, scheme in _rows(path, ("filing_id", "scheme")) if scheme}


def read_audited(path: Path) -> dict[str, dict[str, set[str]]]:
    """Attribute -> filing id -> its values, from a CSV with filing_id, attribute and value. Raises InputError.

    A filing may have several values of one attribute (several plaintiffs) and counts under each.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for filing_id, attribute, value in _rows(path, ("filing_id", "attribute", "value")):
        if attribute and value:
            found.setdefault(attribute, {}).setdefault(filing_id, set()).add(value)
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"{path.name} 缺少列 {'、'.join(missing)}；首行应为 {','.join(columns)}。",
                    f"{path.name} lacks the column {', '.join(missing)}; its first line should be {','.join(columns)}.",
                    code="list-columns",
                )
            for row in reader:
                yield tuple((row[name] or "").strip() for name in columns)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"无法读取 {path.name}；应为 UTF-8 的 CSV 文件。",
            f"{path.name} cannot be read; it should be a CSV file in UTF-8.",
            code="list-unreadable",
        ) from error
