"""Small dockets in every format, for the tests of intake."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILING: dict[str, Any] = {
    "filing_id": "F1",
    "court": "甘0702",
    "case_number": "(2024)甘0702民初1号",
    "filed_at": "2024-05-06T09:30:00+08:00",
    "cause": "民间借贷纠纷",
    "claim_amount": 1200.5,
    "facts": "被告于2023年借款，至今未还。",
    "mediation_requested": True,
    "related_case_numbers": ["(2023)甘0702民初9号", "(2023)甘0702民初10号"],
    "parties": [
        {
            "party_id": "p1",
            "role": "plaintiff",
            "kind": "person",
            "name": "张秀英",
            "id_type": "resident_id",
            "id_number": "11010519491231002X",
            "phone": "13800138000",
        },
        {
            "party_id": "p2",
            "role": "defendant",
            "kind": "organization",
            "name": "甘州区大地商贸有限公司",
            "declared_relations": [{"to": "p1", "kind": "friend"}],
        },
    ],
    "agents": [{"agent_id": "a1", "kind": "lawyer", "name": "王律师", "represents": ["p1"]}],
    "evidence": [{"kind": "iou", "title": "借条", "dated": "2023-01-02", "amount": 1000.0}],
    "elements": {"principal_agreed": 1000.0, "provided_by": "cash", "interest_claimed": True},
}
EVENT = {"filing_id": "F1", "at": "2024-06-01", "kind": "served"}
FINDING = {"filing_id": "F1", "at": "2025-01-01", "finding": "false", "source": "judgment"}

TABLES: dict[str, list[dict[str, Any]]] = {
    "filings": [
        {
            "filing_id": "F1",
            "court": "甘0702",
            "case_number": "(2024)甘0702民初1号",
            "filed_at": "2024-05-06T09:30:00+08:00",
            "cause": "民间借贷纠纷",
            "claim_amount": "1200.5",
            "facts": "被告于2023年借款，至今未还。",
            "mediation_requested": "true",
            "related_case_numbers": "(2023)甘0702民初9号;(2023)甘0702民初10号",
        }
    ],
    "parties": [
        {"filing_id": "F1"}
        | {k: v for k, v in FILING["parties"][0].items() if k != "declared_relations"}
        | {"declared_relations": ""},
        {
            "filing_id": "F1",
            "party_id": "p2",
            "role": "defendant",
            "kind": "organization",
            "name": "甘州区大地商贸有限公司",
            "id_type": "",
            "id_number": "",
            "phone": "",
            "declared_relations": "p1:friend",
        },
    ],
    "agents": [{"filing_id": "F1", "agent_id": "a1", "kind": "lawyer", "name": "王律师", "represents": "p1"}],
    "evidence": [
        {"filing_id": "F1", "kind": "iou", "title": "借条", "dated": "2023-01-02", "amount": "1000"}
    ],
    "elements": [
        {"filing_id": "F1", "key": "principal_agreed", "value": "1000"},
        {"filing_id": "F1", "key": "provided_by", "value": "cash"},
        {"filing_id": "F1", "key": "interest_claimed", "value": "true"},
    ],
    "events": [EVENT],
    "findings": [FINDING],
}
"""The same docket as flat tables."""


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    """A filing of its own key and name."""
    return {**FILING, "filing_id": f"F{number}", **changes}


def json_lines(records: Iterable[Mapping[str, Any]]) -> str:
    """The records as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def csv_text(rows: list[dict[str, Any]], separator: str = ",") -> str:
    """The rows as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_tables(folder: Path, encoding: str = "utf-8", tables: Mapping[str, Any] = TABLES) -> Path:
    """A folder of CSV tables."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(csv_text(rows).encode(encoding))
    return folder


def write_docket(folder: Path, filings: Iterable[Mapping[str, Any]]) -> Path:
    """A docket folder of JSON Lines."""
    folder.mkdir(exist_ok=True)
    (folder / "filings.jsonl").write_text(json_lines(filings), "utf-8")
    (folder / "events.jsonl").write_text(json_lines([EVENT]), "utf-8")
    (folder / "findings.jsonl").write_text(json_lines([FINDING]), "utf-8")
    return folder
