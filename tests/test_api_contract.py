"""The API does what its OpenAPI document says, whatever is sent: no 5xx, answers of the schema told, problems told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from job_samples import Office, lines, some_loans
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

from serving.access import COOKIE
from serving.api.openapi import operations
from serving.api.problems import MEDIA_TYPE, Problem
from serving.app import build_app
from xiezhi.accounts.administer import add_user
from xiezhi.accounts.sessions import log_in
from xiezhi.settings import Settings
from xiezhi.store import Store

PASSWORD = "four plain words here"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
"""Requests of each kind to an operation: what they found at a hundred was found by these, too."""


@dataclass(frozen=True)
class Service:
    """A service in which something has happened: the ids of what did, and the cookies of who asks."""

    app: FastAPI
    ids: dict[str, str]
    cookies: dict[str, str]


def open_service(store: Store, *, accounts: bool) -> Service:
    """A service with a flag and a job done, of whoever sits there or of a judge who is logged in."""
    office = Office(store)
    cookies: dict[str, str] = {}
    if accounts:
        admin = add_user(
            store, "root", display_name="管", roles=["administrator"], password=PASSWORD, by=None, at=1
        )
        add_user(store, "li", display_name="李", roles=["reviewer"], password=PASSWORD, by=admin, at=1)
        _, cookies[COOKIE] = log_in(store, "li", PASSWORD, office.tick())
    job = office.ask(lines([*some_loans(3), "{"]), asked_by="li" if accounts else "")
    office.work()
    flag = next(row.screening_id for row in office.rows(job) if row.band == "review")
    assert flag is not None
    app = build_app(store, Settings(), office.model, hosts=None, clock=office.tick)
    return Service(app, {"filing_id": "F-003", "screening_id": flag, "job_id": job.job_id}, cookies)


def is_told_as_a_problem(response: Response) -> None:
    """Every error is a problem with a code and both languages."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == [MEDIA_TYPE], response.status_code
        problem = Problem.model_validate(response.json())
        assert problem.status == response.status_code
        assert problem.zh
        assert problem.en


def ask_much(service: Service, operation: Any, mode: GenerationMode) -> set[int]:
    """Requests of `mode` to an operation, some of them of what there is; the statuses it answered with."""
    known = {name: i for name, i in service.ids.items() if f"{{{name}}}" in operation.path}
    cases = operation.as_strategy(mode)
    if known:
        cases = st.one_of(operation.as_strategy(mode, path_parameters=known), cases)
    statuses: set[int] = set()

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases)
    def ask(case: Case) -> None:
        with asgi.get_client(service.app) as client:
            response = case.call(session=client, cookies=service.cookies)
        statuses.add(response.status_code)
        is_told_as_a_problem(response)
        case.validate_response(response, checks=CHECKS)

    ask()
    return statuses


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("accounts", [False, True])
def test_whatever_is_sent_is_answered_as_the_document_says(
    sqlite_store: Store, mode: GenerationMode, accounts: bool, quick_passwords: None
) -> None:
    service = open_service(sqlite_store, accounts=accounts)
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", service.app)
    found = [result.ok() for result in document.get_all_operations()]
    if mode is GenerationMode.NEGATIVE:  # any text is a path
        found = [operation for operation in found if operation.query or operation.body]
    answered = {operation.label: ask_much(service, operation, mode) for operation in found}
    if mode is GenerationMode.POSITIVE:
        assert {label for label, statuses in answered.items() if not statuses & {200, 201, 202, 409}} == set()
        assert answered.keys() == {f"{method} {path}" for method, path, _ in operations(document.raw_schema)}
    else:
        assert {label for label, statuses in answered.items() if not statuses & {400, 422}} == set()
