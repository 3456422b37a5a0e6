"""The OpenAPI document (3.1), completed with what the routes say only in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI

from features.intake.schema import EventIn, FilingIn, FindingIn
from serving.api.examples import EXAMPLES
from serving.api.problems import Problem
from serving.api.repeats import HEADER, LONGEST_KEY
from serving.api.security_schemes import add_security

_REF = "#/components/schemas/{model}"

TAGS: Final = (
    {"name": "screenings", "description": "筛查 Score filings one by one, and read scores on record."},
    {
        "name": "flags",
        "description": "提示 What waits for a judge, and what humans decided. A flag is not a finding.",
    },
    {"name": "filings", "description": "案件 Everything about one filing, and how its people are tied."},
    {
        "name": "reviews",
        "description": "审查 Who reviews what by when: claims, second persons, lots, recusals, time off.",
    },
    {
        "name": "corrections",
        "description": "更正 Who is whom: entities, corrections of links, what the linker proposes and asks.",
    },
    {"name": "contests", "description": "异议 What parties contest, and what was answered."},
    {"name": "webhooks", "description": "回调 Systems that are told of results."},
    {"name": "jobs", "description": "后台任务 Many filings at once, followed while a worker screens them."},
    {"name": "health", "description": "Whether the service can work."},
)

IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of the caller's for this request, such as a UUID: sent again with the same body within a day, "
    "the first answer comes again and nothing is done twice.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}
assert IDEMPOTENCY_KEY["name"].lower() == HEADER


def add_openapi(app: FastAPI) -> None:
    """Let `app.openapi()` hold the schemas of filings and problems, examples, keys and ways to log in."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in (FilingIn, EventIn, FindingIn, Problem):
        schema = model.model_json_schema(ref_template=_REF)
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            _say_binary(field.get("items", field))
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    document["tags"] = list(TAGS)
    document["servers"] = [{"url": "/"}]
    for method, _, operation in operations(document):
        if method == "POST":
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        _show_examples(operation)
    add_security(document)
    return document


def _say_binary(field: dict[str, Any]) -> None:
    """A file says so in the words of OpenAPI 3.0, too: makers of clients read those."""
    if field.get("contentMediaType") == "application/octet-stream":
        field["format"] = "binary"


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _show_examples(operation: dict[str, Any]) -> None:
    """Beside each JSON body, the example of its schema."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in (one for body in bodies for one in body.get("content", {}).values()):
        schema = content.get("schema", {})
        one = schema.get("oneOf", [schema])[0]  # one row, or a list of them
        name = one.get("$ref", "").rpartition("/")[2]
        if name in EXAMPLES:
            content["example"] = EXAMPLES[name]
