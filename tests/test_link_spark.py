"""Linking on a Spark cluster of this machine gives what linking on one machine gives."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.link.fitted import fitted_weights
from features.link.records import link_table
from features.link.table import block
from features.link.weights import dump_weights, read_weights
from xiezhi.cli import run
from xiezhi.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytest.importorskip("pyspark", reason="pyspark is not installed")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)

# Said whenever Spark is used beside pandas 3; only Arrow is used here.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]

_SCRIPTS = Path(__file__).parents[1] / "benchmarks" / "linkage"
_SETTINGS: dict[str, bool | float | int | str | None] = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    # Small jobs are over before compiled code pays.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "3",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]").config(map=_SETTINGS)
        warehouse = tmp_path_factory.mktemp("spark")
        session = builder.config("spark.local.dir", str(warehouse)).getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Chinese records of the benchmark, and Latin ones with passports, with a column of their own."""
    folder = tmp_path_factory.mktemp("records")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(_SCRIPTS)
        importlib.import_module("generate").write(folder, 1_600, 11)
    table = pq.read_table(folder / "records.parquet")
    mixed = pa.concat_tables([table, _latin(200, table.schema)])
    trade = pa.array([("shop", "Shop ", "mill", None)[i % 4] for i in range(mixed.num_rows)])
    return mixed.append_column("trade", trade)


def _latin(count: int, schema: pa.Schema) -> pa.Table:
    rng = np.random.default_rng(3)
    given, last = ["Robert", "Bob", "R.", "Maria", "Marla", "Jon"], ["Smith", "Smyth", "O'Neil", "de la Cruz"]
    rows = []
    for i in range(count):
        first, family = rng.choice(given), rng.choice(last)
        rows.append(
            {
                "record_id": f"l{i:04}",
                "kind": "person",
                "name": f"{family}, {first}" if i % 3 else f"{first} {family} Jr.",
                "id_number": f"P{rng.integers(40):07}" if i % 4 == 0 else None,
                "birth_date": f"19{rng.integers(60, 64)}-0{rng.integers(1, 4)}-1{rng.integers(10)}",
                "phone": f"020 7946 0{rng.integers(100, 140)}" if i % 2 else None,
                "address": f"{rng.integers(1, 9)} High Street, Leeds LS1 {rng.integers(1, 4)}AB",
            }
        )
    return pa.Table.from_pylist(rows, schema=schema)


Compared = Mapping[tuple[str, str], float]


def pairs_of(table: pa.Table) -> Compared:
    """Compared pairs and their probabilities."""
    left, right, chances = (table.column(name).to_pylist() for name in table.column_names)
    return dict(zip(zip(left, right, strict=True), chances, strict=True))


def entities_of(table: pa.Table) -> dict[str, str]:
    """Record -> entity."""
    return dict(
        zip(table.column("record_id").to_pylist(), table.column("entity_id").to_pylist(), strict=True)
    )


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    """The table in another order."""
    return table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))


def largest_difference(one: Compared, other: Compared) -> float:
    """Of the probabilities of the same pairs."""
    assert one.keys() == other.keys()
    return max(abs(one[pair] - other[pair]) for pair in one)


def test_the_command_with_a_model_given(
    spark: SparkSession,
    records: pa.Table,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        block, "SMALL", 500
    )  # persons are more: they meet by rules, organisations each with each
    file, out, pairs = tmp_path / "weights.toml", tmp_path / "entities", tmp_path / "pairs"
    free = link_table(records)
    file.write_text(dump_weights(fitted_weights(free.linked)), encoding="utf-8")
    monkeypatch.setattr(block, "LEAST_PAIRS", 150)
    monkeypatch.setattr(block, "PAIRS_A_MENTION", 0)
    one = link_table(records, (), read_weights(file))
    assert one.pairs().num_rows < free.pairs().num_rows  # the budget of a rule is felt
    (tmp_path / "records").mkdir()
    for i, start in enumerate(range(0, records.num_rows, 500)):
        part = shuffled(records, 1).slice(start, 500)
        pq.write_table(part, tmp_path / "records" / f"{i}.parquet")
    asked = ["link", "spark", str(tmp_path / "records"), "--out", str(out), "--pairs", str(pairs), "--json"]
    assert run([*asked, "--weights", str(file)]) == 0
    wanted = pairs_of(one.pairs())
    assert largest_difference(wanted, pairs_of(pq.read_table(pairs))) < 1e-9
    assert entities_of(pq.read_table(out)) == entities_of(one.entities)
    assert json.loads(capsys.readouterr().out) == {
        "records": records.num_rows,
        "entities": len(set(entities_of(one.entities).values())),
        "pairs": len(wanted),
    }
    assert run(asked) == 4  # never over what is there


def test_a_model_fitted_there(
    spark: SparkSession, records: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from features.link.spark.run import link_on_spark

    monkeypatch.setattr(block, "SMALL", 0)
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    some = records.filter(pa.compute.equal(records.column("kind"), "person")).slice(600)
    one = link_table(some, ("trade",))
    found = link_on_spark(spark.createDataFrame(shuffled(some, 2)).repartition(1), ("trade",))
    assert largest_difference(pairs_of(one.pairs()), pairs_of(found.pairs.toArrow())) < 1e-9
    assert entities_of(found.entities.toArrow()) == entities_of(one.entities)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda table: table.drop_columns("name"), "missing-column"),
        (lambda table: pa.concat_tables([table, table]), "duplicate-record-id"),
        (lambda table: table.set_column(1, "kind", pa.array(["alien"] * len(table))), "kind"),
    ],
)
def test_tables_that_cannot_be_used(
    spark: SparkSession, records: pa.Table, change: Callable[[pa.Table], pa.Table], code: str
) -> None:
    from features.link.spark.run import link_on_spark

    with pytest.raises(InputError) as raised:
        link_on_spark(spark.createDataFrame(change(records.slice(0, 20))))
    assert raised.value.code == code


def test_people_of_whom_nothing_is_known(spark: SparkSession) -> None:
    from features.link.spark.run import link_on_spark

    table = pa.table({"record_id": ["a", "b", "c"], "name": ["某某", "李某某", "张某"]})
    found = link_on_spark(spark.createDataFrame(table))
    one = link_table(table)
    assert entities_of(found.entities.toArrow()) == entities_of(one.entities)
    assert pairs_of(found.pairs.toArrow()) == pairs_of(one.pairs())


def test_a_table_that_is_not_there(spark: SparkSession, home: Path, tmp_path: Path) -> None:
    assert run(["link", "spark", str(tmp_path / "none.parquet"), "--out", str(tmp_path / "x")]) == 4
