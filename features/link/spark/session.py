"""A session on Spark, and what is said where it does not go."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, Final

from xiezhi.errors import InputError, XiezhiError

if TYPE_CHECKING:
    from pyspark.errors import AnalysisException
    from pyspark.sql import SparkSession

_PARTITIONS: Final = "spark.sql.shuffle.partitions"
_FOR_CLUSTERS: Final = "200"
"""What Spark takes where nobody says; on one machine most of the time would go into starting tasks."""

_PER_CORE: Final = 2


def open_session(name: str, master: str | None) -> SparkSession:
    """The session `spark-submit` gave, or one of our own of this name. Raises XiezhiError where there is no Spark."""
    # Only Arrow is used of what Spark offers Python, so that the version of pandas does not matter.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _no_spark() from error
    builder = SparkSession.builder.appName(name).config("spark.ui.showConsoleProgress", "false")
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


def refuse_what_is_there(spark: SparkSession, path: str) -> None:
    """Raises InputError where there is something at the path: a folder on a cluster is not ours to replace."""
    from pyspark.errors import AnalysisException

    try:
        spark.read.text(path)
    except AnalysisException:
        return
    raise InputError(f"{path} 已存在。", f"{path} is there already.", code="exists")


def unreadable(error: AnalysisException) -> InputError:
    """What is said where Spark cannot read or write."""
    return InputError(
        f"Spark 无法读写：{error.getCondition()}。",
        f"Spark cannot read or write: {error.getCondition()}.",
        code="unreadable",
    )
