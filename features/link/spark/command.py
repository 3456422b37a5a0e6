"""The body of `xiezhi link spark`: a table of party records linked on a Spark cluster."""

from __future__ import annotations

import json
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from features.link.weights import read_weights
from xiezhi.cli import DONE
from xiezhi.errors import InputError, XiezhiError
from xiezhi.progress import stage
from xiezhi.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WORDS = {
    "zh": "{records} 条记录，{entities} 个主体；比对 {pairs} 对",
    "en": "{records} records, {entities} entities; {pairs} pairs compared",
}

_PARTITIONS: Final = "spark.sql.shuffle.partitions"
_FOR_CLUSTERS: Final = "200"
"""What Spark takes where nobody says; on one machine most of the time would go into starting tasks."""

_PER_CORE: Final = 2


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
    spark = _session(job.master)
    from pyspark.errors import AnalysisException

    from features.link.spark.run import link_on_spark

    for path in filter(None, (job.out, job.pairs)):
        _refuse_what_is_there(spark, path)
    try:
        with stage("关联 linking") as advance:
            links = link_on_spark(_read(spark, job.records), job.compare, weights, advance)
        links.entities.write.parquet(job.out)
        if job.pairs:
            links.pairs.write.parquet(job.pairs)
    except AnalysisException as error:
        raise InputError(
            f"Spark 无法读写：{error.getCondition()}。",
            f"Spark cannot read or write: {error.getCondition()}.",
            code="unreadable",
        ) from error
    found = {
        "records": links.entities.count(),
        "entities": links.entities.select("entity_id").distinct().count(),
        "pairs": links.pairs.count(),
    }
    language = "zh" if Settings().language.startswith("zh") else "en"
    print(json.dumps(found) if as_json else _WORDS[language].format(**found))
    return DONE


def _session(master: str | None) -> SparkSession:
    """The session `spark-submit` gave, or one of our own. Raises XiezhiError where there is no Spark."""
    # Only Arrow is used of what Spark offers Python, so that the version of pandas does not matter.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _no_spark() from error
    builder = SparkSession.builder.appName("xiezhi link").config("spark.ui.showConsoleProgress", "false")
    # What Spark spills to disk holds names and identity numbers.
    builder = builder.config("spark.io.encryption.enabled", "true")
    builder = builder.config("spark.log.level", "ERROR")
    try:
        spark = (builder.master(master) if master else builder).getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise _no_spark() from error
    context = spark.sparkContext
    if str(context.master).startswith("local") and spark.conf.get(_PARTITIONS) == _FOR_CLUSTERS:
        spark.conf.set(_PARTITIONS, str(_PER_CORE * context.defaultParallelism))
    return spark


def _no_spark() -> XiezhiError:
    return XiezhiError(
        "未能启动 Spark：需要 Java 17 以上及 pip install 'xiezhi[spark]'。",
        "Spark does not start: it needs Java 17 or newer and pip install 'xiezhi[spark]'.",
        code="no-spark",
    )


def _refuse_what_is_there(spark: SparkSession, path: str) -> None:
    """Raises InputError where there is something at the path: a folder on a cluster is not ours to replace."""
    from pyspark.errors import AnalysisException

    try:
        spark.read.text(path)
    except AnalysisException:
        return
    raise InputError(f"{path} 已存在。", f"{path} is there already.", code="exists")


def _read(spark: SparkSession, records: str) -> DataFrame:
    """A CSV table (UTF-8, with a header) or one in Parquet."""
    if records.endswith((".csv", ".csv.gz")):
        return spark.read.csv(records, header=True, multiLine=True, escape='"')
    return spark.read.parquet(records)
