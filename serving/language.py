"""Which language a reader gets, and the sentences of the pages in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request

LANGUAGES = ("zh", "en")
COOKIE = "lang"


def choose_language(request: Request, default: str) -> str:
    """`?lang=`, else the cookie, else Accept-Language, else the deployment's language."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return _from_header(request.headers.get("accept-language", "")) or (
        default if default in LANGUAGES else LANGUAGES[0]
    )


def _from_header(header: str) -> str | None:
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.split("-")[0].strip().lower()
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if language in LANGUAGES and quality > 0:
            ranked.append((-quality, place, language))
    return min(ranked)[2] if ranked else None


@cache
def load_catalogue(language: str) -> Mapping[str, str]:
    """The sentences of `language` by dotted key (`queue.title`), of all files of its folder.

    Raises ValueError for a key that stands in two files.
    """
    found: dict[str, str] = {}
    for page in (files("serving.web") / "locale" / language).iterdir():
        own = dict(_flatten("", tomllib.loads(page.read_text(encoding="utf-8"))))
        if twice := own.keys() & found.keys():
            raise ValueError(f"{page.name}: {sorted(twice)} stand in another file, too")
        found |= own
    return found


def _flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flatten(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return found
