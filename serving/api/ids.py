"""What texts of a request may be: neither database holds NUL, and no id of ours is longer."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field

NO_NUL: Final = r"^[^\x00]*$"

PathId = Annotated[str, Path(max_length=200, pattern=NO_NUL)]
FilterText = Annotated[str | None, Query(max_length=500, pattern=NO_NUL)]
CursorText = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before; none for the first page")
]
Limit = Annotated[int, Query(ge=1, le=200)]
RowNo = Annotated[int, Path(ge=1, le=2**31 - 1)]

Code = Annotated[str, Field(max_length=64, pattern=NO_NUL)]
"""Of a measure, a ground, an outcome."""
Name = Annotated[str, Field(max_length=64, pattern=NO_NUL)]
"""Of a person."""
Key = Annotated[str, Field(max_length=300, pattern=NO_NUL)]
"""Of a record, or of two of them."""
Prose = Annotated[str, Field(max_length=8000, pattern=NO_NUL)]
