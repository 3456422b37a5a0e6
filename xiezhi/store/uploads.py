"""Files handed in at the filing desk (批量提交): which records they hold, and what became of each row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import Connection, Join, Row, Select, and_, func, insert, select

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.filings import insert_or_ignore
from xiezhi.store.tables import screenings, upload_answers, upload_rows, uploads


@dataclass(frozen=True, slots=True)
class Upload:
    """Files handed in together. `row_count`: records read from them, those that cannot be taken among them."""

    upload_id: str
    received_at: Moment
    received_by: str
    files: tuple[str, ...]
    row_count: int


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One record read. `filing_id`, `filed_at`: None where it is no filing that can be taken.

    Then `field`, `code` and the sentences say where and why, and how to mend it.
    """

    place_no: int
    file: str
    row_no: int
    filing_id: str | None
    filed_at: Moment | None
    field: str
    code: str
    mend_zh: str
    mend_en: str


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What screening a row came to. `screening_id` is None where it could not be screened."""

    place_no: int
    screening_id: str | None
    is_new: bool
    answered_at: Moment


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is: `filings` to be screened, `screened` of them."""

    upload: Upload
    filings: int
    screened: int

    @property
    def done(self) -> bool:
        """Whether every filing has its answer."""
        return self.screened >= self.filings


def add_upload(connection: Connection, upload: Upload, rows: Sequence[UploadRow]) -> None:
    """Append an upload with its rows."""
    kept = {
        "upload_id": upload.upload_id,
        "received_at": upload.received_at,
        "received_by": upload.received_by,
        "files": json.dumps(upload.files, ensure_ascii=False),
        "row_count": upload.row_count,
    }
    connection.execute(insert(uploads).values(kept))
    if rows:
        names = UploadRow.__dataclass_fields__
        connection.execute(
            insert(upload_rows),
            [{"upload_id": upload.upload_id, **dict(zip(names, astuple(row), strict=True))} for row in rows],
        )
    tell(connection, "upload", [kept], at=upload.received_at, actor=upload.received_by)


def add_answers(connection: Connection, upload_id: str, answers: Sequence[UploadAnswer]) -> None:
    """Append answers; a row answered meanwhile keeps the answer it has."""
    rows = [
        {
            "upload_id": upload_id,
            "place_no": answer.place_no,
            "screening_id": answer.screening_id,
            "is_new": int(answer.is_new),
            "answered_at": answer.answered_at,
        }
        for answer in answers
    ]
    connection.execute(insert_or_ignore(connection, upload_answers), rows)


def get_progress(connection: Connection, upload_id: str) -> Progress | None:
    """How far the upload is, or None."""
    row = connection.execute(_progress().where(uploads.c.upload_id == upload_id)).first()
    return None if row is None else _to_progress(row)


def newest_uploads(connection: Connection, most: int) -> list[Progress]:
    """The `most` newest uploads, the newest first."""
    query = _progress().order_by(uploads.c.received_at.desc(), uploads.c.upload_id).limit(most)
    return [_to_progress(row) for row in connection.execute(query)]


def unfinished_uploads(connection: Connection) -> list[str]:
    """Ids of uploads with filings that have no answer yet, the oldest first."""
    waiting = select(upload_rows.c.upload_id).select_from(_rows_and_answers()).where(*_WAITING).distinct()
    query = select(uploads.c.upload_id).where(uploads.c.upload_id.in_(waiting))
    return list(connection.execute(query.order_by(uploads.c.received_at, uploads.c.upload_id)).scalars())


def waiting_rows(connection: Connection, upload_id: str, most: int) -> list[UploadRow]:
    """At most `most` filings of an upload without an answer, in order of time."""
    query = (
        select(*_ROW).select_from(_rows_and_answers()).where(upload_rows.c.upload_id == upload_id, *_WAITING)
    )
    order = (upload_rows.c.filed_at, upload_rows.c.filing_id, upload_rows.c.place_no)
    return [UploadRow(*row) for row in connection.execute(query.order_by(*order).limit(most))]


def rows_of(
    connection: Connection, upload_id: str, after: int = -1, most: int | None = None
) -> list[tuple[UploadRow, UploadAnswer | None]]:
    """Rows of an upload after place `after`, in the order of its files, each with its answer if it has one."""
    a = upload_answers.c
    query = select(*_ROW, a.screening_id, a.is_new, a.answered_at).select_from(_rows_and_answers())
    query = query.where(upload_rows.c.upload_id == upload_id, upload_rows.c.place_no > after)
    found = []
    for row in connection.execute(query.order_by(upload_rows.c.place_no).limit(most)):
        read = UploadRow(*row[: len(_ROW)])
        screening_id, is_new, answered_at = row[len(_ROW) :]
        answered = answered_at is not None
        answer = UploadAnswer(read.place_no, screening_id, bool(is_new), answered_at) if answered else None
        found.append((read, answer))
    return found


def count_flagged(connection: Connection, upload_id: str) -> int:
    """How many rows of an upload got a score in a band."""
    own = screenings.c.screening_id == upload_answers.c.screening_id
    query = select(func.count()).select_from(upload_answers.join(screenings, own))
    query = query.where(upload_answers.c.upload_id == upload_id, screenings.c.band != "none")
    return int(connection.execute(query).scalar_one())


_ROW = tuple(upload_rows.c[name] for name in UploadRow.__dataclass_fields__)
_WAITING = (upload_rows.c.filing_id.is_not(None), upload_answers.c.place_no.is_(None))


def _rows_and_answers() -> Join:
    own = and_(
        upload_answers.c.upload_id == upload_rows.c.upload_id,
        upload_answers.c.place_no == upload_rows.c.place_no,
    )
    return upload_rows.outerjoin(upload_answers, own)


def _progress() -> Select[tuple[object, ...]]:
    r, a = upload_rows.c, upload_answers.c
    own = r.upload_id == uploads.c.upload_id
    filings = select(func.count(r.filing_id)).where(own).scalar_subquery()
    screened = select(func.count()).where(a.upload_id == uploads.c.upload_id).scalar_subquery()
    return select(uploads, filings.label("filings"), screened.label("screened"))


def _to_progress(row: Row[tuple[object, ...]]) -> Progress:
    files = tuple(json.loads(row.files))
    upload = Upload(row.upload_id, row.received_at, row.received_by, files, row.row_count)
    return Progress(upload, row.filings, row.screened)
