"""The body of `xiezhi link FILE`: a table of party records linked alone."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from features.intake.encodings import detect_encoding
from features.link.fitted import fitted_weights
from features.link.records import link_table
from features.link.report import write_report
from features.link.weights import dump_weights, read_weights
from xiezhi.cli import DONE
from xiezhi.errors import InputError
from xiezhi.progress import stage
from xiezhi.settings import Settings

_WORDS = {
    "zh": "{records} 条记录，{entities} 个主体；比对 {pairs} 对",
    "en": "{records} records, {entities} entities; {pairs} pairs compared",
}


@dataclass(frozen=True)
class TableJob:
    """What to link and what to write of it."""

    records: Path
    out: Path
    pairs: Path | None
    report: Path | None
    weights: Path | None
    save_weights: Path | None
    compare: tuple[str, ...]


def link_file(job: TableJob, *, as_json: bool) -> int:
    """Link a table and say what came of it. Raises InputError."""
    weights = read_weights(job.weights) if job.weights else None
    with stage("关联 linking") as advance:
        # Not named here, so that the table is given up as soon as its columns are read.
        links = link_table(read_records(job.records), job.compare, weights, advance)
    write_table(links.entities, job.out)
    if job.pairs:
        write_table(links.pairs(), job.pairs)
    settings = Settings()
    language = "zh" if settings.language.startswith("zh") else "en"
    if job.report:
        write_report(links.run(), job.report, language)
    if job.save_weights:
        job.save_weights.parent.mkdir(parents=True, exist_ok=True)
        job.save_weights.write_text(dump_weights(fitted_weights(links.linked, weights)), encoding="utf-8")
    found = {
        "records": links.entities.num_rows,
        "entities": sum(one.clusters.count for one in links.linked),
        "pairs": sum(len(one.bits) for one in links.linked),
    }
    seconds = dict(links.seconds)
    for one in links.linked:
        for name, took in one.seconds.items():
            seconds[name] = seconds.get(name, 0.0) + took
    print(json.dumps({**found, "seconds": seconds}) if as_json else _WORDS[language].format(**found))
    return DONE


def read_records(path: Path) -> pa.Table:
    """A CSV or Parquet table; CSV in UTF-8, UTF-16 or GB18030, every column as text. Raises InputError."""
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        with path.open("rb") as file:
            encoding = detect_encoding(file)
        return _read_csv(path, encoding)
    except (OSError, ValueError) as error:
        raise InputError(
            f"无法读取 {path}；应为 CSV 或 Parquet 表。",
            f"{path} cannot be read; it should be a CSV or Parquet table.",
            code="unreadable",
        ) from error


def _read_csv(path: Path, encoding: str) -> pa.Table:
    with path.open(encoding=encoding, newline="") as file:
        header = next(csv.reader(file), [])
    text = dict.fromkeys(header, pa.string())
    # Read as text first: Arrow does not take every encoding, and a byte order mark is no part of a column's name.
    content = io.BytesIO(path.read_text(encoding=encoding).encode())
    return pyarrow.csv.read_csv(
        content,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=text),
    )


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet or CSV, by the file's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        try:  # plain where no value needs quotes, as nearly always
            plain = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
            pyarrow.csv.write_csv(table, path, plain)
        except pa.ArrowInvalid:
            pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="needed"))
