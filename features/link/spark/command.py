"""The body of `xiezhi link spark`: a table of party records linked on a Spark cluster."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from features.link.spark.session import open_session, refuse_what_is_there, unreadable
from features.link.weights import read_weights
from xiezhi.cli import DONE
from xiezhi.progress import stage
from xiezhi.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WORDS = {
    "zh": "{records} 条记录，{entities} 个主体；比对 {pairs} 对",
    "en": "{records} records, {entities} entities; {pairs} pairs compared",
}


@dataclass(frozen=True)
class SparkJob:
    """What to link and what to write of it; `records`, `out` and `pairs` are anything Spark can name."""

    records: str
    out: str
    pairs: str | None
    weights: Path | None
    compare: tuple[str, ...]
    master: str | None


def link_on_cluster(job: SparkJob, *, as_json: bool) -> int:
    """Link a table on Spark and say what came of it. Raises InputError, XiezhiError."""
    weights = read_weights(job.weights) if job.weights else None
    spark = open_session("xiezhi link", job.master)
    from pyspark.errors import AnalysisException

    from features.link.spark.run import link_on_spark

    for path in filter(None, (job.out, job.pairs)):
        refuse_what_is_there(spark, path)
    try:
        with stage("关联 linking") as advance:
            links = link_on_spark(_read(spark, job.records), job.compare, weights, advance)
        links.entities.write.parquet(job.out)
        if job.pairs:
            links.pairs.write.parquet(job.pairs)
    except AnalysisException as error:
        raise unreadable(error) from error
    found = {
        "records": links.entities.count(),
        "entities": links.entities.select("entity_id").distinct().count(),
        "pairs": links.pairs.count(),
    }
    language = "zh" if Settings().language.startswith("zh") else "en"
    print(json.dumps(found) if as_json else _WORDS[language].format(**found))
    return DONE


def _read(spark: SparkSession, records: str) -> DataFrame:
    """A CSV table (UTF-8, with a header) or one in Parquet."""
    if records.endswith((".csv", ".csv.gz")):
        return spark.read.csv(records, header=True, multiLine=True, escape='"')
    return spark.read.parquet(records)
