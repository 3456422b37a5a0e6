"""History's questions on a Spark cluster of this machine give what the kernel gives on one machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dockets import Rows, ask_as_filed, rows
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_history_oracle import QUESTIONS, SCOPED, SLOTS

from features.history.docket import Docket
from features.history.kernel import History
from features.registry import FEATURE_NAMES
from features.simulate import simulate
from xiezhi.cli import DONE, run

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
    from features.history.spark.run import docket_tables

    rng = np.random.default_rng(1)
    mixed = [table.take(pa.array(rng.permutation(len(table)))) for table in docket_tables(docket)]
    one, two, three = (spark.createDataFrame(table) for table in mixed)
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
    filings, appearances, happenings = tables(spark, built)
    found = answer_on_spark(filings, appearances, happenings, ASKED, most).toArrow().sort_by("filing_id")
    there = np.stack([found.column(f"q{i}").to_numpy() for i in range(len(ASKED))], axis=1)
    np.testing.assert_array_equal(there.astype(float), here[np.argsort(built.filing_ids.astype(str))])


def write_parts(docket: Path, out: Path) -> list[Path]:
    """A docket in three folders, to be taken in one after the other: two filings in three; the others, filed at any
    time before; and other versions of some."""
    names = ("filings", "events", "findings")
    lines = {name: (docket / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in names}
    late = {json.loads(line)["filing_id"] for line in lines["filings"][::3]}
    parts = [out / part for part in ("early", "late", "corrected")]
    for part in parts:
        part.mkdir(parents=True)
    for name in names:
        for part, wanted in zip(parts, (False, True), strict=False):
            chosen = [line for line in lines[name] if (json.loads(line)["filing_id"] in late) == wanted]
            (part / f"{name}.jsonl").write_text("\n".join(chosen), encoding="utf-8")
    versions = [json.loads(line) for line in lines["filings"][::4]]
    corrected = [
        {**body, "claim_amount": 12_345.67, "cause": "离婚纠纷", "facts": "更正"} for body in versions
    ]
    text = "\n".join(json.dumps(body, ensure_ascii=False) for body in corrected)
    (parts[2] / "filings.jsonl").write_text(text, encoding="utf-8")
    return parts


@pytest.mark.parametrize("seed", [3, 8])
def test_whole_rows_are_those_of_one_machine(
    spark: SparkSession, home: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole registry, on a docket with corrections and late records."""
    from features.history.spark import rows as whole

    monkeypatch.setattr(whole, "_PAGE", 90)
    simulate(tmp_path / "docket", filings=200, years=1.5, seed=seed)
    for part in write_parts(tmp_path / "docket", tmp_path / "parts"):
        assert run(["ingest", str(part)]) == DONE
    one, other = tmp_path / "one.parquet", tmp_path / "other"
    since = ["--since", "2020-04-01"]
    assert run(["build", "--out", str(one), *since]) == DONE
    assert run(["build", "--out", str(other), *since, "--spark", "local[2]"]) == DONE
    here, there = pq.read_table(one), pq.read_table(other).sort_by("filing_id")
    assert here.column_names == there.column_names
    assert there.num_rows > whole._PAGE
    here = here.sort_by("filing_id")
    assert [name for name in here.column_names if not here.column(name).equals(there.column(name))] == []
    told = [name for name in FEATURE_NAMES if there.column(name).null_count < there.num_rows]
    assert len(told) > len(FEATURE_NAMES) / 2
    assert run(["build", "--out", str(other), "--spark", "local[2]"]) == 4  # never over what is there
