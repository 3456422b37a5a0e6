"""Entries bound to one another by their digests: whoever alters, drops or slips in one breaks all that follow.

A chain alone does not stop whoever owns the database from writing all of it anew. Its head, lodged elsewhere from time
to time (on paper, with another office), does: see `check_chain(..., lodged=...)`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from xiezhi.clock import Moment

GENESIS = "0" * 64
"""What the first entry follows."""

Fault = Literal["altered", "missing", "not_lodged", "rewritten"]
"""altered: an entry is not what its digest says; missing: a number is lacking, or an entry follows another than the one
before it; not_lodged: the trail ends before a head that was lodged; rewritten: it passes by that head."""


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` did `action` to `subject` at a moment; `content` is the SHA-256 (hex) of what was kept of it."""

    at: Moment
    actor: str
    action: str
    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An act in the trail: its number from 1 on, the digest of the entry before it, and its own."""

    entry_no: int
    at: Moment
    actor: str
    action: str
    subject: str
    content: str
    previous: str
    digest: str

    @property
    def head(self) -> Head:
        """The trail up to and with this entry, in two words."""
        return Head(self.entry_no, self.digest)


class Head(NamedTuple):
    """The last entry's number and digest: who knows it can tell later whether anything before it was changed."""

    entry_no: int
    digest: str

    def __str__(self) -> str:
        return f"{self.entry_no}:{self.digest}"


class Break(NamedTuple):
    """Where a trail is broken, and how."""

    entry_no: int
    fault: Fault


EMPTY = Head(0, GENESIS)


def follow(head: Head, act: Act) -> Entry:
    """The entry of `act` after the trail that ends in `head`."""
    fields = asdict(act) | {"entry_no": head.entry_no + 1, "previous": head.digest}
    return Entry(**fields, digest=digest_of(fields))


def check_chain(entries: Iterable[Entry], lodged: Head | None = None) -> Head | Break:
    """The head of a whole trail, or the first place where it is broken.

    `lodged`: a head known from elsewhere, which the trail must pass through.
    """
    head = EMPTY
    for entry in entries:
        if entry.entry_no != head.entry_no + 1 or entry.previous != head.digest:
            return Break(head.entry_no + 1, "missing")
        fields = {name: value for name, value in asdict(entry).items() if name != "digest"}
        if digest_of(fields) != entry.digest:
            return Break(entry.entry_no, "altered")
        head = entry.head
        if lodged is not None and head.entry_no == lodged.entry_no and head != lodged:
            return Break(head.entry_no, "rewritten")
    if lodged is not None and head.entry_no < lodged.entry_no:
        return Break(head.entry_no, "not_lodged")
    return head


def digest_of(fields: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a mapping of plain values: its JSON with sorted keys and no spaces."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
