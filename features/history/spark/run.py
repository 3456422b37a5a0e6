"""From tables on Spark to answers: gathered by key, answered by the kernel, the best of a filing's keys taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from features.history.aggregate import SMALLEST, Aggregate
from features.history.docket import Docket
from features.history.kernel import MOST_READ
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code
from features.history.spark.partition import answer_partition
from features.link.spark.batches import map_tables

_PARTY: Final = namespace_code("party")


def docket_tables(docket: Docket) -> tuple[pa.Table, pa.Table, pa.Table]:
    """A docket as the three tables `answer_on_spark` reads."""
    ids, courts = docket.filing_ids.astype(str), np.array(docket.courts, dtype=str)
    filings = {
        "filing_id": ids,
        "filed_at": docket.filed_at,
        "cents": pa.array(docket.cents, mask=docket.cents < 0),
        "family": docket.family,
        "proceeding": docket.proceeding,
        "court": courts[docket.court],
    }
    seen = {"key": docket.key, "filing_id": ids[docket.key_filing], "role": docket.key_role}
    learned = {
        "filing_id": ids[docket.happening_filing],
        "kind": docket.happening_kind,
        "known": docket.happening_known,
        "until": docket.happening_until,
    }
    return pa.table(filings), pa.table(seen), pa.table(learned)


def answer_on_spark(
    filings: DataFrame,
    appearances: DataFrame,
    happenings: DataFrame,
    questions: Sequence[Aggregate],
    most_read: int = MOST_READ,
) -> DataFrame:
    """The answers for every filing as of its own moment: `filing_id`, `filed_at` and `q0`, `q1` …, null where unknown.

    filings: filing_id, filed_at (moment), cents (null where unknown), family, proceeding (codes of
    `features.history.docket`), court. appearances: key, filing_id, role. happenings: filing_id, kind (code), known
    and until (moments).
    """
    rows = appearances.join(_told(filings, appearances, happenings), "filing_id").repartition("key")
    names = [f"q{i}" for i in range(len(questions))]
    schema = {"filing_id": "string", **dict.fromkeys(names, "double")}
    asked = tuple(questions)
    found = map_tables(rows, schema, lambda table: answer_partition(table, asked, most_read), rows=None)
    best = [
        (sql.min if question.kind in SMALLEST else sql.max)(name).alias(name)
        for name, question in zip(names, questions, strict=True)
    ]
    return filings.select("filing_id", "filed_at").join(
        found.groupBy("filing_id").agg(*best), "filing_id", "left"
    )


def _told(filings: DataFrame, appearances: DataFrame, happenings: DataFrame) -> DataFrame:
    """The filings with the parties of each side and what happened, as lists."""
    is_party = sql.shiftright("key", NAMESPACE_SHIFT) == _PARTY
    told = filings
    for name, role in (("plaintiffs", PLAINTIFF), ("defendants", DEFENDANT)):
        side = appearances.where(is_party & (sql.col("role") == role))
        parties = side.groupBy("filing_id").agg(sql.collect_set("key").alias(name))
        told = told.join(parties, "filing_id", "left")
    learned = happenings.groupBy("filing_id").agg(
        *(sql.collect_list(name).alias(f"{name}s") for name in ("kind", "known", "until"))
    )
    return told.join(learned, "filing_id", "left")
