"""Open the store: SQLite in WAL mode or PostgreSQL, migrated to the newest schema."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from xiezhi.errors import StoreError
from xiezhi.settings import Settings
from xiezhi.store.advisory import MIGRATING
from xiezhi.store.changes import NOTED, publish_changes
from xiezhi.store.vault import Vault

_MIGRATIONS = str(Path(__file__).parent / "migrations")
_PATIENCE = 30
"""Seconds a writer waits for another one's transaction, on SQLite."""


@dataclass(frozen=True)
class Store:
    """An open store. Reads and writes are functions of the modules beside this one."""

    engine: Engine
    vault: Vault

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is kept, or nothing."""
        # SQLite must ask for the write lock at once: a lock upgrade midway fails as "locked".
        engine = self.engine.execution_options(immediate=True, **{NOTED: set()})
        with engine.begin() as connection:
            yield connection
            publish_changes(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """The store of `settings`, made and migrated where needed. Raises StoreError."""
    engine = connect(settings)
    try:
        with engine.connect() as connection:
            is_newest = schema_revision(connection) == newest_revision()
        if not is_newest:
            with engine.execution_options(immediate=True).begin() as connection:
                migrate(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        raise StoreError(
            "无法打开数据库；请检查 XIEZHI_DATABASE_URL 及数据库服务。",
            "The store cannot be opened; check XIEZHI_DATABASE_URL and the database server.",
            code="store-unreachable",
        ) from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine, Vault(settings.secret()))


def connect(settings: Settings) -> Engine:
    """The database of `settings`, as it is."""
    # Parameters hold names and addresses: no error may print them.
    engine = create_engine(settings.store_url(), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to `revision`; does nothing when it is there. Others who would do so wait: SQLite wants a
    transaction that is `immediate` for that. Raises StoreError for a schema of a later release."""
    from alembic import command  # a quarter of a second, which commands without a store need not pay
    from alembic.config import Config
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATING})
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(
            "数据库或备份由更新的版本写成；请用该版本打开。",
            "The database or backup is of a later release of this program; open it with that one.",
            code="store-newer",
        ) from error


def schema_revision(connection: Connection) -> str | None:
    """The migration the store stands at; None for an empty database."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The migration this release brings a store to; read off the files of the migrations once a process."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(_MIGRATIONS).get_current_head()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below starts transactions
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={1000 * _PATIENCE}")
        _write_ahead(cursor)
        # FULL: a decision once told to a judge survives a power cut.
        cursor.execute("PRAGMA synchronous=FULL")
        # What is erased is written over in the file, too; not every build of SQLite does so unasked.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """WAL, which the file remembers. Of two that switch a new file at once SQLite refuses one without waiting, whatever
    the timeout is: it asks again until the other is through."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            # The low byte says busy, the rest with what: another's lock, or a log that is being recovered.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
