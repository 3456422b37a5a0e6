"""What an id in a request may be: neither database holds NUL, and no id of ours is longer."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

_TEXT = r"^[^\x00]*$"

PathId = Annotated[str, Path(max_length=200, pattern=_TEXT)]
FilterText = Annotated[str | None, Query(max_length=500, pattern=_TEXT)]
CursorText = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before; none for the first page")
]
