"""Weights of pairs on Spark: values counted and pairs told apart by Spark, weighed on the driver by pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.link.spark.batches import map_tables, numbers, unpack
from features.link.spark.levels import compare
from features.link.spark.mentions import Mentions, quoted
from features.link.spark.pairs import arrow_pairs
from features.link.table.em import VETO, Model, Patterns, count_u, fit, sure_share, weigh
from features.link.table.engine import counted_levels, random_pairs
from features.link.table.rarity import (
    background_of,
    counted_columns,
    pair_bits,
    scripts_of,
    value_bits,
)
from features.link.weights import KindWeights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bearers:
    """Who bears the values, as far as mentions are told apart. frame: `position`, `cluster` of those that are not
    alone; entities: how many there are in all."""

    frame: DataFrame
    entities: int


class Weigher:
    """Log-odds of the pairs of one kind."""

    def __init__(self, mentions: Mentions, weights: KindWeights) -> None:
        self._mentions, self._weights = mentions, weights
        shape = mentions.shape
        self._fields = shape.compared
        columns = shape.columns()
        self._sources = sorted(counted_columns(columns, self._fields))
        self._counted = counted_levels(columns, self._fields)
        self._m, u = weights.tables(shape.kind, self._fields)
        self._u = {field: np.where(self._counted[field], 1.0, u[field]) for field in self._fields}
        self._random = self._random_levels() if weights.prior_bits is None else None

    def tell_rarity(self, compared: DataFrame, bearers: Bearers | None) -> DataFrame:
        """The compared pairs with `half`: half bits that the rarity of what they agree on adds."""
        kind, fields, sources = self._mentions.shape.kind, self._fields, self._sources

        def add_up(table: pa.Table) -> pa.Table:
            levels = unpack(table.column("levels"), len(fields))

            def of(source: str, at: NDArray[np.int64]) -> Floats:
                bits: Floats = table.column(f"bits {source}").fill_null(0.0).to_numpy()
                return bits[at]

            half = np.round(pair_bits(kind, fields, levels, sources, of) * 2).astype(np.int32)
            return table.select(["left", "right", "levels", "vetoed"]).append_column("half", pa.array(half))

        schema = {"left": "long", "right": "long", "levels": "binary", "vetoed": "boolean", "half": "int"}
        known = self._rarity_of_mentions(bearers).withColumnRenamed("position", "left")
        return map_tables(compared.join(known, "left", "left"), schema, add_up)

    def weigh(self, pairs: DataFrame) -> DataFrame:
        """`left`, `right`, `bits` (`VETO` where it cannot be) and `chance` of pairs that know their `half`."""
        counted = pairs.groupBy("levels", "half").count().toArrow()
        levels = unpack(counted.column("levels"), len(self._fields))
        counts = numbers(counted, "count").astype(np.float64)
        nobody = np.empty(0, np.int32)
        patterns = Patterns(self._fields, levels, numbers(counted, "half") / 2, counts, nobody)
        bits = weigh(patterns, self._model(patterns), self._mentions.shape.kind, self._mentions.size)
        known = counted.select(["levels", "half"])
        known = known.append_column("bits", pa.array(bits)).append_column("chance", pa.array(_chances(bits)))
        told = pairs.join(sql.broadcast(pairs.sparkSession.createDataFrame(known)), ["levels", "half"])
        never = {"bits": VETO, "chance": float(_chances(np.array(VETO)))}
        return told.select(
            "left",
            "right",
            *(
                sql.when(sql.col("vetoed"), value).otherwise(sql.col(name)).alias(name)
                for name, value in never.items()
            ),
        )

    def _model(self, patterns: Patterns) -> Model:
        """A model that names its prior is taken as it is; else it is fitted, as `link_table` does."""
        if self._random is None:
            return Model(self._m, self._u, self._weights.prior_bits or 0.0)
        size = self._mentions.size
        share = max(sure_share(patterns, size), self._weights.least_share(size))
        u = count_u(self._fields, self._random, self._u, self._counted, self._m, share)
        kind, nobody = self._mentions.shape.kind, np.zeros((2, len(patterns.counts)))
        return fit(patterns, self._m, u, share, kind, size, nobody)

    def _random_levels(self) -> NDArray[np.uint8]:
        left, right = random_pairs(self._mentions.size)
        drawn = arrow_pairs(self._mentions, pa.array(left), pa.array(right))
        counted = compare(self._mentions, drawn).groupBy("levels").count().toArrow()
        levels = unpack(counted.column("levels"), len(self._fields))
        return np.repeat(levels, numbers(counted, "count"), axis=0)

    def _rarity_of_mentions(self, bearers: Bearers | None) -> DataFrame:
        """`position`, and of each counted field `bits <field>`: how much agreeing on the mention's value says more.

        Values that one mention alone shows are left out: no pair agrees on them.
        """
        each = [sql.struct(sql.lit(s).alias("source"), quoted(s).alias("value")) for s in self._sources]
        none = sql.array().cast("array<struct<source:string,value:string>>")
        shown = self._mentions.frame.select(
            "position", sql.explode(sql.array(*each) if each else none).alias("of")
        )
        shown = shown.select("position", "of.source", "of.value").where("value is not null")
        values = shown if bearers is None else shown.join(bearers.frame, "position", "left")
        groups = values.groupBy("source", "value")
        if bearers is None:
            counts = groups.agg(sql.count("*").alias("mentions")).withColumn(
                "others", sql.col("mentions") - 2
            )
        else:
            of = sql.countDistinct(sql.coalesce("cluster", "position"))
            counts = groups.agg(sql.count("*").alias("mentions"), (of - 1).alias("others"))
        total = self._mentions.size if bearers is None else bearers.entities
        bits = self._value_bits(counts.where("mentions > 1"), total)
        told = shown.join(bits, ["source", "value"]).groupBy("position")
        return told.agg(
            sql.count("*").alias("sources"),
            *(
                sql.max(sql.when(sql.col("source") == s, sql.col("bits"))).alias(f"bits {s}")
                for s in self._sources
            ),
        )

    def _value_bits(self, counts: DataFrame, bearers: int) -> DataFrame:
        backgrounds = self._weights.backgrounds

        def weigh_values(table: pa.Table) -> pa.Table:
            bits = np.zeros(table.num_rows)
            sources = np.array(table.column("source").to_pylist(), dtype=object)
            for source in set(sources.tolist()):
                at = np.flatnonzero(sources == source)
                values = table.column("value").take(pa.array(at)).combine_chunks()
                background = background_of(source, backgrounds)
                scripts = None if "any" in background.shares else scripts_of(values)
                bits[at] = value_bits(
                    background, numbers(table, "others")[at].astype(np.float64), bearers, scripts
                )
            return table.select(["source", "value"]).append_column("bits", pa.array(bits))

        return map_tables(counts, {"source": "string", "value": "string", "bits": "double"}, weigh_values)


def _chances(bits: Floats) -> Any:
    return 1 / (1 + np.exp2(-np.clip(bits, -60, 60)))
