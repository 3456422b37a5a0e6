"""One file to be read: opened as often as needed, gunzipped on the way, its progress known."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

_GZIP_MAGIC = b"\x1f\x8b"


class Input:
    """A file under the name people know it by."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.size = path.stat().st_size
        self._raw: io.BufferedReader | None = None

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The content from its start, gunzipped if it is gzip (by its first bytes, not its name)."""
        with self.path.open("rb") as raw:
            self._raw = raw
            if raw.peek(2).startswith(_GZIP_MAGIC):
                unzipped = cast("io.RawIOBase", gzip.GzipFile(fileobj=raw))
                yield io.BufferedReader(unzipped, 1 << 16)
            else:
                yield raw

    @property
    def bytes_read(self) -> int:
        """How far reading has come, of `size`; all of it once the file was closed."""
        if self._raw is None:
            return 0
        return self.size if self._raw.closed else self._raw.tell()
