"""Pairs to clusters on Spark: components on the driver, each component then clustered as on one machine."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.link.compare import VETO_SCHEMES
from features.link.spark.batches import map_tables, numbers
from features.link.spark.evidence import Bearers
from features.link.spark.mentions import Mentions
from features.link.table.cluster import STOP, STRONG, cluster
from features.link.table.columns import Codes, encode

_SCHEMA: Final = {"position": "long", "cluster": "long"}


def find_bearers(mentions: Mentions, weighed: DataFrame) -> Bearers:
    """Clusters by strong pairs alone, good enough to count bearers by: `roughly` on Spark."""
    found = _components(weighed.where(sql.col("bits") > STRONG))
    together = found.num_rows - pc.count_distinct(found.column("cluster")).as_py()
    return Bearers(weighed.sparkSession.createDataFrame(found), mentions.size - together)


def find_clusters(mentions: Mentions, weighed: DataFrame) -> DataFrame:
    """`position`, `cluster` (its smallest position) of those mentions that some link joins to another."""
    found = _components(weighed.where(sql.col("bits") > STOP))
    linked = weighed.sparkSession.createDataFrame(found.rename_columns(["position", "component"]))
    nodes = linked.join(_marks(mentions), "position")
    one, other = (
        nodes.select(
            sql.col("position").alias(side),
            sql.col("component").alias(f"of {side}"),
            sql.col("mark").alias(f"mark {side}"),
        )
        for side in ("left", "right")
    )
    inside = weighed.join(one, "left").join(other, "right").where("`of left` = `of right`")
    return map_tables(inside.repartition("of left"), _SCHEMA, _cluster_components, rows=None)


def _marks(mentions: Mentions) -> DataFrame:
    """`mark`: the one number only its bearer has, if the mention shows it."""
    if "number" not in mentions.shape.fields:
        return mentions.frame.select("position", sql.lit(None).cast("string").alias("mark"))
    single = sql.substring_index("number", ":", 1).isin(*VETO_SCHEMES)
    return mentions.frame.select("position", sql.when(single, sql.col("number")).alias("mark"))


def _components(pairs: DataFrame) -> pa.Table:
    """`position`, `cluster` (smallest position) of the connected components of some pairs.

    Found on the driver, which holds 16 bytes a pair.
    """
    edges = pairs.select("left", "right").toArrow()
    both = np.concatenate([numbers(edges, "left"), numbers(edges, "right")])
    nodes, codes = np.unique(both, return_inverse=True)
    count, size = edges.num_rows, len(nodes)
    graph = coo_array((np.ones(count, np.bool_), (codes[:count], codes[count:])), (size, size))
    parts, component = connected_components(graph, directed=False) if size else (0, np.empty(0, np.int64))
    smallest = np.full(parts, size, np.int64)
    np.minimum.at(smallest, component, np.arange(size))
    return pa.table(
        {"position": nodes.astype(np.int64), "cluster": nodes[smallest[component]].astype(np.int64)}
    )


def _cluster_components(table: pa.Table) -> pa.Table:
    """Clusters of whole components, in the order and with the numbers' order that one machine has."""
    left, right = numbers(table, "left"), numbers(table, "right")
    order = np.lexsort((right, left))
    nodes, inverse = np.unique(np.concatenate([left, right]), return_inverse=True)
    codes: Codes = inverse.astype(np.int32)
    both = [*table.column("mark left").chunks, *table.column("mark right").chunks]
    marks = np.empty(len(nodes), np.int32)
    marks[codes] = encode(pa.chunked_array(both, pa.string())).codes
    a, b = codes[: len(left)][order], codes[len(left) :][order]
    found = cluster(len(nodes), a, b, numbers(table, "bits")[order], marks)
    return pa.table({"position": nodes, "cluster": nodes[found.of]})
