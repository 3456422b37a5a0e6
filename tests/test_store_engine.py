"""The store opens on both databases and keeps identity numbers sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from xiezhi.errors import StoreError
from xiezhi.store import Store
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


def test_vault_opens_only_with_its_own_secret() -> None:
    token = Vault(b"one").seal("11010519491231002X")
    assert "11010519491231002X" not in token
    assert Vault(b"one").open(token) == "11010519491231002X"
    with pytest.raises(StoreError):
        Vault(b"two").open(token)


def test_search_hash_is_keyed_and_stable() -> None:
    assert Vault(b"one").search_hash("a") == Vault(b"one").search_hash("a")
    assert Vault(b"one").search_hash("a") != Vault(b"two").search_hash("a")
