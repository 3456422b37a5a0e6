"""History's questions on a Spark cluster of this machine give what the kernel gives on one machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from dockets import Rows, ask_as_filed, rows
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_history_oracle import QUESTIONS, SCOPED, SLOTS

from features.history.docket import Docket
from features.history.kernel import History

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytest.importorskip("pyspark", reason="pyspark is not installed")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]
ASKED = [replace(question, slot=slot) for slot in SLOTS for question in [*QUESTIONS[::2], *SCOPED[::2]]]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    chosen: dict[str, bool | float | int | str | None] = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "3",
        "spark.ui.enabled": "false",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = SparkSession.builder.master("local[2]").config(map=chosen).getOrCreate()
        yield session
        session.stop()


def tables(spark: SparkSession, docket: Docket) -> tuple[DataFrame, DataFrame, DataFrame]:
    """The docket as three tables, in no order."""
    mixed = np.random.default_rng(1).permutation
    filings, seen = mixed(len(docket.filing_ids)), mixed(len(docket.key))
    learned, court = mixed(len(docket.happening_kind)), np.array(docket.courts)
    ids = docket.filing_ids
    found = (
        {
            "filing_id": ids[filings].astype(str),
            "filed_at": docket.filed_at[filings],
            "cents": pa.array([None if c < 0 else c for c in docket.cents[filings].tolist()], pa.int64()),
            "family": docket.family[filings],
            "proceeding": docket.proceeding[filings],
            "court": court[docket.court[filings]],
        },
        {
            "key": docket.key[seen],
            "filing_id": ids[docket.key_filing[seen]].astype(str),
            "role": docket.key_role[seen],
        },
        {
            "filing_id": ids[docket.happening_filing[learned]].astype(str),
            "kind": docket.happening_kind[learned],
            "known": docket.happening_known[learned],
        },
    )
    one, two, three = (spark.createDataFrame(pa.table(columns)) for columns in found)
    return one, two, three


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(docket=rows(), most=st.sampled_from([2, 1_000]))
def test_spark_gives_the_same(spark: SparkSession, docket: Rows, most: int) -> None:
    from features.history.spark.run import answer_on_spark

    built = docket.docket()
    queries = ask_as_filed(built)
    history = History(built, most)
    here = np.stack([history.answer(question, queries) for question in ASKED], axis=1)
    found = answer_on_spark(*tables(spark, built), ASKED, most).toArrow().sort_by("filing_id")
    there = np.stack([found.column(f"q{i}").to_numpy() for i in range(len(ASKED))], axis=1)
    np.testing.assert_array_equal(there.astype(float), here[np.argsort(built.filing_ids.astype(str))])
