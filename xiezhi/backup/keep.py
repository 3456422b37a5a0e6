"""A running store into a file, and a file into an empty one."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from xiezhi import __version__
from xiezhi.audit.chain import Act, digest_of
from xiezhi.backup.archive import Manifest, list_files, pack, unpack
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import Conflict, InputError, StoreError
from xiezhi.progress import Advance, silent
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import append_acts, head_of
from xiezhi.store.contents import ATTACHMENTS
from xiezhi.store.dump import dump_tables, load_tables, snapshot
from xiezhi.store.engine import connect, migrate, schema_revision
from xiezhi.store.vault import Vault

TABLES, BUNDLES = "tables", "bundles"
FOLDERS = (BUNDLES, ATTACHMENTS)
"""Folders of the home that belong to what the tables say."""

BACKED_UP = "backed_up"
"""The act in the audit trail; its subject is the file's name."""


def back_up(
    store: Store, settings: Settings, path: Path, made_at: Moment, advance: Advance = silent
) -> Manifest:
    """Write the store as it is at one moment, with the bundles and attachments in the home, to the new file `path`.

    Others may go on reading and writing. Raises InputError where the file exists.
    """
    if path.exists():
        raise InputError(
            f"文件 {path.name} 已存在；请另取文件名。",
            f"The file {path.name} is there already; give another name.",
            code="file-exists",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as work:
        folder = Path(work)
        (folder / TABLES).mkdir()
        with snapshot(store.engine) as connection:
            revision, head = schema_revision(connection), head_of(connection)
            rows = dump_tables(connection, folder / TABLES, advance)
        # After the tables: a file is there before a row names it.
        for name in FOLDERS:
            if (settings.home / name).exists():
                shutil.copytree(
                    settings.home / name,
                    folder / name,
                    ignore=shutil.ignore_patterns(".*"),
                    copy_function=_copy_what_is_left,
                )
        manifest = Manifest(
            made_at=format_moment(made_at, settings.zone),
            program=__version__,
            revision=str(revision),
            secret_check=_check_of(store.vault),
            head=str(head),
            rows=rows,
            files=list_files(folder),
        )
        pack(folder, manifest, path)
    return manifest


def note_backup(store: Store, path: Path, made: Manifest, *, by: str, at: Moment) -> None:
    """Put on record that the backup was made: whoever erases something is told which files still hold it."""
    act = Act(at, by, BACKED_UP, path.name, digest_of({"head": made.head, "rows": dict(made.rows)}))
    with store.write() as connection:
        append_acts(connection, [act])


def restore(settings: Settings, path: Path, advance: Advance = silent) -> Manifest:
    """Take the backup `path` into the home and the database of `settings`, where nothing may be yet.

    A backup of an older release is brought to today's schema. Raises InputError for a damaged file, Conflict where
    there is something already, StoreError for another secret than the one the backup was made under.
    """
    with tempfile.TemporaryDirectory(prefix="xiezhi-restore-") as work:
        folder = Path(work)
        manifest = unpack(path, folder)
        _require_nothing_there(settings)
        if _check_of(Vault(settings.secret())) != manifest.secret_check:
            raise StoreError(
                "密钥与备份时不同，证件号码将无法解密；请把原来的 secret.key 放入 XIEZHI_HOME（或设 XIEZHI_SECRET_KEY）后再恢复。",
                "The secret is not the one of the backup, so its identity numbers could not be opened; put the former "
                "secret.key into XIEZHI_HOME (or set XIEZHI_SECRET_KEY) and restore again.",
                code="wrong-secret",
            )
        try:
            for name in FOLDERS:
                if (folder / name).exists():
                    shutil.copytree(folder / name, settings.home / name)
            _load(settings, manifest, folder / TABLES, advance)
        except BaseException:
            for name in FOLDERS:
                shutil.rmtree(settings.home / name, ignore_errors=True)
            raise
    return manifest


def _load(settings: Settings, manifest: Manifest, tables: Path, advance: Advance) -> None:
    engine = connect(settings)
    try:
        # One transaction with the schema: whatever fails leaves an empty database behind.
        with engine.execution_options(immediate=True).begin() as connection:
            migrate(connection, manifest.revision)
            load_tables(connection, tables, advance)
            migrate(connection)
    except SQLAlchemyError as error:
        raise StoreError(
            "备份未能恢复，数据库未作改动；请检查 XIEZHI_DATABASE_URL 及数据库服务。",
            "The backup could not be restored and the database was left as it was; "
            "check XIEZHI_DATABASE_URL and the database server.",
            code="restore-failed",
        ) from error
    finally:
        engine.dispose()


def _require_nothing_there(settings: Settings) -> None:
    engine = connect(settings)
    try:
        tables = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables or any((settings.home / name).exists() for name in FOLDERS):
        raise Conflict(
            "目标数据库或 XIEZHI_HOME 中已有数据；请恢复到空的数据库和目录。",
            "There are data in the database or in XIEZHI_HOME already; restore into an empty one.",
            code="not-empty",
        )


def _copy_what_is_left(source: str, target: str) -> None:
    """Copy a file, unless it is being erased just now: what goes from the court need not come into a backup."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _check_of(vault: Vault) -> str:
    return vault.search_hash("xiezhi backup")
