"""Files handed in, as files that intake reads; places are told by the file's own name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from features.intake import Accepted, Place, Rejected, read_sources
from features.intake.outcome import reject
from serving.jobs.unpacked import check_unpacked
from xiezhi.settings import Settings
from xiezhi.store.jobs import InputFile


def read_files(
    files: Sequence[InputFile], folder: Path, settings: Settings
) -> Iterator[tuple[Place, Accepted | Rejected]]:
    """Every record of `files` with its place, one by one; they are spooled in the empty `folder` meanwhile.

    Raises InputError for a file that is too large once unpacked.
    """
    taken = [file for file in files if not _is_parquet(file)]
    for name, _ in filter(_is_parquet, files):
        refused = reject(Place(Path(name).name, 0), "file", "not-uploaded")
        yield refused.place, refused
    for outcome in read_sources(_spool(folder, taken), mapping=None, settings=settings):
        yield _shown(outcome.place, folder), outcome


def _is_parquet(file: InputFile) -> bool:
    """How much such a file holds is known once it has been unpacked: too late on a server."""
    return file.name.lower().endswith(".parquet")


def _spool(folder: Path, files: Sequence[InputFile]) -> list[Path]:
    paths = []
    for number, (name, content) in enumerate(files):
        check_unpacked(content)
        own = folder / str(number)  # a folder to a file: two may bear one name
        own.mkdir()
        path = own / (re.sub(r"[^\w.() -]", "_", Path(name).name).lstrip(".")[-100:] or "upload")
        if path.suffix.lower() == ".json":
            path, content = path.with_suffix(".jsonl"), _to_lines(content)
        path.write_bytes(content)
        paths.append(path)
    return paths


def _to_lines(content: bytes) -> bytes:
    """A JSON object or list as JSON Lines; what is neither is left to the reader of lines."""
    try:
        value: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return content
    records = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(record) for record in records).encode()


def _shown(place: Place, folder: Path) -> Place:
    """The place under the file's own name: nobody knows the spool folder."""
    relative = place.file.removeprefix(str(folder)).lstrip("/\\")
    return Place(re.sub(r"^\d+[/\\]", "", relative), place.row)
