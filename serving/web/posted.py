"""What the form of a page sent."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData


class Posted(dict[str, str]):
    """What was typed, by name of the input; a name that was not sent reads as empty. Files are left out."""

    def __init__(self, form: FormData) -> None:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        super().__init__(pairs)
        self._pairs = pairs

    def __missing__(self, name: str) -> str:
        return ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value sent under `name`: the boxes ticked of a group."""
        return tuple(value for key, value in self._pairs if key == name)


async def read_form(request: Request) -> Posted:
    """The form sent with `request`."""
    async with request.form() as form:
        return Posted(form)
