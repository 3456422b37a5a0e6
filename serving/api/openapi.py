"""The OpenAPI document, completed with what the routes say only in words."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from features.intake.schema import EventIn, FilingIn, FindingIn
from serving.api.problems import Problem

_REF = "#/components/schemas/{model}"


def add_openapi(app: FastAPI) -> None:
    """Let `app.openapi()` hold the schemas of filings and problems."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (FilingIn, EventIn, FindingIn, Problem):
            schema = model.model_json_schema(ref_template=_REF)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]
