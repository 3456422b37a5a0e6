"""The body of `xiezhi link`: the store's filings, a table of records alone, or what the store believes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.intake.encodings import detect_encoding
from features.link.docket import link_pending
from xiezhi.cli import DONE
from xiezhi.errors import InputError
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.links import every_claim, every_link

if TYPE_CHECKING:
    import pandas as pd

_WORDS = {
    "zh": {
        "pending": "关联案件 {filings} 件：{mentions} 处人和单位，其中 {joined} 处此前出现过；{claims_joined} 件与此前案件为同一请求",
        "records": "{records} 条记录，{entities} 个主体；比对 {pairs} 对",
        "export": "写出关联 {links} 条、案件 {claims} 件",
    },
    "en": {
        "pending": "{filings} filings linked: {mentions} mentions, {joined} of them seen before; {claims_joined} filings carry a claim seen before",
        "records": "{records} records, {entities} entities; {pairs} pairs compared",
        "export": "{links} links and {claims} filings written",
    },
}


def link_store(*, as_json: bool) -> int:
    """Link every filing of the store not linked yet, and say what came of it. Raises StoreError."""
    store = open_store(Settings())
    try:
        with stage("关联 linking") as advance:
            count = link_pending(store, advance)
    finally:
        store.close()
    return _say("pending", asdict(count), as_json=as_json)


def link_table(path: Path, out: Path, pairs: Path | None, *, as_json: bool) -> int:
    """Link a table of party records alone. Raises InputError."""
    from features.link.records import link_records

    frame = read_records(path)
    with stage("关联 linking") as advance:
        entities, compared = link_records(frame, advance)
    write_table(entities, out)
    if pairs is not None:
        write_table(compared, pairs)
    found = {
        "records": len(entities),
        "entities": int(entities["entity_id"].nunique()),
        "pairs": len(compared),
    }
    return _say("records", found, as_json=as_json)


def export_links(entities: Path | None, claims: Path | None, *, as_json: bool) -> int:
    """Write the store's links and claims as the filing format has them, "Links of a whole docket"."""
    if entities is None and claims is None:
        raise InputError(
            "请给出 --entities 或 --claims。", "Give --entities, --claims or both.", code="nothing-to-write"
        )
    store = open_store(Settings())
    links_written = claims_written = 0
    try:
        with store.read() as connection:
            if entities is not None:
                rows = (
                    (one.filing_id, one.record_id, one.entity_id, one.probability)
                    for one in every_link(connection)
                    if one.kind != "firm"  # a firm has no record of its own in the format
                )
                links_written = _write(entities, ("filing_id", "record_id", "entity_id", "probability"), rows)
            if claims is not None:
                claims_written = _write(claims, ("filing_id", "claim_id"), every_claim(connection))
    finally:
        store.close()
    return _say("export", {"links": links_written, "claims": claims_written}, as_json=as_json)


def read_records(path: Path) -> pd.DataFrame:
    """A CSV or Parquet table as text columns; CSV in UTF-8, UTF-16 or GB18030. Raises InputError."""
    import pandas as pd

    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path).astype(object)
        with path.open("rb") as file:
            encoding = detect_encoding(file)
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    except (OSError, ValueError) as error:
        raise InputError(
            f"无法读取 {path}；应为 CSV 或 Parquet 表。",
            f"{path} cannot be read; it should be a CSV or Parquet table.",
            code="unreadable",
        ) from error


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet or CSV, by the file's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, lineterminator="\n")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            written += 1
    return written


def _say(what: str, numbers: dict[str, int], *, as_json: bool) -> int:
    language = "zh" if Settings().language.startswith("zh") else "en"
    print(json.dumps(numbers) if as_json else _WORDS[language][what].format(**numbers))
    return DONE
