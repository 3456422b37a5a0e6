"""Filings dropped on the desk: files of any format that intake reads, or pasted JSON."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.intake import Place, Rejected, read_sources
from serving.parts import Parts
from xiezhi.errors import InputError
from xiezhi.records import Filing
from xiezhi.store.screenings import Screening

SOURCE = "desk"

MOST_FILINGS = 500
"""Filings screened while a clerk waits (some seconds); larger dockets go in by `xiezhi ingest`."""


@dataclass(frozen=True)
class Screened:
    """One row of an upload and its answer; `is_new` is false for one that was screened before."""

    place: Place
    filing: Filing
    screening: Screening
    is_new: bool


@dataclass
class Upload:
    """What became of an upload, row by row. `other`: records that are no filings and were left alone."""

    screened: list[Screened] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    other: int = 0


def screen_upload(parts: Parts, files: Sequence[tuple[str, bytes]], pasted: str) -> Upload:
    """Screen and keep every filing in `files` (name, content) and in the pasted JSON.

    In order of time whatever the order of rows, as if each had been handed in on its day. Raises InputError for
    too many.
    """
    upload, taken = Upload(), []
    with tempfile.TemporaryDirectory(prefix="xiezhi-desk-") as folder:
        paths = _spool(Path(folder), files, pasted)
        for outcome in read_sources(paths, mapping=None, settings=parts.settings):
            place = _shown(outcome.place, folder)
            if isinstance(outcome, Rejected):
                upload.rejected.append(Rejected(place, outcome.field, outcome.code, outcome.zh, outcome.en))
            elif isinstance(outcome.record, Filing):
                taken.append((place, outcome.record))
            else:
                upload.other += 1
    if len(taken) > MOST_FILINGS:
        raise InputError(
            f"一次最多 {MOST_FILINGS} 件；更多收案请用 xiezhi ingest 导入。",
            f"At most {MOST_FILINGS} filings at a time; take larger dockets in with `xiezhi ingest`.",
            code="too-many",
        )
    for place, filing in sorted(taken, key=lambda pair: (pair[1].filed_at, pair[1].filing_id)):
        screening, is_new = parts.model.keep(filing, source=SOURCE, scored_at=parts.now())
        upload.screened.append(Screened(place, filing, screening, is_new))
    upload.screened.sort(key=lambda row: (row.place.file, row.place.row))
    return upload


def _spool(folder: Path, files: Sequence[tuple[str, bytes]], pasted: str) -> list[Path]:
    if pasted.strip():
        files = [*files, ("pasted.json", pasted.encode())]
    paths = []
    for number, (name, content) in enumerate(files):
        own = folder / str(number)  # a folder to a file: two may bear one name
        own.mkdir()
        path = own / (re.sub(r"[^\w.() -]", "_", Path(name).name).lstrip(".") or "upload")
        if path.suffix.lower() == ".json":
            path, content = path.with_suffix(".jsonl"), _to_lines(content)
        path.write_bytes(content)
        paths.append(path)
    return paths


def _to_lines(content: bytes) -> bytes:
    """A JSON object or list as JSON Lines; what is neither is left to the reader of lines."""
    try:
        value: Any = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        return content
    records = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def _shown(place: Place, folder: str) -> Place:
    """The place under the file's own name: nobody knows the spool folder."""
    relative = place.file.removeprefix(folder).lstrip("/\\")
    return Place(re.sub(r"^\d+[/\\]", "", relative), place.row)
