"""Every table as a Parquet file, read in one snapshot; and back into an empty store of either database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, Float, Integer, MetaData, Table, func, insert, select, text

from xiezhi.progress import Advance, silent
from xiezhi.store.tables import job_inputs, metadata

if TYPE_CHECKING:
    from pyarrow import Schema

_AT_ONCE = 20_000  # rows a row group: bounds memory at some hundred megabytes of filings
_PIECES_AT_ONCE = 20  # of the files of waiting jobs, which are megabytes a row


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one and the same moment of the store, whoever writes meanwhile."""
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    with engine.connect().execution_options(isolation_level=level) as connection:
        yield connection


def dump_tables(connection: Connection, folder: Path, advance: Advance = silent) -> dict[str, int]:
    """Write every table as `folder/<name>.parquet`; returns the rows of each."""
    import pyarrow
    from pyarrow import parquet

    tables = metadata.sorted_tables
    rows: dict[str, int] = {}
    total = sum(count_rows(connection, table) for table in tables)
    for table in tables:
        rows[table.name] = 0
        schema = _schema(table)
        at_once = _rows_at_once(table.name)
        ordered = select(table).order_by(*table.primary_key).execution_options(yield_per=at_once)
        with parquet.ParquetWriter(folder / f"{table.name}.parquet", schema, compression="zstd") as writer:
            for part in connection.execute(ordered).mappings().partitions():
                writer.write_table(pyarrow.Table.from_pylist([dict(row) for row in part], schema))
                rows[table.name] += len(part)
                advance(sum(rows.values()), total)
    return rows


def load_tables(connection: Connection, folder: Path, advance: Advance = silent) -> dict[str, int]:
    """Insert what `dump_tables` wrote into the empty tables of the schema it was written from; the rows of each."""
    from pyarrow import parquet

    there = MetaData()
    there.reflect(connection)
    files = {path.stem: parquet.ParquetFile(path) for path in sorted(folder.glob("*.parquet"))}
    total = sum(file.metadata.num_rows for file in files.values())
    rows: dict[str, int] = {}
    for name, file in files.items():
        rows[name] = 0
        for batch in file.iter_batches(batch_size=_rows_at_once(name)):
            connection.execute(insert(there.tables[name]), batch.to_pylist())
            rows[name] += len(batch)
            advance(sum(rows.values()), total)
        _count_on(connection, there.tables[name])
    return rows


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows there are."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _rows_at_once(table: str) -> int:
    return _PIECES_AT_ONCE if table == job_inputs.name else _AT_ONCE


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's own numbering go on after the rows taken in."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        arguments: Mapping[str, str] = {"table": table.name, "column": column.name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), arguments)
        newest = connection.scalar(select(func.max(column)))
        if sequence is not None and newest is not None:
            connection.execute(text("SELECT setval(:name, :value)"), {"name": sequence, "value": newest})


def _schema(table: Table) -> Schema:
    import pyarrow

    def kind(column: Column[object]) -> pyarrow.DataType:
        if isinstance(column.type, Integer):
            return pyarrow.int64()
        return pyarrow.float64() if isinstance(column.type, Float) else pyarrow.string()

    return pyarrow.schema([pyarrow.field(c.name, kind(c), c.nullable) for c in table.columns])
