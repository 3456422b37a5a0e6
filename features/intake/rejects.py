"""The rejects file: one line a rejected record, for whoever mends them."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import TextIO

from features.intake.outcome import Rejected
from xiezhi.errors import InputError

COLUMNS = ("file", "row", "field", "code", "mend_zh", "mend_en")


class RejectsFile:
    """Writes rejections as CSV; the file appears under its name only when the run has come to its end."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> RejectsFile:
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # The mark lets spreadsheet programs see that it is UTF-8.
                self._file = self._part().open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise InputError(
                    "无法写入拒收文件；请另选位置。",
                    "The rejects file cannot be written; choose another place.",
                    code="rejects-unwritable",
                ) from error
            csv.writer(self._file).writerow(COLUMNS)
        return self

    def write(self, rejected: Rejected) -> None:
        """Add one line."""
        if self._file is not None:
            place = rejected.place
            row = (place.file, place.row, rejected.field, rejected.code, rejected.zh, rejected.en)
            csv.writer(self._file).writerow(row)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None or self._path is None:
            return
        self._file.close()
        if kind is None:
            self._part().replace(self._path)
        else:
            self._part().unlink()

    def _part(self) -> Path:
        assert self._path is not None
        return self._path.with_name(self._path.name + ".part")
