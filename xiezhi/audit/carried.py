"""The trail as a file of JSON Lines: another office checks it without this store, this program's key or a network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

from xiezhi.audit.chain import Entry, Head
from xiezhi.errors import InputError

_TYPES = {field.name: int if field.type == "int" or field.name == "at" else str for field in fields(Entry)}


def write_trail(entries: Iterable[Entry], path: Path) -> Head | None:
    """Write `entries` to the new file `path`; the head, None for an empty trail. Raises InputError where it exists."""
    last: Entry | None = None
    try:
        with path.open("x", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            for last in entries:
                file.write(json.dumps(asdict(last), ensure_ascii=False) + "\n")
    except FileExistsError as error:
        raise InputError(
            f"文件 {path.name} 已存在；请另取文件名。",
            f"The file {path.name} is there already; give another name.",
            code="file-exists",
        ) from error
    return None if last is None else last.head


def read_trail(path: Path) -> Iterator[Entry]:
    """The entries of a file. Raises InputError for one that cannot be read or a line that is no entry."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield _entry(line, path, number)
    except OSError as error:
        raise InputError(
            f"无法读取文件 {path.name}。", f"The file {path.name} cannot be read.", code="file-unreadable"
        ) from error


def count_lines(path: Path) -> int:
    """How many lines a file has; 0 for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0


def read_head(text: str) -> Head:
    """A head as it was lodged, `number:digest`. Raises InputError."""
    number, _, digest = text.strip().partition(":")
    if number.isdecimal() and len(digest) == 64 and set(digest) <= set("0123456789abcdef"):
        return Head(int(number), digest)
    raise InputError(
        "存放在外的链首应写作“序号:摘要”（64 位十六进制小写），如 xiezhi audit head 所示。",
        "A lodged head is written `number:digest` (64 lower-case hex digits), as `xiezhi audit head` tells it.",
        code="audit-head",
    )


def _entry(line: bytes, path: Path, number: int) -> Entry:
    try:
        told = json.loads(line.decode("utf-8", "surrogatepass"))
        if told.keys() == _TYPES.keys() and all(type(told[name]) is kind for name, kind in _TYPES.items()):
            return Entry(**told)
    except (ValueError, AttributeError):
        pass
    raise InputError(
        f"文件 {path.name} 第 {number} 行不是一条审计记录。",
        f"Line {number} of {path.name} is not an entry of the trail.",
        code="audit-line",
    )
