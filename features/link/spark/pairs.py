"""Blocking on Spark: the pairs that `features.link.table.block` finds, by the same rules, caps and budget."""

from __future__ import annotations

from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as sql

from features.link.spark.mentions import Mentions, quoted
from features.link.table import block


def find_pairs(mentions: Mentions) -> DataFrame:
    """`left`, `right`: positions, left < right, each pair once."""
    if mentions.size <= block.SMALL:
        positions = mentions.frame.select(sql.col("position").alias("left"))
        others = mentions.frame.select(sql.col("position").alias("right"))
        return positions.crossJoin(others).where("left < right")
    found = [_sharing(mentions)]
    if {"number", "repairs"} <= mentions.keys.keys():
        found.append(_repaired(mentions))
    return reduce(DataFrame.union, found).distinct()


def arrow_pairs(mentions: Mentions, left: pa.Array, right: pa.Array) -> DataFrame:
    """Given pairs of positions."""
    spark = mentions.frame.sparkSession
    table = pa.table({"left": left.cast(pa.int64()), "right": right.cast(pa.int64())})
    return spark.createDataFrame(table)


def _sharing(mentions: Mentions) -> DataFrame:
    """Pairs that share a key that not too many hold.

    Keys are hashed to 64 bits: two different ones meet once in 2**64, and are then compared for nothing. Holders are
    counted before they are gathered, so that no list grows beyond the cap.
    """
    rules = block.rules_of(mentions.shape.kind, mentions.shape.extra)
    rules = [rule for rule in rules if all(name in mentions.keys for name in rule.fields)]
    shown = []
    for i, rule in enumerate(rules):
        columns = [quoted(mentions.keys[name]) for name in rule.fields]
        known = reduce(lambda a, b: a & b, [column.isNotNull() for column in columns])
        shown.append(
            sql.struct(sql.lit(i).alias("rule"), sql.when(known, sql.xxhash64(*columns)).alias("key"))
        )
    empty = sql.array().cast("array<struct<rule:int,key:bigint>>")
    each = sql.explode(sql.array(*shown) if shown else empty).alias("of")
    keys = (
        mentions.frame.select("position", each)
        .select("position", "of.rule", "of.key")
        .where("key is not null")
    )
    cap = sql.array(*(sql.lit(rule.cap) for rule in rules), sql.lit(0))[sql.col("rule")]
    counts = keys.groupBy("rule", "key").agg(sql.count("*").alias("holders"))
    shared = counts.where((sql.col("holders") > 1) & (sql.col("holders") <= cap))
    held = shared.join(_affordable(shared, mentions.size), ["rule", "holders"]).select("rule", "key")
    groups = keys.join(held, ["rule", "key"]).groupBy("rule", "key")
    holders = groups.agg(sql.sort_array(sql.collect_list("position")).alias("holders"))
    first = holders.select("holders", sql.posexplode("holders").alias("at", "left"))
    after = sql.slice("holders", sql.col("at") + 2, sql.size("holders"))
    return first.select("left", sql.explode(after).alias("right"))


def _affordable(shared: DataFrame, mentions: int) -> DataFrame:
    """`rule`, `holders`: how many may hold a key so that the rule proposes no more than it may."""
    pairs = sql.sum(sql.col("holders") * (sql.col("holders") - 1) / 2)
    sizes = shared.groupBy("rule", "holders").agg(pairs.alias("pairs"))
    so_far = sql.sum("pairs").over(Window.partitionBy("rule").orderBy("holders"))
    affordable = sizes.withColumn("pairs", so_far).where(sql.col("pairs") <= block.most_pairs(mentions))
    return affordable.select("rule", "holders")


def _repaired(mentions: Mentions) -> DataFrame:
    """Pairs of a misread number and a valid one that it may stand for."""
    misread = mentions.frame.where("repairs is not null")
    wanted = misread.select(
        sql.col("position").alias("mention"), sql.explode(sql.split("repairs", " ")).alias("number")
    )
    holders = mentions.frame.select("number", "position").join(wanted, "number", "left_semi")
    place = sql.row_number().over(Window.partitionBy("number").orderBy("position"))
    first = holders.withColumn("place", place).where(sql.col("place") <= block.REPAIR_CAP)
    met = wanted.join(first, "number").where("mention != position")
    return met.select(
        sql.least("mention", "position").alias("left"), sql.greatest("mention", "position").alias("right")
    )
