"""Whole rows on Spark: what is asked key by key comes from the keys' partitions, all else is filled slice by slice.

A slice of filings needs the neighbourhoods of its filings and the norms of their causes, which lie anywhere in the
docket: of it the columns these read go to every machine (decision 0012). Who fills is `features.rows` here as there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from features.history.aggregate import Common, Density, Reach, Together
from features.history.docket import Docket
from features.history.fetch import load_docket
from features.history.kernel import MOST_READ, History
from features.history.keys import namespace_code
from features.history.recent import RecentAmounts
from features.history.slots import SLOTS
from features.history.spark.run import answer_on_spark, docket_tables
from features.link.spark.batches import map_tables
from features.pipeline import by_filing
from features.registry import FEATURE_NAMES, FEATURES
from features.rows import ASKED, fill_others, queries_at, to_arrow
from xiezhi.clock import Moment
from xiezhi.progress import Advance, silent
from xiezhi.store import Store
from xiezhi.store.claim_relations import RelatedFiling, every_relation
from xiezhi.store.filings import iterate_bodies, read_body

_PAGE: Final = 50_000
"""Filings handed to Spark at a time: their texts pass through the memory of the one who reads the store."""


def build_on_spark(
    store: Store,
    spark: SparkSession,
    out: str,
    *,
    since: Moment | None = None,
    before: Moment | None = None,
    most_read: int = MOST_READ,
    advance: Advance = silent,
) -> int:
    """Write the rows `features.pipeline.build_table` has for the store's filings as Parquet files at `out`; how many.

    In no order. since, before, most_read: as there.
    """
    with store.read() as connection:
        docket = load_docket(connection, before)
        relations = by_filing(every_relation(connection))
        filings, seen, learned = (spark.createDataFrame(table) for table in docket_tables(docket))
        answers = answer_on_spark(filings, seen, learned, list(ASKED.values()), most_read)
        # In order of time, as pages are: of what is kept a page reads its own part alone.
        answers = answers.repartitionByRange("filed_at").sortWithinPartitions("filed_at").persist()
        shared = spark.sparkContext.broadcast(Surroundings(_part_shared(docket), most_read))
        schema = {"filing_id": "string", "as_of": "bigint", **dict.fromkeys(FEATURE_NAMES, "double")}
        done, bodies = 0, iterate_bodies(connection, since, before)
        while page := list(islice(bodies, _PAGE)):
            told = _tell(page, docket, relations)
            first, last = (int(docket.filed_at[told.column("place")[end].as_py()]) for end in (0, -1))
            answered = answers.where(sql.col("filed_at").between(first, last)).drop("filed_at")
            rows = spark.createDataFrame(told).join(answered, "filing_id")
            slices = rows.repartition(spark.sparkContext.defaultParallelism)
            filled = map_tables(slices, schema, lambda table: shared.value.fill(table), rows=None)
            filled.write.mode("append").parquet(out)
            done += len(page)
            advance(done, len(docket.filing_ids))
        answers.unpersist()
        shared.destroy()
    return done


class Surroundings:
    """What every machine holds of the docket, and the rows it fills with it."""

    def __init__(self, docket: Docket, most_read: int) -> None:
        self._docket, self._most_read = docket, most_read

    @cached_property
    def _history(self) -> History:
        return History(self._docket, self._most_read)

    def fill(self, table: pa.Table) -> pa.Table:
        """Rows of the registry for a slice of filings: `filing_id`, `as_of`, the features."""
        table = table.sort_by("place")
        filings = [read_body(body) for body in table.column("body").to_pylist()]
        relations = {
            filing.filing_id: [RelatedFiling(**relation) for relation in json.loads(told)]
            for filing, told in zip(filings, table.column("relations").to_pylist(), strict=True)
        }
        places = table.column("place").to_numpy().astype(np.int64)
        as_of = self._docket.filed_at[places]
        values = np.empty((len(filings), len(FEATURES)), order="F")
        for i, column in enumerate(ASKED):
            values[:, column] = table.column(f"q{i}").to_numpy()
        queries = queries_at(self._docket, places, filings, as_of)
        recent = RecentAmounts(self._docket)
        fill_others(values, self._history, recent, filings, queries, relations, silent)
        return to_arrow(table.column("filing_id").to_pylist(), as_of, values)


def _tell(
    page: Sequence[tuple[str, str]], docket: Docket, relations: Mapping[str, Sequence[RelatedFiling]]
) -> pa.Table:
    """Filings as rows: `filing_id`, `place` in the docket, `body`, and their `relations`, as JSON."""
    ids, bodies = zip(*page, strict=True)
    told = [json.dumps([asdict(relation) for relation in relations.get(i, ())]) for i in ids]
    places = np.array([docket.position[i] for i in ids])
    return pa.table({"filing_id": ids, "place": places, "body": bodies, "relations": told})


def _part_shared(docket: Docket) -> Docket:
    """The docket without what only answers key by key read: other keys, happenings, ids."""
    codes = [namespace_code(namespace) for namespace in set(_namespaces())]
    rows, none = np.flatnonzero(np.isin(docket.namespace, codes)), np.zeros(0, np.int64)
    return replace(
        docket,
        filing_ids=np.arange(len(docket.filing_ids)),
        key=docket.key[rows],
        key_filing=docket.key_filing[rows],
        key_role=docket.key_role[rows],
        happening_filing=none,
        happening_kind=none,
        happening_known=none,
        happening_until=none,
    )


def _namespaces() -> Iterator[str]:
    """Those whose keys the neighbourhood's questions read."""
    for feature in FEATURES:
        question: Any = feature.compute
        if isinstance(question, Together | Common):
            yield from (SLOTS[question.slot][0], SLOTS[question.other][0])
        if isinstance(question, Common):
            yield question.through
        if isinstance(question, Density):
            yield SLOTS[question.slot][0]
        if isinstance(question, Density | Reach):
            yield "party"
