"""Files handed in at the desk (批量提交): read and kept at once, screened in slices, resumable at any row."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from features.intake import Place, Rejected, read_sources
from features.normalise.causes import cause_family
from serving.parts import Model
from serving.review.masking import mask_text
from xiezhi.clock import Moment
from xiezhi.errors import XiezhiError
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import get_filings, put_filings
from xiezhi.store.uploads import (
    Upload,
    UploadAnswer,
    UploadRow,
    add_answers,
    add_upload,
    unfinished_uploads,
    waiting_rows,
)

SOURCE = "desk"

WHILE_WAITING = 100
"""Filings screened while the clerk waits: about a second. More are screened behind a page that tells how far it is."""

SLICE = 25
"""Filings between two looks at the store: what is done of an upload shows, and is kept, at least this often."""

NOT_A_FILING = "not-a-filing"
NOT_SCREENED = "not-screened"
"""Codes of a record that is an event or finding, and of a filing at which screening failed."""

_log = logging.getLogger("xiezhi.desk")


def take_upload(
    store: Store,
    settings: Settings,
    files: Sequence[tuple[str, bytes]],
    pasted: str,
    *,
    by: str,
    at: Moment,
) -> Upload:
    """Keep every filing in `files` (name, content) and in the pasted JSON, and a row for each record read.

    A filing the store holds already is not kept twice. Nothing is screened yet.
    """
    taken: list[tuple[Filing, str, str]] = []
    rows: list[UploadRow] = []
    with tempfile.TemporaryDirectory(prefix="xiezhi-desk-") as folder:
        paths = _spool(Path(folder), files, pasted)
        for outcome in read_sources(paths, mapping=None, settings=settings):
            place = _shown(outcome.place, folder)
            if isinstance(outcome, Rejected):
                rows.append(_row(place, None, outcome))
            elif isinstance(outcome.record, Filing):
                filing = outcome.record
                taken.append((filing, cause_family(filing.cause, filing.proceeding), SOURCE))
                rows.append(_row(place, filing))
            else:
                rows.append(_row(place, None))
    names = tuple(mask_text(Path(name).name) for name, _ in files) or ("pasted.json",)
    rows = [
        UploadRow(number, *(getattr(row, name) for name in list(UploadRow.__dataclass_fields__)[1:]))
        for number, row in enumerate(sorted(rows, key=lambda row: (row.file, row.row_no)))
    ]
    upload = Upload(uuid4().hex, at, by, names, len(rows))
    with store.write() as connection:
        put_filings(connection, store.vault, taken, at)
        add_upload(connection, upload, rows)
    return upload


class UploadScreening:
    """Screens what uploads brought: while a clerk waits, or in one thread beside the server.

    Every answer is kept as it comes, so whoever is killed goes on where he was when `wake` is called again.
    """

    def __init__(self, store: Store, model: Model, now: Callable[[], Moment]) -> None:
        self._store, self._model, self._now = store, model, now
        self._lock = Lock()
        self._turn = Lock()  # a row is answered once: by the request that waits, or by the thread
        self._thread: Thread | None = None

    def screen(self, upload_id: str, most: int | None = None) -> int:
        """Screen the waiting filings of an upload (at most `most`) in order of time; how many were answered.

        Raises BundleError where the model cannot be used: then nothing is answered, and the filings wait on.
        """
        done = 0
        while most is None or done < most:
            asked = SLICE if most is None else min(SLICE, most - done)
            with self._turn:
                answered = self._screen_slice(upload_id, asked)
            if not answered:
                break
            done += answered
        return done

    def wake(self) -> None:
        """Let a thread go through all uploads that wait, unless one does already."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._go_on, name="xiezhi-uploads", daemon=True)
                self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Until the thread has ended."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _go_on(self) -> None:
        try:
            while upload_ids := self._unfinished():
                for upload_id in upload_ids:
                    self.screen(upload_id)
        except (XiezhiError, SQLAlchemyError) as error:
            # The text may quote what was filed; the kind is enough. The next look at the upload wakes it again.
            _log.error("uploads: %s", getattr(error, "code", type(error).__name__))

    def _unfinished(self) -> list[str]:
        with self._store.read() as connection:
            return unfinished_uploads(connection)

    def _screen_slice(self, upload_id: str, most: int) -> int:
        with self._store.read() as connection:
            rows = waiting_rows(connection, upload_id, most)
            ids = [row.filing_id for row in rows if row.filing_id]
            filings = get_filings(connection, self._store.vault, ids)
        answers = []
        for row in rows:
            assert row.filing_id is not None, "only filings wait"
            answers.append(self._answer(row.place_no, filings[row.filing_id].filing))
        if answers:
            with self._store.write() as connection:
                add_answers(connection, upload_id, answers)
        return len(answers)

    def _answer(self, place_no: int, filing: Filing) -> UploadAnswer:
        at = self._now()
        try:
            screening, is_new = self._model.keep(filing, source=SOURCE, scored_at=at)
        except (XiezhiError, SQLAlchemyError):
            raise
        except Exception as error:  # one bad filing must not keep all after it from their answers
            _log.error("uploads: a filing could not be screened: %s", type(error).__name__)
            return UploadAnswer(place_no, None, False, at)
        return UploadAnswer(place_no, screening.screening_id, is_new, at)


def _row(place: Place, filing: Filing | None, rejected: Rejected | None = None) -> UploadRow:
    if filing is not None:
        return UploadRow(0, place.file, place.row, filing.filing_id, filing.filed_at, "", "", "", "")
    if rejected is not None:
        why = rejected
        return UploadRow(0, place.file, place.row, None, None, why.field, why.code, why.zh, why.en)
    zh = "这是事件或认定，不是收案；请用 xiezhi ingest 导入。"
    en = "This is an event or a finding, no filing; take it in with `xiezhi ingest`."
    return UploadRow(0, place.file, place.row, None, None, "record", NOT_A_FILING, zh, en)


def _spool(folder: Path, files: Sequence[tuple[str, bytes]], pasted: str) -> list[Path]:
    if pasted.strip():
        files = [*files, ("pasted.json", pasted.encode())]
    paths = []
    for number, (name, content) in enumerate(files):
        own = folder / str(number)  # a folder to a file: two may bear one name
        own.mkdir()
        path = own / (re.sub(r"[^\w.() -]", "_", mask_text(Path(name).name)).lstrip(".") or "upload")
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
