"""Spark: `spark_peer.py FOLDER frames|kernel`. The frames DuckDB is asked, without distinct counts, which Spark refuses; or
our kernel by key, all features. Prints seconds and how many values differ from ours, as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from asked import ASKED, DISTINCT, LEARNED, answers
from frames import whole_query
from ours import question_of, read_docket
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from features.history.spark.run import answer_on_spark, docket_tables

UNBOUNDED = 1 << 40


def main(folder: Path, way: str) -> None:
    """Answer and compare."""
    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "8").config("spark.driver.memory", "6g")
    builder = builder.config("spark.log.level", "ERROR")
    spark = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    out = str(folder / f"spark {way}")
    names = [line.name for line in ASKED if way == "kernel" or line not in DISTINCT]
    start = perf_counter()
    found = run_kernel(spark, folder) if way == "kernel" else run_frames(spark, folder)
    found.write.mode("overwrite").parquet(out)
    seconds = perf_counter() - start
    table = spark.read.parquet(out).orderBy("n").toArrow()
    ours, differ = np.load(answers(folder), mmap_mode="r"), 0
    for name in names:
        wanted = ours[:, [line.name for line in ASKED].index(name)]
        values = table.column(name).cast("double").fill_null(float("nan")).to_numpy()
        if name in {line.name for line in LEARNED}:
            values = np.nan_to_num(values)
        differ += int((~np.isclose(values, wanted, rtol=1e-12, atol=0, equal_nan=True)).sum())
    print(json.dumps({"seconds": seconds, "features": len(names), "differ": differ}))
    spark.stop()


def run_frames(spark: SparkSession, folder: Path) -> Any:
    """Window frames in SQL, the text DuckDB gets."""
    for name in ("filings", "happenings"):
        spark.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)
    lines = [line for line in ASKED if line not in LEARNED and line not in DISTINCT]
    return spark.sql(whole_query(lines))


def run_kernel(spark: SparkSession, folder: Path) -> Any:
    """Our kernel on the partitions of the keys."""
    tables = write_tables(folder)
    filings, seen, learned = (spark.read.parquet(str(path)) for path in tables)
    found = answer_on_spark(filings, seen, learned, [question_of(line) for line in ASKED], UNBOUNDED)
    columns = [sql.col(f"q{i}").alias(line.name) for i, line in enumerate(ASKED)]
    return found.select(sql.col("filing_id").cast("long").alias("n"), *columns)


def write_tables(folder: Path) -> list[Path]:
    """The docket as the three tables the kernel on Spark reads, made once."""
    paths = [folder / f"docket {name}.parquet" for name in ("filings", "appearances", "happenings")]
    if not paths[-1].exists():
        for path, table in zip(paths, docket_tables(read_docket(folder)), strict=True):
            pq.write_table(table, path)
    return paths


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
