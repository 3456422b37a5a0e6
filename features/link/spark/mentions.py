"""Party records as Spark mentions: normalised, and numbered in the order of their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.link.profile import Profile
from features.link.records import COLUMNS, KINDS
from features.link.spark.batches import map_tables
from features.link.table.block import parts_of
from features.link.table.columns import Columns, encode, match_repairs
from features.link.table.judges import FIELDS
from features.link.table.levels import Comparer
from features.link.table.read import read_columns
from xiezhi.errors import InputError

_PARTS: Final = ("family", "last", "year", "start", "opening")
"""Parts of fields that blocking rules name, see `parts_of`."""

_COMPARED: Final = "compared by"
_BETWEEN: Final = "\x1f"
"""Column of the fields that the mentions read together are compared by, and what stands between them."""

_ROW_BITS: Final = 33
"""Below them `monotonically_increasing_id` has a row's place in its partition."""


class Shape(NamedTuple):
    """What mentions of a kind show, and by which fields they are `compared`; `extra`: those compared as they are."""

    kind: str
    fields: tuple[str, ...]
    extra: tuple[str, ...]
    compared: tuple[str, ...]

    def columns(self, *batches: pa.ChunkedArray) -> Columns:
        """Mentions of some batches, one after the other, as columns; every field, whether or not they show it.

        batches: structs of the fields.
        """
        chunks = [chunk for batch in batches for chunk in batch.chunks]
        of = {
            name: encode(pa.chunked_array([pc.struct_field(c, name) for c in chunks], pa.string()))
            for name in self.fields
        }
        repairs = match_repairs(of.get("number"), of.get("repairs"))
        return Columns(self.kind, sum(map(len, batches)), of, repairs)


@dataclass(frozen=True)
class Mentions:
    """Mentions of one kind. frame: `position` (0 … size - 1, in the order of record ids), `record_id`, the fields of
    `shape`, and columns that keys are made of. keys: what a blocking rule names -> column."""

    shape: Shape
    size: int
    frame: DataFrame
    keys: Mapping[str, str]


def quoted(name: str) -> SparkColumn:
    """A column by its name, whatever stands in it."""
    return sql.col("`" + name.replace("`", "``") + "`")


def check_records(frame: DataFrame, extra: Sequence[str]) -> DataFrame:
    """The columns that are compared, as text. Raises InputError, as `link_table` does."""
    for column in ("record_id", "name", *extra):
        if column not in frame.columns:
            raise InputError(f"缺少列 {column}。", f"The column {column} is missing.", code="missing-column")
    names = dict.fromkeys(name for name in (*COLUMNS, *extra) if name in frame.columns)
    rows = frame.select([quoted(name).cast("string").alias(name) for name in names])
    kind = sql.col("kind") if "kind" in names else sql.lit("")
    rows = rows.withColumn("kind", sql.when(sql.coalesce(kind, sql.lit("")) == "", "person").otherwise(kind))
    found = rows.agg(
        sql.count("*").alias("rows"),
        sql.countDistinct("record_id").alias("ids"),
        sql.count_if(~sql.col("kind").isin(*KINDS)).alias("alien"),
    ).first()
    assert found is not None
    if found["rows"] != found["ids"]:
        raise InputError(
            "record_id 有空缺或重复。", "record_id is missing or not unique.", code="duplicate-record-id"
        )
    if found["alien"]:
        raise InputError(
            "kind 只能是 person 或 organization。", "kind must be person or organization.", code="kind"
        )
    return rows


def read_mentions(rows: DataFrame, kind: str, extra: Sequence[str]) -> Mentions:
    """The mentions of one kind, kept: their numbers must not change from one stage to the next."""
    told = tuple(dict.fromkeys([*(f for f in Profile._fields if f not in ("kind", "known")), *extra]))
    parts = {name: f"key {name}" for name in _PARTS}

    def normalise(table: pa.Table) -> pa.Table:
        (columns,) = read_columns({kind: table}, extra, None)
        shown = {**columns.of, **{parts[name]: part for name, part in parts_of(columns).items()}}
        texts = {
            name: column.values.take(pa.array(column.codes, mask=column.codes < 0))
            for name, column in shown.items()
        }
        nothing = pa.nulls(table.num_rows, pa.string())
        of = {name: texts.get(name, nothing) for name in (*told, *parts.values())}
        compared = Comparer(columns, [name for name in extra if name in columns]).fields
        by = pa.array([_BETWEEN.join(compared)] * table.num_rows, pa.string())
        return pa.table({"record_id": table.column("record_id"), **of, _COMPARED: by})

    names = ("record_id", *told, *parts.values())
    mine = rows.where(sql.col("kind") == kind).sort("record_id")
    read = map_tables(mine, dict.fromkeys((*names, _COMPARED), "string"), normalise)
    kept = read.withColumn("position", sql.monotonically_increasing_id()).localCheckpoint()
    partition = sql.shiftright("position", _ROW_BITS)
    counts = kept.groupBy(partition.alias("partition")).agg(
        sql.count("*").alias("rows"),
        sql.collect_set(_COMPARED).alias(_COMPARED),
        *(sql.count(quoted(name)).alias(name) for name in names),
    )
    sizes = [row.asDict() for row in counts.collect()]
    seen = {name for row in sizes for name in names if row[name]}
    by = {name for row in sizes for batch in row[_COMPARED] for name in batch.split(_BETWEEN)}
    shape = Shape(
        kind,
        tuple(name for name in told if name in seen),
        tuple(name for name in extra if name in seen),
        tuple(name for name in dict.fromkeys((*FIELDS[kind], *extra)) if name in by),
    )
    keys = {name: name for name in shape.fields} | {
        n: column for n, column in parts.items() if column in seen
    }
    wanted = [quoted(name) for name in names if name in seen]
    dense = sql.col("position") - sql.shiftleft(partition, _ROW_BITS) + _starts(sizes)[partition.cast("int")]
    frame = kept.select(dense.alias("position"), *wanted) if sizes else kept
    return Mentions(shape, sum(row["rows"] for row in sizes), frame, keys)


def _starts(sizes: Sequence[Mapping[str, Any]]) -> SparkColumn:
    """Of each partition how many rows stand before it."""
    of = {row["partition"]: row["rows"] for row in sizes}
    starts, before = [], 0
    for partition in range(max(of, default=-1) + 1):
        starts.append(sql.lit(before).cast("long"))
        before += of.get(partition, 0)
    return sql.array(*starts)
