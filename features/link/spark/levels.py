"""Pairs compared in Spark's workers by the one `Comparer`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.link.spark.batches import map_tables, pack
from features.link.spark.mentions import Mentions, quoted
from features.link.table.levels import Comparer


def compare(mentions: Mentions, pairs: DataFrame) -> DataFrame:
    """`left`, `right`, `levels` (packed, see `pack`), `vetoed` of pairs `left`, `right`."""
    shape = mentions.shape

    def judge(table: pa.Table) -> pa.Table:
        columns = shape.columns(table.column("one"), table.column("other"))
        at = np.arange(table.num_rows, dtype=np.int32)
        found = Comparer(columns, shape.extra).compare(at, at + np.int32(table.num_rows))
        levels = np.zeros((table.num_rows, len(shape.compared)), np.uint8)
        # A batch may lack fields that others have.
        levels[:, [shape.compared.index(field) for field in found.fields]] = found.levels
        of = [table.column("left"), table.column("right"), pack(levels), pa.array(found.vetoed)]
        return pa.table(of, ["left", "right", "levels", "vetoed"])

    # A struct of nothing is none to Spark: mentions that say nothing at all have their position in it.
    fields = sql.struct(*(quoted(name) for name in shape.fields or ("position",)))
    one = mentions.frame.select(sql.col("position").alias("left"), fields.alias("one"))
    other = mentions.frame.select(sql.col("position").alias("right"), fields.alias("other"))
    schema = {"left": "long", "right": "long", "levels": "binary", "vetoed": "boolean"}
    return map_tables(pairs.join(one, "left").join(other, "right"), schema, judge)
