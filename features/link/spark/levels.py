"""Pairs compared in Spark's workers by the one `Comparer`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.link.spark.batches import map_tables, pack
from features.link.spark.mentions import Mentions, Shape, quoted
from features.link.table.levels import Comparer


def compared_fields(shape: Shape) -> tuple[str, ...]:
    """The fields that are compared, in the order of the levels."""
    return Comparer(shape.columns(), shape.extra).fields


def compare(mentions: Mentions, pairs: DataFrame) -> DataFrame:
    """`left`, `right`, `levels` (packed, see `pack`), `vetoed` of pairs `left`, `right`."""
    shape = mentions.shape

    def judge(table: pa.Table) -> pa.Table:
        columns = shape.columns(table.column("one"), table.column("other"))
        at = np.arange(table.num_rows, dtype=np.int32)
        found = Comparer(columns, shape.extra).compare(at, at + np.int32(table.num_rows))
        of = [table.column("left"), table.column("right"), pack(found.levels), pa.array(found.vetoed)]
        return pa.table(of, ["left", "right", "levels", "vetoed"])

    # A struct of nothing is none to Spark: mentions that say nothing at all have their position in it.
    fields = sql.struct(*(quoted(name) for name in shape.fields or ("position",)))
    one = mentions.frame.select(sql.col("position").alias("left"), fields.alias("one"))
    other = mentions.frame.select(sql.col("position").alias("right"), fields.alias("other"))
    schema = {"left": "long", "right": "long", "levels": "binary", "vetoed": "boolean"}
    return map_tables(pairs.join(one, "left").join(other, "right"), schema, judge)
