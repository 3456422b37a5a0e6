"""How a client says who it is, in the words of OpenAPI: a program's key with its scopes, or a person's session."""

from __future__ import annotations

from typing import Any

from serving.access import COOKIE
from serving.api.problems import problem_responses
from serving.permissions import NO_KEY, PUBLIC, SCOPED

_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A program's key, as `xiezhi key add` tells it once. Never together with a cookie.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A person's session, as `POST /login` sets it.",
    },
}


def add_security(document: dict[str, Any]) -> None:
    """Name in `document` what each operation asks for, nothing where it is open to everybody, and the refusals that
    the gate before every route may answer with."""
    document.setdefault("components", {})["securitySchemes"] = _SCHEMES
    refusals = {str(status): told for status, told in problem_responses(401, 403, 429).items()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["security"] = _asked(method.upper(), path)
            operation["responses"] = refusals | operation["responses"]


def _asked(method: str, path: str) -> list[dict[str, list[str]]]:
    if (method, path) in PUBLIC:
        return []
    # The document writes a path's parameters without their converters.
    scopes = next(
        (held for place, held in SCOPED.items() if place[0] == method and _plain(place[1]) == path), NO_KEY
    )
    person: dict[str, list[str]] = {"session": []}
    return [{"key": sorted(scopes)}, person] if scopes else [person]


def _plain(path: str) -> str:
    return path.replace(":path}", "}")
