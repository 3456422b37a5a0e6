"""Events and findings of one filing as they come in: the good ones kept, the bad ones told, the filing scored again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic_core import from_json

from features.intake.mends import record_error
from features.intake.outcome import Place, Rejected, reject, reject_as
from features.intake.schema import EventIn, FindingIn, parse_record
from serving.screening.again import Change, score_waiting
from serving.screening.screener import Screener
from xiezhi.audit.chain import Act, digest_of
from xiezhi.clock import Moment
from xiezhi.errors import NotFound, RecordError
from xiezhi.records import Event, Finding, to_body
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.filings import PutCount, filed_at_of
from xiezhi.store.happenings import put_events, put_findings

Happening = Literal["events", "findings"]

MOST_ROWS = 1_000
"""Rows of one request: more than a filing has in its life. Whole dockets come by `xiezhi ingest`."""


@dataclass(frozen=True)
class Brought:
    """What came of it: rows kept and rows known before, rows that cannot be taken, and the score given again if any."""

    count: PutCount
    rejected: tuple[Rejected, ...]
    change: Change | None


def read_rows(body: bytes) -> list[Any]:
    """The rows of a JSON body: one object, or a list of them. Raises RecordError."""
    try:
        told = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise record_error("record", "not-json") from None
    rows = told if isinstance(told, list) else [told]
    if len(rows) > MOST_ROWS:
        raise RecordError(
            "record",
            f"一次最多 {MOST_ROWS} 条；更多请用 xiezhi ingest。",
            f"At most {MOST_ROWS} rows a request; take more in with `xiezhi ingest`.",
            code="too-many-rows",
        )
    return rows


def bring_in(
    store: Store,
    settings: Settings,
    find_screener: Callable[[], Screener],
    kind: Happening,
    filing_id: str,
    rows: Sequence[Any],
    *,
    source: str,
    by: str | None,
    now: Moment,
) -> Brought:
    """Keep events or findings of one filing; what is held already changes nothing.

    A filing that was screened is scored again where an event asks for it (`stream.RESCORING_EVENTS`). by: the account on
    record, None for nobody to name. Raises NotFound for no such filing.
    """
    with store.read() as connection:
        if not filed_at_of(connection, [filing_id]):
            raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
    read, rejected = _read(kind, filing_id, rows, settings)
    with store.write() as connection:
        if kind == "events":
            events = [(record, source) for record in read if isinstance(record, Event)]
            count = put_events(connection, events, now)
        else:
            findings = [(record, source) for record in read if isinstance(record, Finding)]
            count = put_findings(connection, findings, now)
        if by is not None and count.added:
            told = digest_of({kind: [to_body(record) for record in read]})
            append_acts(connection, [Act(now, by, f"brought_{kind}", filing_id, told)])
    changes = []
    if kind == "events":
        changes = score_waiting(store, find_screener(), now=now, filing_ids=[filing_id])
    return Brought(count, tuple(rejected), changes[0] if changes else None)


def _read(
    kind: Happening, filing_id: str, rows: Sequence[Any], settings: Settings
) -> tuple[list[Event | Finding], list[Rejected]]:
    read: list[Event | Finding] = []
    rejected: list[Rejected] = []
    for number, row in enumerate(rows, 1):
        place = Place(kind, number)
        if not isinstance(row, dict):
            rejected.append(reject(place, "record", "not-an-object"))
            continue
        if row.get("filing_id", filing_id) != filing_id:
            rejected.append(reject(place, "filing_id", "other-filing"))
            continue
        model = EventIn if kind == "events" else FindingIn
        try:
            record = parse_record(model, {**row, "filing_id": filing_id}, settings.zone, settings.currency)
        except RecordError as error:
            rejected.append(reject_as(place, error))
            continue
        assert isinstance(record, Event | Finding), "the models above make no other"
        read.append(record)
    return read, rejected
