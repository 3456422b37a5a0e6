"""Who may do what: every route by every role, by nobody and by keys of every scope, exactly as the table has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import iscoroutinefunction
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from serving_samples import NOW, loan, promote_toy
from starlette.responses import Response
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.access import FILING_OF, NAMES_NO_FILING, require_every_route
from serving.access_page import tell_access
from serving.app import build_app
from serving.permissions import ALLOWED, NO_KEY, PUBLIC, SCOPED
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.accounts.administer import add_user, set_courts
from xiezhi.accounts.keys import add_key
from xiezhi.accounts.roles import ROLES
from xiezhi.accounts.scopes import SCOPES
from xiezhi.accounts.sessions import log_in
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.users import User

PASSWORD = "four plain words here"
ROOT = Path(__file__).resolve().parent.parent
ADMIN = User("administrator", "administrator", frozenset({"administrator"}))


def serve_app(store: Store) -> FastAPI:
    settings = Settings()
    return build_app(
        store, settings, PromotedModel(store, settings), hosts=hosts_for("127.0.0.1"), clock=lambda: NOW
    )


def client_of(app: FastAPI, token: str = "", key: str = "") -> TestClient:
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    if token:
        client.cookies.set("session", token)
    if key:
        client.headers["authorization"] = f"Bearer {key}"
    return client


def add_people(store: Store) -> None:
    for role in sorted(ROLES):  # the administrator comes first
        by = None if role == "administrator" else ADMIN
        add_user(store, role, display_name=role, roles=[role], password=PASSWORD, by=by, at=NOW)


def make_key(store: Store, name: str, *scopes: str, courts: tuple[str, ...] = ()) -> str:
    return add_key(store, name, scopes=scopes, courts=courts, expires_at=None, by=ADMIN, at=NOW)


def url_of(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", path)


async def do_nothing(**_: object) -> Response:
    return Response(status_code=204)


def do_nothing_at_once(**_: object) -> Response:
    return Response(status_code=204)


@pytest.fixture
def gate(
    sqlite_store: Store, quick_passwords: None, monkeypatch: pytest.MonkeyPatch
) -> tuple[FastAPI, Mapping[str, TestClient]]:
    """The app with its own gate and nothing behind it, and everybody who may come."""
    app = serve_app(sqlite_store)
    for route in api_routes(app):
        waits = iscoroutinefunction(route.dependant.call)
        monkeypatch.setattr(route.dependant, "call", do_nothing if waits else do_nothing_at_once)
    add_people(sqlite_store)
    visitors = {role: client_of(app, log_in(sqlite_store, role, PASSWORD, NOW)[1]) for role in ROLES}
    for scope in SCOPES:
        visitors[f"key {scope}"] = client_of(app, key=make_key(sqlite_store, scope, scope))
    visitors["nobody"] = client_of(app)
    return app, visitors


def api_routes(app: FastAPI) -> list[RouteContext]:
    return [r for r in iter_route_contexts(app.routes) if isinstance(r.original_route, APIRoute)]


def lets_in(client: TestClient, method: str, url: str) -> bool:
    """Whether the gate let the request through; a slip in what was sent (422) is found behind it."""
    told = client.request(method, url)
    if told.status_code in (204, 422):
        return True
    if told.status_code == 303:
        assert told.headers["location"].startswith("/login")
    else:
        assert told.status_code in (401, 403), (method, url, told.status_code)
    return False


def expected(place: tuple[str, str], who: str) -> bool:
    """What the tables say."""
    if place in PUBLIC:
        return True
    if who in ROLES:
        return who in ALLOWED[place]
    return who.removeprefix("key ") in SCOPED.get(place, NO_KEY)


def test_every_route_by_everybody(gate: tuple[FastAPI, Mapping[str, TestClient]]) -> None:
    app, visitors = gate
    places = [(m, route.path or "") for route in api_routes(app) for m in sorted(route.methods or ())]
    assert set(places) == ALLOWED.keys() | PUBLIC, "the tables name what is there and nothing else"
    wrong = [
        (place, who)
        for place in places
        for who, client in visitors.items()
        if lets_in(client, place[0], url_of(place[1])) != expected(place, who)
    ]
    assert not wrong


def test_what_is_no_route_of_ours_holds_no_filing(gate: tuple[FastAPI, Mapping[str, TestClient]]) -> None:
    app, _ = gate
    every = list(iter_route_contexts(app.routes))
    others = {route.path for route in every if not isinstance(route.original_route, APIRoute)}
    assert others == {"/api/v1/openapi.json", "/static"}


def test_the_tables_of_routes_do_not_overlap() -> None:
    assert not ALLOWED.keys() & PUBLIC
    assert all(allowed and allowed <= ROLES.keys() for allowed in ALLOWED.values())
    assert all(scopes <= SCOPES.keys() for scopes in SCOPED.values())
    assert SCOPED.keys() <= ALLOWED.keys()


def test_every_name_in_a_path_is_a_filings_or_known_to_be_none() -> None:
    names = {name for _, path in ALLOWED for name in re.findall(r"\{(\w+)", path)}
    assert names == FILING_OF.keys() | NAMES_NO_FILING, "whose court is checked, and what has none"
    assert not FILING_OF.keys() & NAMES_NO_FILING


@pytest.mark.parametrize("path", ["/pages/new", "/api/v1/new"])
def test_a_route_nobody_named_is_not_served(path: str) -> None:
    router = APIRouter()
    router.add_api_route(path, do_nothing, methods=["GET"])
    app = FastAPI()
    app.include_router(router)
    with pytest.raises(LookupError, match="roles"):
        require_every_route(app.routes)


def test_a_route_of_the_api_without_scopes_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.access.ALLOWED", {("GET", "/api/v1/new"): frozenset({"clerk"})})
    router = APIRouter()
    router.add_api_route("/api/v1/new", do_nothing, methods=["GET"])
    with pytest.raises(LookupError, match="scopes"):
        require_every_route(router.routes)


def test_the_page_says_what_the_tables_say() -> None:
    written = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert written == tell_access(), "run xiezhi access > docs/access.md"


def test_openapi_names_keys_and_scopes(sqlite_store: Store) -> None:
    document = client_of(serve_app(sqlite_store)).get("/api/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    asked = {
        (method.upper(), path): operation["security"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert asked[("GET", "/api/v1/flags")] == [{"key": ["read-flags"]}, {"session": []}]
    assert asked[("GET", "/api/v1/filings/{filing_id}")] == [{"key": ["read-filings"]}, {"session": []}]
    assert asked[("POST", "/api/v1/flags/{screening_id}/decisions")] == [{"session": []}]
    assert asked[("GET", "/healthz")] == []
    assert len(asked) == 1 + len(SCOPED)


def two_courts(store: Store) -> dict[str, str]:
    """A flag of each of two courts; court -> id of its score."""
    promote_toy(store, Settings())
    model, flags = PromotedModel(store, Settings()), {}
    for number, court in ((1, "甘0702"), (2, "甘0602")):
        filing = loan(f"F-00{number}", "2026-11-20T09:00", 3_000_000, court=court)
        kept, _ = model.keep(parse_filing(filing, Settings()), source="test", scored_at=NOW)
        flags[court] = kept.screening_id
    return flags


def test_who_is_bound_to_a_court_finds_no_other_courts_filing(store: Store, quick_passwords: None) -> None:
    flags = two_courts(store)
    add_people(store)
    set_courts(store, "reviewer", ["甘0702"], by=ADMIN, at=NOW)
    app = serve_app(store)
    own, foreign = flags["甘0702"], flags["甘0602"]
    person = client_of(app, log_in(store, "reviewer", PASSWORD, NOW)[1])
    program = client_of(app, key=make_key(store, "efiling", *SCOPES, courts=("甘0702",)))
    for client in (person, program):
        assert client.get("/api/v1/filings/F-001").status_code == 200
        told = client.get("/api/v1/filings/F-002")
        missing = client.get("/api/v1/filings/F-009")
        assert (told.status_code, told.json()) == (404, missing.json()), "nor that it is there"
        assert client.get("/api/v1/filings/F-002/relations").status_code == 404
        listed = client.get("/api/v1/flags").json()["items"]
        assert [item["filing_id"] for item in listed] == ["F-001"]
        assert client.get("/api/v1/flags?court=甘0602").json()["items"] == []
        handed_in = client.post(
            "/api/v1/screenings", json=loan("F-003", "2026-11-21T09:00", 9, court="甘0602")
        )
        assert (handed_in.status_code, handed_in.json()["code"]) == (403, "court-foreign")
    assert person.get("/filings/F-002").status_code == 404
    assert person.get(f"/desk/answers/{foreign}").status_code == 404
    page = person.get("/queue").text
    assert "甘0702" in page
    assert "甘0602" not in page
    asked = {"decision": "cleared", "reason": "已核对", "decided_by": ""}
    assert person.post(f"/flags/{foreign}/decisions", data=asked).status_code == 404
    assert person.post(f"/api/v1/flags/{foreign}/decisions", json=asked).status_code == 404
    assert person.post(f"/api/v1/flags/{own}/decisions", json=asked).status_code == 201


def test_who_is_bound_to_no_court_sees_every_courts(sqlite_store: Store, quick_passwords: None) -> None:
    two_courts(sqlite_store)
    add_people(sqlite_store)
    set_courts(sqlite_store, "auditor", ["甘0602"], by=ADMIN, at=NOW)
    set_courts(sqlite_store, "auditor", [], by=ADMIN, at=NOW)
    client = client_of(serve_app(sqlite_store), log_in(sqlite_store, "auditor", PASSWORD, NOW)[1])
    assert len(client.get("/api/v1/flags").json()["items"]) == 2
    assert client.get("/filings/F-002").status_code == 200
