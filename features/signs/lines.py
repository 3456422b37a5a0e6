"""Where in a TOML file an entry stands: tomllib tells no lines."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\[?\s*(\w+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z_]\w*)(?:\.\w+)?\s*=")


class Lines:
    """Line numbers of tables (`[law]`), of the entries of arrays of tables (`[[rules]]`) and of their keys."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, number = "", 0
        for line, words in enumerate(text.splitlines(), 1):
            header, key = _HEADER.match(words), _KEY.match(words)
            if header:
                table = header[1]
                number = counts[table] = counts.get(table, -1) + 1
                self._found[table, number, ""] = line
            elif key:
                self._found.setdefault((table, number, key[1]), line)

    def of(self, table: str, number: int, key: str = "") -> int:
        """Line of a key of an entry; of the entry where the key does not stand there; 1 where neither does."""
        return self._found.get((table, number, key)) or self._found.get((table, number, ""), 1)
