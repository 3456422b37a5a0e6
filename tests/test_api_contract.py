"""The API does what its OpenAPI document says, whatever is sent: no 5xx, answers of the schema told, problems told."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from contract_samples import Service
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from job_samples import Office, some_loans
from pydantic import BaseModel
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from features.intake.schema import EventIn, FilingIn, FindingIn
from serving.access import COOKIE
from serving.api import (
    correction_schemas,
    happenings,
    jobs,
    relations,
    review_schemas,
    schemas,
    webhooks,
)
from serving.api.catalogue import list_codes, loaded_files, write_page
from serving.api.examples import EXAMPLES as BODIES
from serving.api.openapi import operations
from serving.api.problems import ALWAYS, MEDIA_TYPE, Problem
from serving.app import build_app
from serving.permissions import ALLOWED
from xiezhi.settings import Settings
from xiezhi.store import Store

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 4
"""Requests of each kind to an operation beside its own example: 53 operations, asked four times over."""

UNDONE = {
    False: {"adjudications", "answers", "draws", "reassignments"},
    True: {"adjudications"},
}
"""With accounts or without: acts on a flag that the example asks for in vain, as nobody differs, or nobody else is there."""


@cache
def told_codes() -> frozenset[str]:
    """The codes a problem may carry: seconds to read off the code, so not while tests are collected."""
    return frozenset(told.code for told in list_codes())


def is_told_as_a_problem(response: Response) -> None:
    """Every error is a problem with a code and both languages."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == [MEDIA_TYPE], response.status_code
        problem = Problem.model_validate(response.json())
        assert problem.status == response.status_code
        assert problem.code in told_codes(), "docs/api-problems.md lacks it"
        assert problem.zh
        assert problem.en


def ask_much(service: Service, operation: Any, mode: GenerationMode) -> set[int]:
    """Requests of `mode` to an operation, some of them of what there is; the statuses it answered with."""
    known = service.ids_for(operation.method.upper(), operation.path)
    cases = operation.as_strategy(mode)
    if known:
        cases = st.one_of(operation.as_strategy(mode, path_parameters=known), cases)
    statuses: set[int] = set()
    with asgi.get_client(cast(Any, service.app)) as client:

        def send(case: Any) -> None:
            response = case.call(session=client, cookies=service.cookies)
            statuses.add(response.status_code)
            is_told_as_a_problem(response)
            case.validate_response(response, checks=CHECKS)

        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases)
        def ask(case: Case[Any]) -> None:
            send(case)

        if mode is GenerationMode.POSITIVE:
            send(documented_case(operation, known))
        ask()
    return statuses


def documented_case(operation: Any, known: dict[str, str]) -> Any:
    """The request of the document's own example, to what there is."""
    raw = operation.definition.raw
    asked = [p for p in raw.get("parameters", []) if p["in"] == "query" and "examples" in p["schema"]]
    query = {parameter["name"]: parameter["schema"]["examples"][0] for parameter in asked}
    bodies = raw.get("requestBody", {}).get("content", {})
    if "application/json" in bodies:
        body = bodies["application/json"]["example"]
        return operation.Case(path_parameters=known, body=body, media_type="application/json")
    if "multipart/form-data" in bodies:
        return operation.Case(body={"files": [b"{}"]}, media_type="multipart/form-data")
    return operation.Case(path_parameters=known, query=query)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("accounts", [False, True])
def test_whatever_is_sent_is_answered_as_the_document_says(
    sqlite_store: Store, mode: GenerationMode, accounts: bool, quick_passwords: None
) -> None:
    service = Service(sqlite_store, accounts=accounts)
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", service.app)
    found = [cast(Any, result).ok() for result in document.get_all_operations()]
    if mode is GenerationMode.NEGATIVE:  # any text is a path
        found = [operation for operation in found if operation.query or operation.body]
    answered = {operation.label: ask_much(service, operation, mode) for operation in found}
    if mode is GenerationMode.POSITIVE:
        done = {label for label, statuses in answered.items() if any(s < 300 for s in statuses)}
        flags = "POST /api/v1/flags/{screening_id}"
        assert answered.keys() - done == {f"{flags}/{act}" for act in UNDONE[accounts]}
        assert answered.keys() == {f"{method} {path}" for method, path, _ in operations(document.raw_schema)}
    else:
        assert {label for label, statuses in answered.items() if not statuses & {400, 422}} == set()


@pytest.fixture
def document(sqlite_store: Store) -> dict[str, Any]:
    office = Office(sqlite_store)
    return build_app(sqlite_store, Settings(), office.model, hosts=None).openapi()


