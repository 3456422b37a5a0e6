"""The bodies of `xiezhi link explain`, `xiezhi link history` and `xiezhi link report`."""

from __future__ import annotations

import json
from pathlib import Path

from features.link.explain.document import describe_explanation, describe_history
from features.link.explain.explanation import explain
from features.link.explain.history import tell_history
from features.link.explain.screen import show_explanation, show_history
from features.link.words import Words
from xiezhi.cli import DONE
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import open_store


def explain_links(a: str, b: str, *, as_json: bool) -> int:
    """Say why two mentions or entities are one or are not. Raises NotFound and InputError."""
    settings = Settings()
    store = open_store(settings)
    try:
        with store.read() as connection:
            explanation = explain(connection, a, b)
    finally:
        store.close()
    if as_json:
        print(json.dumps(describe_explanation(explanation, settings.zone), ensure_ascii=False))
    else:
        print(show_explanation(explanation, Words(settings.language, settings.zone)))
    return DONE


def show_entity(entity_id: str, *, as_json: bool) -> int:
    """Say how an entity came to be. Raises NotFound."""
    settings = Settings()
    store = open_store(settings)
    try:
        with store.read() as connection, stage("沿革 history") as advance:
            history = tell_history(connection, entity_id, advance)
    finally:
        store.close()
    if as_json:
        print(json.dumps(describe_history(history, settings.zone), ensure_ascii=False))
    else:
        print(show_history(history, Words(settings.language, settings.zone)))
    return DONE


def report_links(out: Path) -> int:
    """Write the report of the store's links."""
    from features.link.report import write_report
    from features.link.report.of_store import run_of_store

    settings = Settings()
    store = open_store(settings)
    try:
        with store.read() as connection, stage("关联报告 linking report") as advance:
            run = run_of_store(connection, advance)
    finally:
        store.close()
    write_report(run, out, settings.language, source="store")
    words = Words(settings.language)
    records = sum(kind.records for kind in run.kinds)
    entities = sum(count for kind in run.kinds for _, count in kind.sizes)
    print(words.say("report.written", records=records, entities=entities, out=out))
    return DONE
