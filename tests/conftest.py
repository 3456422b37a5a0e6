"""Fixtures every test may ask for: a home of its own, an empty store on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from argon2 import PasswordHasher
from court_samples import Court, make_court
from hypothesis import HealthCheck, settings
from live_app import keep_port
from playwright.sync_api import Browser
from postgres import PostgresServer, start_postgres
from serving_live import find_browser, open_browser
from serving_samples import open_client, promote_toy
from starlette.testclient import TestClient

from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

# How long an example takes, and how long it takes to draw one, says how busy the machine is.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A change is judged by the same examples wherever and whenever it is; new ones are looked for on purpose
# (CONTRIBUTING.md).
settings.register_profile("any-machine", settings.get_profile("explore"), derandomize=True)
settings.load_profile("any-machine")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty XIEZHI_HOME, with the environment pointing there."""
    for name, value in {
        "XIEZHI_HOME": tmp_path / "var",
        "XIEZHI_MLRUNS": tmp_path / "mlruns",
        "XIEZHI_LANGUAGE": "en",
        "XIEZHI_DATABASE_URL": "",
    }.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path / "var"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer | str]:
    """A real PostgreSQL server, or the reason there is none."""
    server = start_postgres(tmp_path_factory.mktemp("postgres"))
    yield server
    if isinstance(server, PostgresServer):
        server.stop()


def migrated(folder: Path, url: str = "") -> Settings:
    """The settings of an empty store that was migrated. Tests copy it, for migrating takes ten times as long."""
    settings = Settings(home=folder, database_url=url)
    open_store(settings).close()
    return settings


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty SQLite store."""
    return migrated(tmp_path_factory.mktemp("sqlite")).home / "xiezhi.db"


@pytest.fixture(scope="session")
def postgres_model(postgres: PostgresServer | str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty store on PostgreSQL; skips where there is no server."""
    if isinstance(postgres, str):
        pytest.skip(postgres)
    return migrated(tmp_path_factory.mktemp("postgresql"), postgres.new_database()).database_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An open, empty store: the same test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    model: str = request.getfixturevalue("postgres_model")
    server: PostgresServer = request.getfixturevalue("postgres")
    monkeypatch.setenv("XIEZHI_DATABASE_URL", server.new_database(like=model))
    opened = open_store(Settings())
    yield opened
    opened.close()


@pytest.fixture
def port() -> Iterator[int]:
    """A port of the test's own, at which nobody listens until it does."""
    with keep_port() as kept:
        yield kept


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the tests of a file."""
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium installed (on Debian: apt-get install chromium)")
    with open_browser(path) as opened:
        yield opened


@pytest.fixture
def sqlite_store(home: Path, sqlite_model: Path) -> Iterator[Store]:
    """An open, empty SQLite store, for tests in which the database plays no part."""
    home.mkdir(mode=0o700)
    copyfile(sqlite_model, home / "xiezhi.db")
    opened = open_store(Settings())
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    """A client of a service with a model, on each database."""
    promote_toy(store, Settings())
    with open_client(store) as opened:
        yield opened


@pytest.fixture
def local(sqlite_store: Store) -> Iterator[TestClient]:
    """The same on SQLite alone."""
    promote_toy(sqlite_store, Settings())
    with open_client(sqlite_store) as opened:
        yield opened


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes at the least cost argon2 takes: what is tested is who may do what."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("xiezhi.accounts.passwords._hasher", quick)


@pytest.fixture(scope="session")
def court(tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A simulated court with a model, its findings and its truth. Read only: all tests share it."""
    return make_court(tmp_path_factory.mktemp("court"))


@pytest.fixture
def court_store(court: Court) -> Iterator[Store]:
    """The court's store, open."""
    opened = open_store(court.settings)
    yield opened
    opened.close()
