"""A table of party records linked on Spark: who is who as `features.link.records.link_table` says it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.link.records import KINDS
from features.link.spark.clusters import find_bearers, find_clusters
from features.link.spark.evidence import Weigher
from features.link.spark.levels import compare
from features.link.spark.mentions import Mentions, check_records, read_mentions
from features.link.spark.pairs import find_pairs
from features.link.weights import KindWeights, Weights, load_weights
from xiezhi.progress import Advance, silent


@dataclass(frozen=True)
class SparkLinks:
    """Who is who. entities: record_id, entity_id; pairs: record_id_l, record_id_r, match_probability. In no order."""

    entities: DataFrame
    pairs: DataFrame


def link_on_spark(
    frame: DataFrame, extra: Sequence[str] = (), weights: Weights | None = None, advance: Advance = silent
) -> SparkLinks:
    """Who is who in a table of party records, with the results `link_table` has for the same rows and weights.

    frame: columns as in the filing format, "Party records"; `record_id` unique. A model that names its prior is used
    as it is, else the table's own is fitted on the driver from patterns that Spark counts. Raises InputError.
    """
    kinds = (weights or load_weights()).kinds
    rows = check_records(frame, extra)
    found: list[SparkLinks] = []
    for i, kind in enumerate(KINDS):
        found.append(_link_kind(read_mentions(rows, kind, extra), kinds[kind]))
        advance(i + 1, len(KINDS))
    entities = reduce(DataFrame.union, [one.entities for one in found])
    return SparkLinks(entities, reduce(DataFrame.union, [one.pairs for one in found]))


def _link_kind(mentions: Mentions, weights: KindWeights) -> SparkLinks:
    ids = mentions.frame.select("position", "record_id")
    if mentions.size < 2:
        nothing = ids.select(
            sql.col("record_id").alias("record_id_l"), sql.col("record_id").alias("record_id_r")
        )
        pairs = nothing.where("false").withColumn("match_probability", sql.lit(0.0))
        return SparkLinks(ids.select("record_id", sql.col("record_id").alias("entity_id")), pairs)
    with ExitStack() as kept:

        def keep(some: DataFrame) -> DataFrame:
            some.persist()
            kept.callback(some.unpersist)
            return some

        weigher = Weigher(mentions, weights)
        compared = keep(compare(mentions, find_pairs(mentions)))
        first = keep(weigher.tell_rarity(compared, None))
        bearers = find_bearers(mentions, weigher.weigh(first))
        weighed = keep(weigher.weigh(keep(weigher.tell_rarity(compared, bearers))))
        clusters = find_clusters(mentions, weighed)
        entities = _entities(ids, clusters).localCheckpoint()
        return SparkLinks(entities, _pairs(ids, weighed).localCheckpoint())


def _entities(ids: DataFrame, clusters: DataFrame) -> DataFrame:
    leaders = ids.select(sql.col("position").alias("cluster"), sql.col("record_id").alias("entity_id"))
    of = clusters.join(leaders, "cluster").select("position", "entity_id")
    return ids.join(of, "position", "left").select(
        "record_id", sql.coalesce("entity_id", "record_id").alias("entity_id")
    )


def _pairs(ids: DataFrame, weighed: DataFrame) -> DataFrame:
    one = ids.select(sql.col("position").alias("left"), sql.col("record_id").alias("record_id_l"))
    other = ids.select(sql.col("position").alias("right"), sql.col("record_id").alias("record_id_r"))
    told = weighed.join(one, "left").join(other, "right")
    return told.select("record_id_l", "record_id_r", sql.col("chance").alias("match_probability"))
