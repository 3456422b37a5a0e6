"""A backup taken from either database comes back into either, whole or not at all."""

from __future__ import annotations

import shutil
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Literal
from unittest.mock import Mock

import pytest
from postgres import PostgresServer
from pyarrow.parquet import ParquetFile
from serving_samples import NOW, loan
from sqlalchemy import insert, inspect, select
from test_audit import docket

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi import cli
from xiezhi.backup.archive import pack, unpack
from xiezhi.backup.keep import back_up, restore
from xiezhi.clock import DAY
from xiezhi.errors import Conflict, InputError, StoreError
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.contents import forget_contents, keep_content
from xiezhi.store.dump import dump_tables, snapshot
from xiezhi.store.engine import connect
from xiezhi.store.filings import get_filing
from xiezhi.store.tables import job_inputs, metadata


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def backed_up(store: Store, folder: Path) -> Path:
    docket(store)
    file = folder / "court.backup"
    back_up(store, Settings(), file, NOW)
    return file


def go_to(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty home elsewhere, under the secret of the present one."""
    secret = Settings().secret().decode()
    monkeypatch.setenv("XIEZHI_SECRET_KEY", secret)
    monkeypatch.setenv("XIEZHI_HOME", str(home))
    monkeypatch.setenv("XIEZHI_DATABASE_URL", url)
    return Settings()


def tables_at(settings: Settings) -> list[str]:
    engine = connect(settings)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


@pytest.mark.parametrize("to", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_comes_back_is_what_there_was(
    store: Store, to: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = backed_up(store, tmp_path), rows_of(store)
    url = ""
    if to == "postgresql":
        server: PostgresServer | str = request.getfixturevalue("postgres")
        if isinstance(server, str):
            pytest.skip(server)
        url = server.new_database()
    settings = go_to(tmp_path / "other", url, monkeypatch)
    made = restore(settings, file)
    back = open_store(settings)
    try:
        assert rows_of(back) == before
        assert sum(made.rows.values()) == sum(map(len, before.values()))
        with back.read() as connection:
            filing = get_filing(connection, back.vault, "F-002")
        assert filing is not None
        assert filing.filing.parties[0].id_number == "62070219880101123X"
        assert cli.run(["audit", "verify", "--head", made.head]) == cli.DONE
        later = parse_filing(loan("F-003", "2026-11-22T09:00", 70), settings)
        screen_and_keep(back, load_screener(back, settings), later, source="api", scored_at=NOW + DAY)
    finally:
        back.close()


def test_a_store_that_is_written_to_meanwhile_is_kept_as_of_one_moment(store: Store, tmp_path: Path) -> None:
    docket(store)
    before = rows_of(store)
    screener = load_screener(store, Settings())
    written: list[int] = []

    def write_once(_done: int, _total: int) -> None:
        if not written:
            written.append(1)
            filing = parse_filing(loan("F-009", "2026-11-21T09:00", 90), Settings())
            screen_and_keep(store, screener, filing, source="api", scored_at=NOW)

    made = back_up(store, Settings(), tmp_path / "court.backup", NOW, write_once)
    assert written
    assert dict(made.rows) == {name: len(rows) for name, rows in before.items()}


def test_an_attachment_erased_meanwhile_is_left_out(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docket(sqlite_store)
    gone, kept = (keep_content(Settings(), sqlite_store.vault, content) for content in (b"gone", b"kept"))
    copy = shutil.copy2

    def erase_and_copy(source: str, target: str) -> str:
        if source.endswith(gone):
            forget_contents(Settings(), [gone])
        return copy(source, target)

    monkeypatch.setattr("shutil.copy2", erase_and_copy)
    made = back_up(sqlite_store, Settings(), tmp_path / "court.backup", NOW)
    assert [name for name in made.files if name.startswith("attachments/")] == [
        f"attachments/{kept[:2]}/{kept}"
    ]


def test_nothing_is_written_over(sqlite_store: Store, tmp_path: Path) -> None:
    file = backed_up(sqlite_store, tmp_path)
    with pytest.raises(InputError, match="there already"):
        back_up(sqlite_store, Settings(), file, NOW)
    with pytest.raises(Conflict):
        restore(Settings(), file)


@pytest.mark.parametrize("harm", ["cut", "altered", "other"])
def test_a_damaged_backup_restores_nothing(
    sqlite_store: Store, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(sqlite_store, tmp_path)
    raw = bytearray(file.read_bytes())
    if harm == "cut":
        raw = raw[: len(raw) // 2]
    elif harm == "altered":
        with tarfile.open(file) as tar:
            place = tar.getmember("tables/screenings.parquet").offset_data
        raw[place + 40] ^= 1
    else:
        raw = bytearray(b"PK not a backup")
    file.write_bytes(raw)
    settings = go_to(tmp_path / "other", "", monkeypatch)
    with pytest.raises(InputError, match="no whole backup"):
        restore(settings, file)
    assert tables_at(settings) == []


def test_another_secret_is_told_before_anything_is_taken_in(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(sqlite_store, tmp_path)
    settings = go_to(tmp_path / "other", "", monkeypatch)
    monkeypatch.setenv("XIEZHI_SECRET_KEY", "another")
    with pytest.raises(StoreError, match="not the one of the backup"):
        restore(Settings(), file)
    assert tables_at(settings) == []


@pytest.mark.parametrize("what", ["later release", "disk full"])
def test_a_restore_that_fails_leaves_nothing_behind(
    sqlite_store: Store, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(sqlite_store, tmp_path)
    settings = go_to(tmp_path / "other", "", monkeypatch)
    if what == "later release":
        made = unpack(file, tmp_path / "open")
        file.unlink()
        pack(tmp_path / "open", replace(made, revision="9999"), file)
        with pytest.raises(StoreError) as told:
            restore(settings, file)
        assert told.value.code == "store-newer"
    else:
        with monkeypatch.context() as full:
            full.setattr("shutil.copytree", Mock(side_effect=OSError("no space left")))
            with pytest.raises(OSError, match="no space"):
                restore(settings, file)
        restore(settings, file)
        return
    assert tables_at(settings) == []
    assert not (settings.home / "bundles").exists()


def test_nobody_else_can_read_a_backup_while_it_is_written(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []

    def look(path: Path, mode: Literal["w"]) -> tarfile.TarFile:
        modes.append(path.stat().st_mode & 0o777)
        return tarfile.TarFile.open(path, mode)

    monkeypatch.setattr("xiezhi.backup.archive.tarfile.open", look)
    backed_up(sqlite_store, tmp_path)
    assert modes == [0o600]


def test_files_of_waiting_jobs_are_taken_a_few_at_a_time(sqlite_store: Store, tmp_path: Path) -> None:
    pieces = [
        {"job_id": "j", "file_no": 0, "piece_no": n, "name": "f", "content": "sealed"} for n in range(45)
    ]
    with sqlite_store.write() as connection:
        connection.execute(insert(job_inputs), pieces)
    with snapshot(sqlite_store.engine) as connection:
        dump_tables(connection, tmp_path)
    assert ParquetFile(tmp_path / "job_inputs.parquet").num_row_groups == 3


def test_no_secret_and_no_identity_number_is_in_a_backup(sqlite_store: Store, tmp_path: Path) -> None:
    file = backed_up(sqlite_store, tmp_path)
    unpack(file, tmp_path / "open")
    texts = [path.read_bytes() for path in (tmp_path / "open").rglob("*") if path.is_file()]
    with sqlite_store.read() as connection:
        stored = [
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        ]
    secret = Settings().secret()
    assert not any(secret in text for text in texts)
    assert not any("62070219880101123X" in text for text in stored), "the tables hold it sealed"
    assert file.stat().st_mode & 0o077 == 0


def test_the_commands_tell_what_they_did(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docket(sqlite_store)
    file = tmp_path / "b" / "court.backup"
    assert cli.run(["backup", str(file)]) == cli.DONE
    assert "Keep the secret elsewhere" in capsys.readouterr().out
    go_to(tmp_path / "other", "", monkeypatch)
    assert cli.run(["restore", str(file)]) == cli.DONE
    assert "is restored" in capsys.readouterr().out
    assert cli.run(["restore", str(file)]) == cli.NOTHING_DONE
    assert cli.run(["audit", "verify"]) == cli.DONE
