"""The store opens on both databases and keeps identity numbers sealed."""

from __future__ import annotations

import secrets
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Timer

import pytest
from sqlalchemy import inspect, text

from xiezhi.errors import StoreError
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.engine import migrate
from xiezhi.store.tables import metadata
from xiezhi.store.vault import Vault


def test_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.engine.begin() as connection:
        migrate(connection)  # a second time changes nothing
    inspector = inspect(store.engine)
    found = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }
    assert found == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}
    indexes = {
        index["name"]: index["column_names"]
        for name in found
        for index in inspector.get_indexes(name)
        if "duplicates_constraint" not in index
    }
    assert indexes == {
        index.name: [column.name for column in index.columns]
        for table in metadata.tables.values()
        for index in table.indexes
    }


def test_vault_opens_only_with_its_own_secret() -> None:
    token = Vault(b"one").seal("11010519491231002X")
    assert "11010519491231002X" not in token
    assert Vault(b"one").open(token) == "11010519491231002X"
    with pytest.raises(StoreError):
        Vault(b"two").open(token)


@pytest.mark.parametrize("damaged", ["sealed:1:abc", "sealed:1:AAAA", "sealed:1:", "sealed:1:é", "plain"])
def test_a_damaged_token_is_told(damaged: str) -> None:
    with pytest.raises(StoreError):
        Vault(b"one").open(damaged)


def test_two_that_start_at_once_have_one_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    token = secrets.token_hex

    def start_another(length: int) -> str:
        monkeypatch.setattr(secrets, "token_hex", token)
        seen.append(Settings().secret())
        return token(length)

    monkeypatch.setattr(secrets, "token_hex", start_another)
    first = Settings().secret()
    assert seen == [first]
    assert len(first) == 64
    assert [path.name for path in home.iterdir()] == ["secret.key"]
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_programs_that_start_at_once_migrate_once(home: Path) -> None:
    opened = Barrier(4)

    def start(_: int) -> str:
        opened.wait()
        store = open_store(Settings())
        store.close()
        return "open"

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(start, range(4))) == ["open"] * 4


def test_a_new_file_is_switched_to_write_ahead_by_whoever_comes_while_another_writes_it(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(home / "xiezhi.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE being_written (at TEXT)")
    # Whoever reads may not become the one that writes: SQLite says "busy" at once, without its timeout.
    Timer(0.3, other.commit).start()
    store = open_store(Settings())
    with store.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    store.close()
    other.close()


def test_a_store_of_a_later_release_is_told(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as told:
        open_store(Settings())
    assert told.value.code == "store-newer"


def test_search_hash_is_keyed_and_stable() -> None:
    assert Vault(b"one").search_hash("a") == Vault(b"one").search_hash("a")
    assert Vault(b"one").search_hash("a") != Vault(b"two").search_hash("a")
