"""Attachments (附件) of a filing: taken in, kept sealed under their digest, handed out checked."""

from __future__ import annotations

from uuid import uuid4

from serving.casework.notes import require_filing
from serving.file_names import clean_name
from xiezhi.audit.chain import Act
from xiezhi.clock import Moment
from xiezhi.decisions import check_person
from xiezhi.errors import InputError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.casework import Attachment, add_attachment, get_attachment
from xiezhi.store.contents import keep_content, read_content
from xiezhi.store.erased_texts import ERASED
from xiezhi.store.filings import filed_at_of

LARGEST = 20 * 1024 * 1024
"""Bytes of one file: a scanned file of a hundred pages. A request may have 32 MB in all."""

UNKNOWN_KIND = "application/octet-stream"
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
"""First bytes of the kinds that are told: whatever else it may be is handed out as bytes."""


def attach(
    store: Store, settings: Settings, filing_id: str, *, name: str, content: bytes, by: str, at: Moment
) -> Attachment:
    """Keep a file beside a filing. Raises NotFound for no such filing, InputError for an empty or too large one."""
    by = check_person(by)
    if not content or len(content) > LARGEST:
        raise InputError(
            f"请选择文件，大小不超过 {LARGEST >> 20} MB。",
            f"Choose a file of at most {LARGEST >> 20} MB.",
            code="attachment-size",
        )
    with store.read() as connection:
        require_filing(filed_at_of(connection, [filing_id]))
    digest = keep_content(settings, store.vault, content)
    row = Attachment(uuid4().hex, filing_id, at, by, clean_name(name), sniff(content), len(content), digest)
    with store.write() as connection:
        add_attachment(connection, row)
    return row


def fetch(
    store: Store, settings: Settings, attachment_id: str, *, by: str, at: Moment
) -> tuple[Attachment, bytes]:
    """An attachment and its content, checked against its digest; `by` (empty: nobody to name) is put on record.

    Raises NotFound, StoreError for content that is gone or changed.
    """
    with store.read() as connection:
        row = get_attachment(connection, attachment_id)
    if row is None:
        raise NotFound("没有这个附件。", "There is no such attachment.", code="no-attachment")
    if row.name == ERASED:
        raise NotFound(
            "该附件的内容已依规定删除。", "What was in this attachment was erased.", code="attachment-erased"
        )
    content = read_content(settings, store.vault, row.digest)
    if by:
        with store.write() as connection:
            append_acts(connection, [Act(at, by, "downloaded", attachment_id, row.digest)])
    return row, content


def sniff(content: bytes) -> str:
    """The media type by the first bytes: one of few that are sure, else bytes."""
    return next((kind for start, kind in _SIGNATURES if content.startswith(start)), UNKNOWN_KIND)
