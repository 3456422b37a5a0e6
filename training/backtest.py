"""What a pack with a court's overlay would have flagged over a past period, beside today's pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from features.pipeline import build_table
from features.signs import Judged, Pack, values_of
from features.table import FeatureTable
from features.watch.match import find_matches
from xiezhi.bundle import load_current
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.labels import labels_as_of
from xiezhi.policy import Band, band
from xiezhi.progress import stage
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.happenings import findings_of


class Change(NamedTuple):
    """A filing whose band changes. found: what an authority said of it by the label date."""

    filing_id: str
    before: Band
    after: Band
    found: str


@dataclass(frozen=True)
class Agreement:
    """Filings flagged under one pack: of those with a finding, how many were found false or abusive, how many genuine."""

    flagged: int
    bad: int
    genuine: int


@dataclass(frozen=True)
class Backtest:
    """Both packs over the same filings. fired: sign -> filings it fired on, today and with the file.

    bad: of those the filings found false or abusive by the label date. model: the model whose bands the signs lift;
    None where none is promoted and the signs alone decide.
    """

    today: str
    tried: str
    model: str | None
    filings: int
    found_bad: int
    fired: Mapping[str, tuple[int, int]]
    bad: Mapping[str, tuple[int, int]]
    changes: tuple[Change, ...]
    agreement: tuple[Agreement, Agreement]


def backtest(
    store: Store,
    settings: Settings,
    today: Pack,
    tried: Pack,
    *,
    since: Moment,
    before: Moment,
    labels: Moment,
) -> Backtest:
    """Judge the filings of `since <= filed_at < before`, each as of its own moment, by both packs.

    Raises NotFound where nothing was filed then.
    """
    with stage("特征 features") as advance:
        table = build_table(store, since=since, before=before, advance=advance)
    if not table.filing_ids:
        raise NotFound("该时段没有立案。", "Nothing was filed in the period.", code="nothing-to-test")
    model, bands = _bands(store, settings, table)
    with store.read() as connection:
        said = labels_as_of(findings_of(connection, None, None), labels)
        looks = list(zip(table.filing_ids, table.as_of.tolist(), strict=True))
        matches = find_matches(store, connection, looks)
    found = {i: "bad" if label.positive else "genuine" for i, label in said.items()}
    fired, bad = (Counter[str](), Counter[str]()), (Counter[str](), Counter[str]())
    flagged: tuple[list[str], list[str]] = ([], [])
    changes = []
    for row, filing_id in enumerate(table.filing_ids):
        values = values_of(table, row, matches.get((filing_id, int(table.as_of[row])), ()))
        after: list[Band] = []
        for side, pack in enumerate((today, tried)):
            judged = pack.judge(values, table.courts[row])
            after.append(pack.lift(bands[row], judged))
            signs = _signs(judged)
            fired[side].update(signs)
            if found.get(filing_id) == "bad":
                bad[side].update(signs)
            if after[side] != "none":
                flagged[side].append(filing_id)
        if after[0] != after[1]:
            changes.append(Change(filing_id, after[0], after[1], found.get(filing_id, "")))
    names = sorted(fired[0].keys() | fired[1].keys())
    return Backtest(
        today.version, tried.version, model, len(table.filing_ids),
        sum(found.get(i) == "bad" for i in table.filing_ids),
        {n: (fired[0][n], fired[1][n]) for n in names}, {n: (bad[0][n], bad[1][n]) for n in names},
        tuple(changes), (_agree(flagged[0], found), _agree(flagged[1], found)),
    )  # fmt: skip


def _signs(judged: Judged) -> set[str]:
    return {rule.sign for rule in judged.fired if rule.direction == "for"}


def _agree(flagged: list[str], found: Mapping[str, str]) -> Agreement:
    said = Counter(found.get(filing_id, "") for filing_id in flagged)
    return Agreement(len(flagged), said["bad"], said["genuine"])


def _bands(store: Store, settings: Settings, table: FeatureTable) -> tuple[str | None, list[Band]]:
    """The promoted model's own bands; without a model, or with one of other columns, all are `none`."""
    try:
        bundle = load_current(store, settings)
    except NotFound:
        return None, ["none"] * len(table.filing_ids)
    scorer = Scorer(bundle, num_threads=0)
    scorer.require_features(table.names)
    scored = scorer.score(table.values)
    bands = [
        band(float(r), float(w), bundle.thresholds) for r, w in zip(scored.risk, scored.raw, strict=True)
    ]
    return bundle.version, bands