def test_the_document_tells_all_of_every_route(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    told = {(method, path) for method, path, _ in operations(document)}
    ours = {(m, p.replace(":path", "")) for m, p in ALLOWED if p.startswith("/api/")}
    assert told == ours | {("GET", "/healthz")}
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(document):
        place = f"{method} {path}"
        assert operation["summary"], place
        assert operation["description"], place
        assert operation["tags"][0] in tags, place
        responses = operation["responses"]
        for status, response in responses.items():
            if status in ("204", "304"):
                assert "content" not in response, place
            elif int(status) < 300:
                body = response["content"]["application/json"]
                assert "$ref" in body["schema"], place
                assert body["example"], place
            else:
                assert list(response["content"]) == [MEDIA_TYPE], place
        assert {str(status) for status in ALWAYS} <= responses.keys(), place
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method == "POST"), place
    assert document["components"]["securitySchemes"]["session"]["name"] == COOKIE


def test_lists_come_in_pages(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        if method != "GET":  # what an act was done to comes whole
            continue
        schema = (
            operation["responses"]
            .get("200", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
        )
        name = schema.get("$ref", "").rpartition("/")[2]
        if "items" in document["components"]["schemas"].get(name, {}).get("properties", {}):
            asked = {p["name"] for p in operation["parameters"]}
            assert {"cursor", "limit"} <= asked, f"{method} {path}"


def test_examples_are_of_their_schemas() -> None:
    models: dict[str, type[BaseModel]] = {
        "FilingIn": FilingIn,
        "EventIn": EventIn,
        "FindingIn": FindingIn,
        "Problem": Problem,
    }
    for module in (schemas, relations, jobs, review_schemas, happenings, correction_schemas, webhooks):
        models |= {
            name: m for name, m in vars(module).items() if isinstance(m, type) and issubclass(m, BaseModel)
        }
    for name, example in BODIES.items():
        # The route adds what a row of an event or finding leaves out.
        whole = {"filing_id": "F-1"} | example if name in ("EventIn", "FindingIn") else example
        read = models[name].model_validate(whole)
        assert example.keys() <= read.model_dump().keys() | (read.model_extra or {}).keys(), name
    assert FilingIn.model_validate(BODIES["FilingIn"]).to_record("Asia/Shanghai", "CNY").parties


CODE = re.compile(r"""\bcode=f?["']([^"']+)["']""")


def test_no_code_is_missing_from_the_page() -> None:
    for path in loaded_files("serving.app"):
        used = set(CODE.findall(path.read_text(encoding="utf-8")))
        assert used <= told_codes(), path.name
    assert {"internal", "not-found", "foreign-host", "body-too-large", "not-json", "no-flag"} <= told_codes()
    assert all(told.zh and told.en and 400 <= told.status < 600 for told in list_codes())


def test_the_page_of_codes_is_up_to_date() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "api-problems.md"
    assert page.read_text(encoding="utf-8") == write_page(), "run: xiezhi api problems > docs/api-problems.md"


def test_what_a_database_cannot_hold_is_refused_and_breaks_nothing(store: Store) -> None:
    office = Office(store)
    app = build_app(store, Settings(), office.model, hosts=None, clock=office.tick)
    flag = office.model.keep(
        FilingIn.model_validate(some_loans(3)[2]).to_record("Asia/Shanghai", "CNY"),
        source="test",
        scored_at=1,
    )[0].screening_id
    decision = {"decided_by": "李", "decision": "cleared", "reason": "因\x00果"}
    with TestClient(app) as client:
        asked = [
            *(client.get(f"/api/v1/{path}/a%00b") for path in ("filings", "screenings", "jobs")),
            client.get("/api/v1/filings/a%00b/relations"),
            client.get("/api/v1/jobs/a%00b/results"),
            client.get("/api/v1/flags", params={"court": "甘\x00"}),
            client.post(f"/api/v1/flags/{flag}/decisions", json=decision),
            client.post(
                f"/api/v1/flags/{flag}/decisions", json=decision | {"reason": "因"} | {"decided_by": "\x00"}
            ),
            client.post(
                f"/api/v1/flags/{flag}/decisions",
                content=b'{"decided_by": "a", "decision": "cleared", "reason": "\\ud800"}',
                headers={"content-type": "application/json"},
            ),
            *(client.get("/api/v1/flags", params={"cursor": cursor}) for cursor in strange_cursors("s")),
            *(client.get("/api/v1/jobs", params={"cursor": cursor}) for cursor in strange_cursors("j")),
            client.get("/healthz", headers=[(b"cookie", b"session=\x7f; lang=\xff")]),
        ]
        told = [(str(a.request.url), a.status_code) for a in asked[:-1]]
        assert [t for t in told if t[1] != 422] == []
        assert asked[-1].status_code == 200


def strange_cursors(text: str) -> list[str]:
    """Well-formed cursors of values no database counts to or holds."""
    values = [
        [10**30, text],
        [float("nan"), text],
        [float("inf"), text],
        [True, text],
        [1, "\0"],
        [1, "\ud800"],
        [1],
        {},
    ]
    return [base64.urlsafe_b64encode(json.dumps(value).encode()).decode() for value in values]
