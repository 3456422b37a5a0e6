"""Log-in by the court's identity provider: a real one, which lies in every way it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from accounts_samples import open_accounts
from fastapi import FastAPI
from oidc_provider import CLIENT, SECRET, Claims, IdentityProvider, running
from serving_samples import NOW, Clock
from starlette.testclient import TestClient

from serving.app import build_app
from serving.oidc.enter import PATIENCE
from serving.oidc.provider import KEPT, open_provider
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.accounts.administer import disable_user, unbind_user
from xiezhi.accounts.roles import sole_user
from xiezhi.clock import SECOND
from xiezhi.errors import InputError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.tables import begun_logins
from xiezhi.store.users import changes_of, find_user

pytestmark = pytest.mark.usefixtures("quick_passwords")


@dataclass
class House:
    """The court's server and its identity provider, with one clock."""

    store: Store
    provider: IdentityProvider
    app: FastAPI
    clock: Clock

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)

    def go(self, browser: TestClient, to: str = "/desk") -> str:
        """Begin, log in at the provider; the address it leads back to."""
        begun = browser.get("/login/oidc", params={"to": to})
        assert begun.status_code == 303, begun.text
        consented = httpx2.get(begun.headers["location"], timeout=120)
        assert consented.status_code == 302
        return consented.headers["location"]

    def enter(self, browser: TestClient | None = None) -> tuple[int, str]:
        """The whole way; status, and where it leads or what is said."""
        browser = browser or self.browser()
        answer = browser.get(self.go(browser), headers={"accept-language": "en"})
        return answer.status_code, answer.headers.get("location", answer.text)


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider(lambda: NOW // SECOND)) as started:
        yield started


def open_house(store: Store, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> House:
    fresh = IdentityProvider(provider.clock)
    for name in ("person", "twist", "asked", "secret"):
        setattr(provider, name, getattr(fresh, name))
    provider.sign = provider.sign_rightly
    monkeypatch.setenv("XIEZHI_OIDC_ISSUER", provider.issuer)
    monkeypatch.setenv("XIEZHI_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("XIEZHI_OIDC_CLIENT_SECRET", SECRET)
    monkeypatch.setattr("serving.oidc.provider.PATIENCE", 120.0)  # it shares a busy machine with us
    open_accounts(store, "sun", "zhao")
    settings = Settings()
    model = PromotedModel(store, settings)
    clock = Clock()
    app = build_app(store, settings, model, hosts=hosts_for("127.0.0.1"), clock=clock)
    return House(store, provider, app, clock)


@pytest.fixture
def house(sqlite_store: Store, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> House:
    return open_house(sqlite_store, provider, monkeypatch)


def test_whom_the_provider_knows_is_let_in_under_our_roles(
    store: Store, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = open_house(store, provider, monkeypatch)
    browser = house.browser()
    assert 'href="/login/oidc?to=/desk"' in browser.get("/login?to=/desk").text
    assert house.enter(browser) == (303, "/desk")
    assert browser.get("/desk").status_code == 200
    assert browser.get("/queue").status_code == 403, "a clerk's roles are ours to give"
    assert "session" in browser.cookies
    assert "login_state" not in browser.cookies
    with store.read() as connection:
        told = [(c.what, c.changed_by) for c in changes_of(connection, "sun")]
        acts = [e.action for e in read_entries(connection) if e.actor == "sun"]
        left = connection.execute(begun_logins.select()).all()
    assert told == [("added", "root"), ("bound", "xiezhi")]
    assert acts == ["logged_in"]
    assert left == []
    provider.person = {"sub": "S-1", "preferred_username": "zhao"}
    again = house.browser()
    assert house.enter(again) == (303, "/desk")
    assert again.get("/desk").status_code == 200, (
        "whoever was bound stays who he is, whatever he is called now"
    )


def set_claim(name: str, value: object) -> Callable[[Claims], Claims]:
    return lambda claims: claims | {name: value}


def drop_claim(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


AT = NOW // SECOND


@pytest.mark.parametrize(
    "twist",
    [
        set_claim("nonce", "another"),
        drop_claim("nonce"),
        set_claim("aud", "another client"),
        set_claim("aud", [CLIENT, "another client"]),
        drop_claim("aud"),
        set_claim("azp", "another client"),
        set_claim("iss", "https://elsewhere.example"),
        drop_claim("iss"),
        set_claim("exp", AT - 61),
        drop_claim("exp"),
        set_claim("exp", "tomorrow"),
        set_claim("iat", AT + 61),
        set_claim("nbf", AT + 61),
        drop_claim("sub"),
    ],
)
def test_a_token_that_is_not_the_answer_to_this_log_in_opens_nothing(
    house: House, twist: Callable[[Claims], Claims]
) -> None:
    house.provider.twist = twist
    browser = house.browser()
    status, told = house.enter(browser)
    assert (status, "cannot be believed" in told) == (401, True)
    assert "session" not in browser.cookies


@pytest.mark.parametrize("trick", ["sign_not", "sign_with_what_all_know", "sign_with_another_key"])
def test_a_token_not_signed_by_the_provider_opens_nothing(house: House, trick: str) -> None:
    house.provider.sign = getattr(house.provider, trick)
    status, told = house.enter()
    assert (status, "cannot be believed" in told) == (401, True)


def test_clocks_may_differ_a_little_and_several_audiences_are_told_apart(house: House) -> None:
    house.provider.twist = lambda claims: claims | {"exp": AT - 59, "aud": [CLIENT, "x"], "azp": CLIENT}
    assert house.enter() == (303, "/desk")


def test_a_state_is_good_for_one_return_of_one_browser(house: House) -> None:
    browser = house.browser()
    back = house.go(browser)
    stranger = house.browser()
    assert stranger.get(back).status_code == 401, "another browser"
    assert browser.get(back).status_code == 303
    browser.cookies.set("login_state", parse_qs(urlsplit(back).query)["state"][0], path="/login/oidc")
    replayed = browser.get(back, headers={"accept-language": "en"})
    assert replayed.status_code == 401
    assert "begin anew" in replayed.text
    for query in ("", "?code=x", "?code=x&state=guess", "?error=access_denied&state=x"):
        assert browser.get(f"/login/oidc/back{query}").status_code == 401


def test_a_log_in_begun_long_ago_is_over(house: House) -> None:
    browser = house.browser()
    back = house.go(browser)
    house.clock.now += PATIENCE + SECOND
    assert browser.get(back).status_code == 401


def test_somebody_elses_code_opens_nothing(house: House) -> None:
    first, second = house.browser(), house.browser()
    theirs = parse_qs(urlsplit(house.go(first)).query)["code"][0]
    own = parse_qs(urlsplit(house.go(second)).query)["state"][0]
    # PKCE tells: it was asked for with another verifier.
    stolen = second.get("/login/oidc/back", params={"code": theirs, "state": own})
    assert stolen.status_code == 401


@pytest.mark.parametrize("person", [{"preferred_username": "nobody"}, {"preferred_username": None}, {}])
def test_no_account_is_made_silently(house: House, person: Claims) -> None:
    house.provider.person = {"sub": "S-9"} | person
    status, told = house.enter()
    assert (status, "no account here" in told) == (401, True)
    with house.store.read() as connection:
        assert find_user(connection, "nobody") is None


def test_a_name_given_to_another_person_does_not_open_the_first_ones_account(house: House) -> None:
    assert house.enter()[0] == 303
    house.provider.person = {"sub": "S-2", "preferred_username": "sun"}
    assert house.enter()[0] == 401
    unbind_user(house.store, "sun", by=sole_user("root"), at=NOW)
    assert house.enter()[0] == 303, "an administrator said that it is the same person"
    with pytest.raises(NotFound):
        unbind_user(house.store, "zhao", by=sole_user("root"), at=NOW)


def test_a_closed_account_stays_closed(house: House) -> None:
    assert house.enter()[0] == 303
    disable_user(house.store, "sun", by=sole_user("root"), at=NOW)
    assert house.enter()[0] == 401
    house.provider.person = {"sub": "S-3", "preferred_username": "zhao"}
    disable_user(house.store, "zhao", by=sole_user("root"), at=NOW)
    assert house.enter()[0] == 401


def test_accounts_are_made_where_the_deployment_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIEZHI_OIDC_NEW_ROLE", "auditor")
    house.app.state.provider = open_provider(Settings())
    house.provider.person = {"sub": "S-7", "preferred_username": "qian", "name": "钱"}
    browser = house.browser()
    assert house.enter(browser)[0] == 303
    assert browser.get("/queue").status_code == 200
    with house.store.read() as connection:
        found = find_user(connection, "qian")
    assert found is not None
    assert (found[0].display_name, sorted(found[0].roles)) == ("钱", ["auditor"])
    for guess in ("", "qian"):
        refused = house.browser().post("/login", data={"name": "qian", "password": guess})
        assert refused.status_code == 401, "no password is his"


def test_new_keys_are_found_and_what_is_known_is_not_asked_again(house: House) -> None:
    assert house.enter()[0] == house.enter()[0] == 303
    assert house.provider.asked == ["configuration", "keys"]
    house.provider.key = type(house.provider.key).generate_key(2048, parameters={"kid": "k2"})
    assert house.enter()[0] == 401, "asked a moment ago"
    house.clock.now += 61 * SECOND
    house.provider.clock = lambda: house.clock.now // SECOND
    assert house.enter() == (303, "/desk")
    house.clock.now += KEPT + SECOND
    assert house.enter()[0] == 303
    assert len(house.provider.asked) == 6
    house.provider.clock = lambda: AT


def test_a_public_client_is_guarded_by_pkce_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_OIDC_CLIENT_SECRET", "")
    house.app.state.provider = open_provider(Settings())
    assert house.enter()[0] == 401, "the provider knows us by a secret"
    house.provider.secret = ""
    assert house.enter() == (303, "/desk")


def test_a_provider_that_is_down_leaves_the_password(house: House) -> None:
    house.app.state.provider.issuer = "http://127.0.0.1:9"
    page = house.browser().get("/login/oidc?to=/desk", headers={"accept-language": "en"})
    assert page.status_code == 503
    assert "cannot be used now" in page.text
    assert 'type="password"' in page.text


def test_nobody_waits_again_for_a_provider_that_did_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, knocks = house.app.state.provider, []

    def knock(seconds: float) -> object:
        knocks.append(seconds)
        raise httpx2.ConnectTimeout("nobody")

    with monkeypatch.context() as patched:
        patched.setattr("serving.oidc.provider.open_client", knock)
        for _ in range(5):
            assert house.browser().get("/login/oidc").status_code == 503
        assert len(knocks) == 1
        house.clock.now += 10 * SECOND
        assert house.browser().get("/login/oidc").status_code == 503
        assert len(knocks) == 2
    house.clock.now += 10 * SECOND
    assert house.enter() == (303, "/desk")
    assert provider.issuer == house.provider.issuer


def test_without_a_provider_there_is_nothing(home: object, sqlite_store: Store) -> None:
    app = build_app(
        sqlite_store, Settings(), PromotedModel(sqlite_store, Settings()), hosts=hosts_for("127.0.0.1")
    )
    client = TestClient(app, base_url="http://127.0.0.1")
    assert client.get("/login/oidc").status_code == 404
    assert client.get("/login/oidc/back").status_code == 404
    assert "/login/oidc" not in client.get("/login").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISSUER", "http://id.court.example"),
        ("CLIENT_ID", ""),
        ("NEW_ROLE", "administrator"),
        ("NEW_ROLE", "x"),
    ],
)
def test_settings_that_guard_nothing_are_refused(
    home: object, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("XIEZHI_OIDC_ISSUER", "https://id.court.example")
    monkeypatch.setenv("XIEZHI_OIDC_CLIENT_ID", CLIENT)
    assert open_provider(Settings()) is not None
    monkeypatch.setenv(f"XIEZHI_OIDC_{name}", value)
    with pytest.raises(InputError):
        open_provider(Settings())
