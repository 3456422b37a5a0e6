"""The body of `xiezhi link relations`."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Connection

from features.intake.schema import parse_filing
from features.link.resolve import resolve
from features.relations.neighbourhood import Neighbourhood, neighbourhood
from features.relations.paths import paths_between
from features.relations.tell import tell_cut, tell_edge, tell_path
from features.relations.wire import relations_to_json
from xiezhi.cli import DONE
from xiezhi.clock import Moment, format_moment
from xiezhi.errors import InputError, NotFound
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.filings import get_filing
from xiezhi.store.links import links_of

_MOST_LISTED = 20

_WORDS = {
    "zh": {
        "head": "{filing_id}：截至 {as_of}，涉及 {nodes} 个主体、{edges} 条关联",
        "paths": "双方之间的路径：",
        "no_paths": "双方之间没有已知的路径。",
        "edges": "关联（强度）：",
        "more": "另有 {n} 条；用 --json 查看",
    },
    "en": {
        "head": "{filing_id}: as of {as_of}, {nodes} people and organisations, {edges} relations",
        "paths": "Paths between the sides:",
        "no_paths": "No path between the sides is known.",
        "edges": "Relations (weight):",
        "more": "{n} more; see --json",
    },
}


def tell_relations(filing: str, as_of: Moment | None, *, as_json: bool) -> int:
    """Print the relations of a filing of the store, or of one in a JSON file. Raises NotFound, InputError, StoreError.

    As of the filing's own moment where `as_of` is None.
    """
    settings = Settings()
    store = open_store(settings)
    try:
        with store.read() as connection:
            asked = _asked(connection, store, filing, settings)
            # Links may be there already; of a filing not stored they are found, and not kept.
            links = links_of(connection, [asked.filing_id]) if not _is_file(filing) else []
            links = links or list(resolve(connection, store.vault, asked).links)
            moment = asked.filed_at if as_of is None else as_of
            found = neighbourhood(connection, asked, links, moment)
    finally:
        store.close()
    if as_json:
        print(json.dumps(relations_to_json(found, settings.zone), ensure_ascii=False))
    else:
        _print(found, settings)
    return DONE


def _is_file(filing: str) -> bool:
    return filing.endswith(".json")


def _asked(connection: Connection, store: Store, filing: str, settings: Settings) -> Filing:
    if _is_file(filing):
        try:
            body = json.loads(Path(filing).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise InputError(
                f"无法读取 {filing}；应为一件收案的 JSON。",
                f"{filing} cannot be read; it should be the JSON of one filing.",
                code="unreadable",
            ) from error
        return parse_filing(body, settings)
    stored = get_filing(connection, store.vault, filing)
    if stored is None:
        raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
    return stored.filing


def _print(found: Neighbourhood, settings: Settings) -> None:
    lang = "zh" if settings.language.startswith("zh") else "en"
    words, zone = _WORDS[lang], settings.zone
    counts = {"nodes": len(found.nodes), "edges": len(found.edges)}
    print(words["head"].format(filing_id=found.filing_id, as_of=format_moment(found.as_of, zone), **counts))
    paths = paths_between(found)
    print(words["paths"] if paths else words["no_paths"])
    for path in paths:
        print(f"  {path.strength:.2f}  {getattr(tell_path(path, found, zone), lang)}")
    if found.edges:
        print(words["edges"])
    for edge in found.edges[:_MOST_LISTED]:
        print(f"  {edge.weight:.2f}  {getattr(tell_edge(edge, found, zone), lang)}")
    if len(found.edges) > _MOST_LISTED:
        print("  " + words["more"].format(n=len(found.edges) - _MOST_LISTED))
    for cut in found.cuts:
        print(getattr(tell_cut(cut, found), lang))
