"""Keys of programs: told once, of a scope, ended when they are to end, and never mixed with a person's session."""

from __future__ import annotations

import io

import pytest
from accounts_samples import open_accounts, password_of, type_passwords
from serving_samples import NOW, loan, promote_toy
from starlette.testclient import TestClient
from test_access import client_of, serve_app

from xiezhi import cli
from xiezhi.accounts.keys import PREFIX, add_key, end_key, which_key
from xiezhi.accounts.roles import sole_user
from xiezhi.accounts.scopes import SCOPES
from xiezhi.accounts.sessions import log_in
from xiezhi.clock import DAY, SECOND
from xiezhi.errors import Conflict, InputError, NotAuthenticated, NotFound, NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.api_keys import list_keys
from xiezhi.store.audit import read_entries
from xiezhi.store.tables import api_keys
from xiezhi.store.users import changes_of

pytestmark = pytest.mark.usefixtures("quick_passwords")


def make(store: Store, *scopes: str, expires_at: int | None = None) -> str:
    root = open_accounts(store)["root"]
    return add_key(store, "efiling", scopes=scopes, courts=(), expires_at=expires_at, by=root, at=NOW)


def test_a_key_is_kept_as_a_digest_and_found_by_its_token(store: Store) -> None:
    token = make(store, "screen", "read-flags")
    assert token.startswith(PREFIX)
    assert len(token) == len(PREFIX) + 43, "256 bits"
    key = which_key(store, token, NOW + SECOND)
    assert (key.name, sorted(key.scopes), key.made_by) == ("efiling", ["read-flags", "screen"], "root")
    with store.read() as connection:
        rows = [str(row) for row in connection.execute(api_keys.select())]
        assert [k.used_at for k in list_keys(connection)] == [NOW + SECOND]
        told = [(c.what, c.detail, c.changed_by) for c in changes_of(connection, "key:efiling")]
        acts = [(e.actor, e.action) for e in read_entries(connection)]
    assert token not in rows[0]
    assert told == [("added", "scopes read-flags,screen; courts *", "root")]
    assert acts[-1] == ("root", "user_change")


def test_a_key_ends(store: Store) -> None:
    token = make(store, "screen", expires_at=NOW + DAY)
    assert which_key(store, token, NOW + DAY - 1).name == "efiling"
    with pytest.raises(NotAuthenticated):
        which_key(store, token, NOW + DAY)
    end_key(store, "efiling", by=sole_user("root"), at=NOW)
    with pytest.raises(NotAuthenticated):
        which_key(store, token, NOW)
    with pytest.raises(NotFound):
        end_key(store, "efiling", by=sole_user("root"), at=NOW)


def test_what_is_no_key_is_refused(sqlite_store: Store) -> None:
    people = open_accounts(sqlite_store, "sun")
    for scopes, expires in ((["all"], None), ([], None), (["screen"], NOW)):
        with pytest.raises(InputError):
            add_key(
                sqlite_store, "k", scopes=scopes, courts=(), expires_at=expires, by=people["root"], at=NOW
            )
    with pytest.raises(NotPermitted):
        add_key(sqlite_store, "k", scopes=["screen"], courts=(), expires_at=None, by=people["sun"], at=NOW)
    add_key(sqlite_store, "k", scopes=["screen"], courts=(), expires_at=None, by=people["root"], at=NOW)
    with pytest.raises(Conflict):
        add_key(sqlite_store, "k", scopes=["screen"], courts=(), expires_at=None, by=people["root"], at=NOW)


@pytest.fixture
def program(sqlite_store: Store) -> TestClient:
    promote_toy(sqlite_store, Settings())
    return client_of(serve_app(sqlite_store), key=make(sqlite_store, *SCOPES))


def test_a_program_screens_and_reads_and_cannot_decide(program: TestClient, sqlite_store: Store) -> None:
    # A platform's own browser code may call through it: the key speaks, not the page's origin.
    headers = {"origin": "https://efiling.court.example", "sec-fetch-site": "cross-site"}
    made = program.post("/api/v1/screenings", json=loan("F-001", "2026-11-20T09:00", 3e6), headers=headers)
    assert made.status_code == 201
    flag = made.json()["screening_id"]
    assert [f["screening_id"] for f in program.get("/api/v1/flags").json()["items"]] == [flag]
    assert program.get("/api/v1/filings/F-001").status_code == 200
    asked = {"decided_by": "x", "decision": "cleared", "reason": "已核对"}
    refused = program.post(f"/api/v1/flags/{flag}/decisions", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
    assert program.get("/queue").status_code == 403, "pages are for people"
    with sqlite_store.read() as connection:
        seen = [e.subject for e in read_entries(connection) if (e.actor, e.action) == ("key:efiling", "saw")]
    assert seen == [flag]


def test_a_key_that_does_not_hold_opens_nothing_not_even_a_home_without_accounts(sqlite_store: Store) -> None:
    client = client_of(serve_app(sqlite_store), key=PREFIX + "guess")
    told = client.get("/api/v1/flags")
    assert (told.status_code, told.json()["code"]) == (401, "key-invalid")
    assert told.headers["www-authenticate"] == "Bearer"


def test_a_key_and_a_session_never_mix(program: TestClient, sqlite_store: Store) -> None:
    _, token = log_in(sqlite_store, "root", password_of("root"), NOW)
    program.cookies.set("session", token)
    for path in ("/api/v1/flags", "/healthz"):
        told = program.get(path)
        assert (told.status_code, told.json()["code"]) == (401, "two-credentials")


def test_without_a_key_another_sites_post_stays_refused(program: TestClient) -> None:
    del program.headers["authorization"]
    for scheme in ("", "Basic eDp5"):
        headers = {"sec-fetch-site": "cross-site", "authorization": scheme}
        told = program.post("/api/v1/screenings", json={}, headers=headers)
        assert (told.status_code, told.json()["code"]) == (403, "foreign-origin")


def test_the_commands(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_accounts(sqlite_store)
    type_passwords(monkeypatch, "root")
    made = ["key", "add", "efiling", "--scope", "screen", "--court", "甘0702", "--until", "2100-01-01"]
    assert cli.run([*made, "--by", "root"]) == cli.DONE
    out = capsys.readouterr()
    token = out.out.strip()
    assert "once" in out.err
    assert which_key(sqlite_store, token, NOW).courts == {"甘0702"}
    assert cli.run(["key", "list"]) == cli.DONE
    listed = capsys.readouterr().out
    assert listed.startswith("efiling  screen  甘0702  expires_at 2100-01-01")
    assert token not in listed
    type_passwords(monkeypatch, "root")
    assert cli.run(["key", "revoke", "efiling", "--by", "root"]) == cli.DONE
    assert cli.run(["key", "list", "--json"]) == cli.DONE
    assert '"revoked_at": "20' in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert cli.run(["key", "add", "other", "--scope", "screen", "--by", "root"]) == cli.NOTHING_DONE
