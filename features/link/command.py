"""The body of `xiezhi link`: the store's filings, and what the store believes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from features.link.docket import link_pending
from features.link.fit import fit_weights
from features.link.weights import dump_weights
from xiezhi.cli import DONE
from xiezhi.clock import now
from xiezhi.errors import InputError
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.claim_relations import every_relation
from xiezhi.store.links import every_claim, every_link

_WORDS = {
    "zh": {
        "pending": "关联案件 {filings} 件：{mentions} 处人和单位，其中 {joined} 处此前出现过；{claims_joined} 件与此前案件为同一请求",
        "export": "写出关联 {links} 条、案件 {claims} 件、案件间关系 {relations} 条",
    },
    "en": {
        "pending": "{filings} filings linked: {mentions} mentions, {joined} of them seen before; {claims_joined} filings carry a claim seen before",
        "export": "{links} links, {claims} filings and {relations} relations written",
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


def fit_store(out: Path) -> int:
    """Write weights fitted to the store's mentions. Raises InputError where there is none."""
    store = open_store(Settings())
    try:
        with stage("拟合 fitting"):
            weights = fit_weights(store, now())
    finally:
        store.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(dump_weights(weights), encoding="utf-8")
    return DONE


def export_links(entities: Path | None, claims: Path | None, relations: Path | None, *, as_json: bool) -> int:
    """Write the store's links and claims as the filing format has them, "Links of a whole docket".

    relations: where to write how claims are related. Raises InputError where nothing is to be written.
    """
    if entities is None and claims is None and relations is None:
        raise InputError(
            "请给出 --entities、--claims 或 --relations。",
            "Give --entities, --claims or --relations.",
            code="nothing-to-write",
        )
    store = open_store(Settings())
    links_written = claims_written = relations_written = 0
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
            if relations is not None:
                found = (
                    (r.filing_id, r.other_filing_id, r.kind, r.score) for r in every_relation(connection)
                )
                header = ("filing_id", "other_filing_id", "kind", "score")
                relations_written = _write(relations, header, found)
    finally:
        store.close()
    written = {"links": links_written, "claims": claims_written, "relations": relations_written}
    return _say("export", written, as_json=as_json)


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
