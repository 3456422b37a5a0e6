"""Scores as JSON Lines, into a file that is there whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from xiezhi.store.screenings import Screening


@contextmanager
def open_output(path: Path | None) -> Iterator[TextIO]:
    """A text file to write, put in place when all went well; None is standard output."""
    if path is None:
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    half = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.chmod(0o644)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def write_scores(file: TextIO, screening: Screening) -> None:
    """One line of the Scores format (`docs/filing-format.md`)."""
    file.write(json.dumps(screening.scores, ensure_ascii=False, allow_nan=False) + "\n")
