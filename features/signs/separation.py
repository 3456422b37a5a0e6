"""How often each rule fires on a docket whose truth is known: by scheme, by hard negative, on ordinary filings."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table, build_table_at
from features.signs.facts import values_of
from features.signs.pack import Judged, Pack
from features.signs.read import load_pack
from features.signs.vocabulary import EVENT_PREFIX
from features.table import FeatureTable
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.happenings import events_of

ORDINARY, HARD = "ordinary", "hard"
"""Groups of honest filings beside the kinds of `LOOK_ALIKES`: those of no kind, and those of any."""


@dataclass(frozen=True)
class Separation:
    """Filings by group and, for each rule and each sign, how many of each group it fired on at filing, and only later.

    groups: scheme letters, `ORDINARY`, `HARD`, and the kinds of `LOOK_ALIKES`; a filing may be of several kinds.
    """

    pack: Pack
    docket: str
    groups: Mapping[str, int]
    at_filing: Mapping[str, Counter[str]]
    later: Mapping[str, Counter[str]]
    lifted: Counter[str]


def measure(docket: Path, settings: Settings) -> Separation:
    """Run the pack of `settings` over a docket with its folder `truth`. Raises NotFound where there is none."""
    truth = docket / "truth" / "filings.csv"
    if not truth.is_file():
        raise NotFound(
            f"{docket.name} 没有 truth 文件夹。", f"{docket.name} has no folder truth.", code="no-truth"
        )
    pack = load_pack(settings.jurisdiction, settings.signs)
    with tempfile.TemporaryDirectory() as home:
        store = open_store(settings.model_copy(update={"home": Path(home), "database_url": ""}))
        try:
            with stage("读入 reading") as advance:
                take_in(
                    store,
                    [docket],
                    mapping=None,
                    settings=settings,
                    rejects=None,
                    received_at=0,
                    advance=advance,
                )
            with stage("关联 linking") as advance:
                link_pending(store, advance)
            with stage("特征 features") as advance:
                table = build_table(store, advance=advance)
            with stage("事件后 after events") as advance:
                later = build_table_at(store, _last_looks(store, pack, table), advance)
            return _count(docket, pack, table, later)
        finally:
            store.close()


def _last_looks(store: Store, pack: Pack, table: FeatureTable) -> list[tuple[str, Moment]]:
    """Each filing just after the last of its events that a rule waits for became known."""
    waited = {
        c.name.removeprefix(EVENT_PREFIX)
        for rule in pack.rules
        for one in (*rule.when, *rule.among)
        for c in one.comparisons()
        if c.name.startswith(EVENT_PREFIX)
    }
    last: dict[str, Moment] = {}
    with store.read() as connection:
        for event in events_of(connection, table.filing_ids, None):
            if event.kind in waited:
                last[event.filing_id] = max(
                    last.get(event.filing_id, 0), max(event.at, event.recorded_at) + 1
                )
    return sorted(last.items(), key=lambda item: item[1])


def _count(docket: Path, pack: Pack, table: FeatureTable, later: FeatureTable) -> Separation:
    groups = _groups(docket)
    names = {rule.code for rule in pack.rules} | set(pack.signs)
    at_filing: dict[str, Counter[str]] = {name: Counter() for name in names}
    after: dict[str, Counter[str]] = {name: Counter() for name in names}
    lifted: Counter[str] = Counter()
    fired: dict[str, set[str]] = {}
    for row, filing_id in enumerate(table.filing_ids):
        judged = pack.judge(values_of(table, row), table.courts[row])
        fired[filing_id] = _fired(judged, later=False)
        if pack.lift("none", judged) != "none":
            lifted.update(groups[filing_id])
        for code in fired[filing_id]:
            at_filing[code].update(groups[filing_id])
    for row, filing_id in enumerate(later.filing_ids):
        judged = pack.judge(values_of(later, row), later.courts[row])
        for code in _fired(judged, later=True) - fired[filing_id]:
            after[code].update(groups[filing_id])
    every = Counter(group for of_one in groups.values() for group in of_one)
    return Separation(pack, docket.name, every, at_filing, after, lifted)


def _fired(judged: Judged, *, later: bool) -> set[str]:
    """Codes of the rules that fired and of their signs; those against a concern speak for no sign."""
    rules = [rule for rule in judged.fired if rule.is_later or not later]
    return {rule.code for rule in rules} | {rule.sign for rule in rules if rule.direction == "for"}


def _groups(docket: Path) -> dict[str, tuple[str, ...]]:
    """Filing id -> its scheme, or that it is ordinary, or `HARD` and the kinds it is easily taken by."""
    with (docket / "truth" / "filings.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["filing_id"]: _groups_of(row["scheme"], row["look_alike"].split())
            for row in csv.DictReader(file)
        }


def _groups_of(scheme: str, kinds: Sequence[str]) -> tuple[str, ...]:
    if scheme:
        return (scheme,)
    return (HARD, *kinds) if kinds else (ORDINARY,)
