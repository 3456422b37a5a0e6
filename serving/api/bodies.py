"""Bodies that have a parser of their own, which says in its own words what is wrong with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request


async def read_body(request: Request) -> bytes:
    """The body as it came."""
    return await request.body()


Body = Annotated[bytes, Depends(read_body)]
