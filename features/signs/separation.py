"""How often each rule fires on a docket whose truth is known: by scheme, by hard negative, on ordinary filings."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from features.watch.kinds import KINDS
from features.watch.match import find_matches
from features.watch.take import read_list
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.happenings import events_of
from xiezhi.store.watch import WatchEntry, add_entries

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
    has_lists: bool


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
            _take_lists(store, docket / "lists", settings)
            with stage("特征 features") as advance:
                table = build_table(store, advance=advance)
            with stage("事件后 after events") as advance:
                later = build_table_at(store, _last_looks(store, pack, table), advance)
            return _count(docket, pack, _judge(store, pack, table), _judge(store, pack, later))
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


def _take_lists(store: Store, folder: Path, settings: Settings) -> None:
    """The watch lists beside the docket, where there are any, as `xiezhi watch import` takes them."""
    for kind in KINDS:
        path = folder / f"{kind}.csv"
        if path.is_file():
            rows = read_list(path, kind, store.vault.search_hash, settings.zone, 0)
            entries = [row for row in rows if isinstance(row, WatchEntry)]
            with store.write() as connection:
                add_entries(connection, entries, origin=path.name, received_at=0)


def _judge(store: Store, pack: Pack, table: FeatureTable) -> Iterator[tuple[str, Judged]]:
    """Filing id and what the pack says of each row, with the matches of watch lists as of its moment."""
    looks = [(filing_id, int(t)) for filing_id, t in zip(table.filing_ids, table.as_of, strict=True)]
    with store.read() as connection:
        matches = find_matches(store, connection, looks)
    for row, look in enumerate(looks):
        yield look[0], pack.judge(values_of(table, row, matches.get(look, ())), table.courts[row])


def _count(
    docket: Path, pack: Pack, first: Iterable[tuple[str, Judged]], later: Iterable[tuple[str, Judged]]
) -> Separation:
    groups = groups_of(docket)
    names = {rule.code for rule in pack.rules} | set(pack.signs)
    at_filing: dict[str, Counter[str]] = {name: Counter() for name in names}
    after: dict[str, Counter[str]] = {name: Counter() for name in names}
    lifted: Counter[str] = Counter()
    fired: dict[str, set[str]] = {}
    for filing_id, judged in first:
        fired[filing_id] = _fired(judged, later=False)
        if pack.lift("none", judged) != "none":
            lifted.update(groups[filing_id])
        for code in fired[filing_id]:
            at_filing[code].update(groups[filing_id])
    for filing_id, judged in later:
        for code in _fired(judged, later=True) - fired[filing_id]:
            after[code].update(groups[filing_id])
    every = Counter(group for of_one in groups.values() for group in of_one)
    return Separation(pack, docket.name, every, at_filing, after, lifted, (docket / "lists").is_dir())


def _fired(judged: Judged, *, later: bool) -> set[str]:
    """Codes of the rules that fired and of their signs; those against a concern speak for no sign."""
    rules = [rule for rule in judged.fired if rule.is_later or not later]
    return {rule.code for rule in rules} | {rule.sign for rule in rules if rule.direction == "for"}


def groups_of(docket: Path) -> dict[str, tuple[str, ...]]:
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
