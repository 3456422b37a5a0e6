"""How often each rule fires on a docket whose truth is known: by scheme, by hard negative, on ordinary filings."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.intake import read_sources
from features.intake.outcome import Accepted
from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table, build_table_at
from features.signs.facts import values_of
from features.signs.pack import Judged, Pack
from features.signs.read import load_pack
from features.signs.vocabulary import EVENT_PREFIX
from features.table import FeatureTable
from xiezhi.clock import DAY, Moment
from xiezhi.errors import NotFound
from xiezhi.progress import stage
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.happenings import events_of

ORDINARY = "ordinary"
HARD: Mapping[str, tuple[str, str]] = {
    "mass": ("银行、物业等批量起诉", "banks, property managers and other mass filers"),
    "wages": ("真实欠薪群体", "groups of really unpaid workers"),
    "kin": ("亲友间真实借贷", "honest loans between people with a tie"),
    "lender": ("多次出借的个人", "people who lent to several others"),
    "rights": ("合法批量维权", "lawful batches on one right"),
    "asset": ("真实以物抵债", "honest debts settled by an asset"),
    "objection": ("真实执行异议", "honest objections to enforcement"),
    "again": ("依法再次起诉", "the same claim lawfully filed again"),
    "divorce": ("离婚及其他家事", "divorces and other family matters"),
    "confirmation": ("真实司法确认", "honest judicial confirmations"),
}
"""Honest filings easily taken for false ones, told from the truth: who the parties truly are, and which claims are one."""


@dataclass(frozen=True)
class Separation:
    """Filings by group and, for each rule and each sign, how many of each group it fired on at filing, and only later.

    groups: scheme letters, keys of `HARD`, and `ORDINARY`.
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
            return _count(docket, pack, table, later, settings)
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


def _count(
    docket: Path, pack: Pack, table: FeatureTable, later: FeatureTable, settings: Settings
) -> Separation:
    group = dict(_groups(docket, table, settings))
    names = {rule.code for rule in pack.rules} | set(pack.signs)
    at_filing: dict[str, Counter[str]] = {name: Counter() for name in names}
    after: dict[str, Counter[str]] = {name: Counter() for name in names}
    lifted: Counter[str] = Counter()
    fired: dict[str, set[str]] = {}
    for row, filing_id in enumerate(table.filing_ids):
        judged = pack.judge(values_of(table, row), table.courts[row])
        fired[filing_id] = _fired(judged, later=False)
        lifted[group[filing_id]] += pack.lift("none", judged) != "none"
        for code in fired[filing_id]:
            at_filing[code][group[filing_id]] += 1
    for row, filing_id in enumerate(later.filing_ids):
        judged = pack.judge(values_of(later, row), later.courts[row])
        for code in _fired(judged, later=True) - fired[filing_id]:
            after[code][group[filing_id]] += 1
    return Separation(pack, docket.name, Counter(group.values()), at_filing, after, lifted)


def _fired(judged: Judged, *, later: bool) -> set[str]:
    """Codes of the rules that fired and of their signs; those against a concern speak for no sign."""
    rules = [rule for rule in judged.fired if rule.is_later or not later]
    return {rule.code for rule in rules} | {rule.sign for rule in rules if rule.direction == "for"}


def _groups(docket: Path, table: FeatureTable, settings: Settings) -> Iterator[tuple[str, str]]:
    """Filing id -> its scheme, the hard negative it is, or ordinary."""
    scheme = {row["filing_id"]: row["scheme"] for row in _rows(docket / "truth" / "filings.csv")}
    claim = {row["filing_id"]: row["claim_id"] for row in _rows(docket / "truth" / "claims.csv")}
    who = {(r["filing_id"], r["record_id"]): r["entity_id"] for r in _rows(docket / "truth" / "entities.csv")}
    filings = [
        o.record
        for o in read_sources([docket], mapping=None, settings=settings)
        if isinstance(o, Accepted) and isinstance(o.record, Filing)
    ]
    filings.sort(key=lambda f: (f.filed_at, f.filing_id))
    rows = {filing_id: row for row, filing_id in enumerate(table.filing_ids)}
    loans = Counter(p for f in filings if _is_loan(f) for p in _people(f, "plaintiff", who))
    seen: set[str] = set()
    workers: dict[str, list[Moment]] = {}
    for filing in filings:
        values = table.row_values(rows[filing.filing_id])
        again = claim[filing.filing_id] in seen
        seen.add(claim[filing.filing_id])
        employers = _people(filing, "defendant", who) if "劳动" in filing.cause else []
        crowd = max(
            (sum(filing.filed_at - t <= 30 * DAY for t in workers.get(e, ())) for e in employers), default=0
        )
        for employer in employers:
            workers.setdefault(employer, []).append(filing.filed_at)
        lender = (
            _is_loan(filing) and max((loans[p] for p in _people(filing, "plaintiff", who)), default=0) >= 3
        )
        yield filing.filing_id, scheme[filing.filing_id] or _hard(filing, values, again, crowd, lender)


def _hard(filing: Filing, values: Mapping[str, float | None], again: bool, crowd: int, lender: bool) -> str:
    def shows(name: str) -> bool:
        return (values[name] or 0) >= 1

    tied = any(map(shows, ("sides_declare_tie", "sides_share_phone", "sides_share_address")))
    tests = (
        ("mass", shows("plaintiff_is_institution")),
        ("confirmation", filing.proceeding == "judicial_confirmation"),
        ("objection", filing.proceeding == "enforcement_objection" or "异议" in filing.cause),
        ("wages", crowd >= 3),
        ("rights", (values["right_filings_30d"] or 0) >= 3),
        ("asset", shows("debt_for_asset")),
        ("again", again and filing.proceeding == "first_instance"),
        ("lender", lender),
        ("kin", _is_loan(filing) and tied),
        ("divorce", any(word in filing.cause for word in ("离婚", "抚养", "继承"))),
    )
    return next((kind for kind, holds in tests if holds), ORDINARY)


def _is_loan(filing: Filing) -> bool:
    return filing.proceeding == "first_instance" and "借贷" in filing.cause


def _people(filing: Filing, role: str, who: Mapping[tuple[str, str], str]) -> list[str]:
    return [who[filing.filing_id, p.party_id] for p in filing.parties if p.role == role]


def _rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
