"""Issuing a sheet and knowing it again: the verification code (校验码) printed on it.

The code is a keyed hash over what was issued, so nobody without the court's secret makes one up, and a row slipped
into the store does not answer to its code. It tells that the court issued a sheet and when; whether the paper in hand
says what that sheet said is for the court to see, by opening the screening.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from serving.sheets.content import Sheet
from xiezhi.audit.chain import Act, digest_of
from xiezhi.clock import Moment
from xiezhi.store import Store
from xiezhi.store.audit import append_acts
from xiezhi.store.issued_sheets import IssuedSheet, add_issued, get_issued
from xiezhi.store.screenings import Screening
from xiezhi.store.vault import Vault

CODE_DIGITS = 20
"""Hex digits of a code: 80 bits are not guessed, and can still be typed."""

_GROUP = 5


@dataclass(frozen=True)
class Known:
    """What a code tells to whoever holds the paper: no name, no number of a person."""

    code: str
    screening_id: str
    language: str
    issued_at: Moment


def issue(store: Store, sheet: Sheet, screening: Screening, *, form: str, by: str, at: Moment) -> Sheet:
    """The sheet with its code, put on record. The same sheet again has the same code and is recorded once; each time
    it was handed out, and as which `form` (page, pdf, docx), is in the trail where there is somebody to name."""
    digest = digest_of(asdict(replace(sheet, code="")))
    code = code_of(store.vault, screening.screening_id, screening.filing_id, sheet.language, digest)
    row = IssuedSheet(code, screening.screening_id, screening.filing_id, sheet.language, digest, at, by)
    with store.write() as connection:
        add_issued(connection, row)
        if by:
            append_acts(connection, [Act(at, by, f"exported_{form}", code, digest)])
    return replace(sheet, code=spaced(code))


def verify(store: Store, typed: str) -> Known | None:
    """What is known of a code as it was typed; None where no sheet of this court carries it."""
    code = "".join(c for c in typed.upper() if c in "0123456789ABCDEF")
    if len(code) != CODE_DIGITS:
        return None
    with store.read() as connection:
        row = get_issued(connection, code)
    if row is None or row.code != code_of(
        store.vault, row.screening_id, row.filing_id, row.language, row.digest
    ):
        return None
    return Known(spaced(code), row.screening_id, row.language, row.issued_at)


def code_of(vault: Vault, *parts: str) -> str:
    """The code over what a sheet is of."""
    return vault.search_hash("\x1f".join(("sheet", *parts)))[:CODE_DIGITS].upper()


def spaced(code: str) -> str:
    """A code as it is printed, in groups."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
