"""The body of `xiezhi ingest`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from features.intake.mapping import load_mapping
from features.intake.take_in import Intake, take_in
from xiezhi.cli import DONE, NOTHING_DONE, SOME_REJECTED
from xiezhi.clock import now
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.filings import PutCount

_WORDS = {
    "zh": {
        "filings": "案件",
        "events": "事件",
        "findings": "认定",
        "counts": "{what}：新增 {0}，更新 {1}，已有 {2}",
        "rejected": "未接收：{0}",
        "ignored": "未读取的文件：{0}",
        "at": "{file} 第 {row} 行 {field}：{mend}",
        "more": "……其余 {0} 条见拒收文件（--rejects）",
    },
    "en": {
        "filings": "filings",
        "events": "events",
        "findings": "findings",
        "counts": "{what}: {0} added, {1} changed, {2} already there",
        "rejected": "rejected: {0}",
        "ignored": "files not read: {0}",
        "at": "{file} row {row} {field}: {mend}",
        "more": "... {0} more in the rejects file (--rejects)",
    },
}


def ingest(paths: Sequence[Path], mapping: Path | None, rejects: Path | None, *, as_json: bool) -> int:
    """Take `paths` into the store of the settings, print what was done; returns the exit status.

    Raises MappingError, StoreError.
    """
    settings = Settings()
    rules = load_mapping(mapping) if mapping else None
    store = open_store(settings)
    try:
        with stage("读入 reading") as advance:
            report = take_in(
                store,
                paths,
                mapping=rules,
                settings=settings,
                rejects=rejects,
                received_at=now(),
                advance=advance,
            )
    finally:
        store.close()
    print(json.dumps(report.to_json(), ensure_ascii=False) if as_json else _tell(report, settings.language))
    if not report.rejected:
        return DONE
    return SOME_REJECTED if report.taken else NOTHING_DONE


def _tell(report: Intake, language: str) -> str:
    words = _WORDS["zh" if language.startswith("zh") else "en"]
    lines = []
    for name in ("filings", "events", "findings"):
        count: PutCount = getattr(report, name)
        lines.append(words["counts"].format(count.added, count.changed, count.unchanged, what=words[name]))
    if report.ignored:
        lines.append(words["ignored"].format(", ".join(report.ignored)))
    total = sum(report.rejected.values())
    if total:
        by_code = ", ".join(f"{code} {count}" for code, count in sorted(report.rejected.items()))
        lines.append(words["rejected"].format(f"{total} ({by_code})"))
        for bad in report.examples:
            mend = bad.zh if words is _WORDS["zh"] else bad.en
            place = bad.place
            lines.append(
                "  " + words["at"].format(file=place.file, row=place.row, field=bad.field, mend=mend)
            )
        if total > len(report.examples):
            lines.append("  " + words["more"].format(total - len(report.examples)))
    return "\n".join(lines)
