"""What training computed for the pages to show: they never compute it themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from xiezhi.clock import Moment
from xiezhi.store.tables import model_reports

ReportKind = Literal["monitoring", "comparison"]


@dataclass(frozen=True)
class ModelReport:
    """A report on `model_version` as plain JSON; nothing in it names a filing or a person."""

    kind: ReportKind
    model_version: str
    made_at: Moment
    body: Mapping[str, Any]


def add_report(connection: Connection, report: ModelReport) -> None:
    """Append `report`: the newest of its kind and model holds."""
    values = {name: getattr(report, name) for name in ModelReport.__dataclass_fields__}
    values["body"] = json.dumps(report.body, ensure_ascii=False, sort_keys=True, allow_nan=False)
    connection.execute(insert(model_reports).values(values))


def newest_report(connection: Connection, kind: ReportKind, model_version: str) -> ModelReport | None:
    """The newest report of a kind on a model, or None."""
    c = model_reports.c
    query = select(c.kind, c.model_version, c.made_at, c.body).where(
        c.kind == kind, c.model_version == model_version
    )
    row = connection.execute(query.order_by(c.report_no.desc()).limit(1)).first()
    return (
        None if row is None else ModelReport(row.kind, row.model_version, row.made_at, json.loads(row.body))
    )
