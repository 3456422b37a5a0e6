"""Whether anything protected enters (不读受保护信息): what features read, and how well they tell an audited attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import lightgbm
import numpy as np

from features.history.keys import NAMESPACES
from features.registry import BY_NAME, FEATURES
from features.wording import runs_of
from training.evaluation.measures import Flags, Floats, Groups, Interval, area_interval
from training.evaluation.period import Period
from training.evaluation.regime import Regime
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.filings import get_filings, versions_of

SAMPLE = 300
"""Filings that are changed and read again."""

LEAST_OF_EACH = 50
"""Fewer filings with an attribute's value, or without, and nothing is said of how well it can be told."""

FOLDS, ROUNDS, MOST_VALUES = 3, 60, 5
_HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True)
class Blindness:
    """What was looked at, and what came of it.

    filings: read again with other surnames, birth dates and licence digits; moved: features that changed, and `wording`
    where the model reads words and these did. unsealed:
    filings on which a feature could see an identity number or a key the format does not know (sex, ethnicity, …).
    unregistered: columns of the model the registry does not declare. keys: by what history knows who and what.
    """

    filings: int
    moved: tuple[str, ...]
    unsealed: int
    unregistered: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.moved or self.unsealed or self.unregistered)


@dataclass(frozen=True)
class Proxy:
    """How well the model's features, and its risk alone, tell filings with an audited value from the others.

    Area under the curve, 0.5 by lot: of a model fitted for it, each filing scored by one that saw none of its cluster.
    by: the features it leant on most.
    """

    attribute: str
    value: str
    filings: int
    features: Interval
    risk: Interval
    by: tuple[str, ...]


def look_for_reads(store: Store, regime: Regime, period: Period, seed: int) -> Blindness:
    """Read some of the period's filings again as other people's, and look at what features are handed."""
    ids = list(period.filing_ids)
    chosen = np.random.default_rng(seed).permutation(len(ids))[:SAMPLE]
    with store.read() as connection:
        handed = versions_of(connection, store.vault, [ids[i] for i in chosen])
        whole = get_filings(connection, store.vault, [ids[i] for i in chosen])
    reads_words = regime.bundle is not None and regime.bundle.wording is not None
    moved: set[str] = set()
    unsealed = 0
    for filing_id, versions in handed.items():
        first = versions[0].filing
        unsealed += bool(first.extra) or any(party.id_number for party in first.parties)
        one, other = (disguise(whole[filing_id].filing, who) for who in (_ONE, _OTHER))
        moved |= set(_that_differ(one, other))
        if reads_words and not np.array_equal(runs_of(one), runs_of(other)):
            moved.add("wording")
    columns = regime.bundle.features if regime.bundle else period.table.names
    return Blindness(
        len(handed), tuple(sorted(moved)), unsealed, tuple(n for n in columns if n not in BY_NAME), NAMESPACES
    )


@dataclass(frozen=True)
class People:
    """What every person of a filing is made into. licence_sex: the eleventh digit of a lawyer's licence number."""

    surname: str
    born: str
    sex: str
    ethnicity: str
    occupation: str
    licence_sex: str


_ONE = People("钱", "1949-10-01", "女", "藏族", "农民", "1")
_OTHER = People("孙", "1999-12-31", "男", "汉族", "会计", "0")


def disguise(filing: Filing, who: People) -> Filing:
    """The filing of people with other surnames, birth dates, identity numbers and traits, its texts included.

    Two disguises are compared, not one with the original: with one surname for all, others may now be namesakes.
    """
    people = {p.name for p in filing.parties if p.kind == "person"} | {a.name for a in filing.agents}
    people |= {p.legal_representative for p in filing.parties if p.legal_representative}
    names = {name: who.surname + name[1:] for name in people if _HAN.match(name)}

    def renamed(text: str | None) -> str | None:
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, names[name]) if text else text
        return text

    return replace(
        filing,
        parties=tuple(
            replace(
                p, name=names.get(p.name, p.name), legal_representative=renamed(p.legal_representative),
                id_number=None, birth_date=who.born,
            )
            for p in filing.parties
        ),
        agents=tuple(
            replace(a, name=names.get(a.name, a.name), licence_number=_with_sex(a.licence_number, who))
            for a in filing.agents
        ),
        claims=renamed(filing.claims),
        facts=renamed(filing.facts),
        extra={"sex": who.sex, "ethnicity": who.ethnicity, "occupation": who.occupation},
    )  # fmt: skip


def find_proxies(
    regime: Regime,
    period: Period,
    risk: Floats,
    audited: Mapping[str, Sequence[frozenset[str]]],
    seed: int,
) -> Iterator[Proxy]:
    """For each audited value with enough filings, among the filings of which the attribute is known."""
    for attribute, carried in audited.items():
        known = [i for i, values in enumerate(carried) if values]
        counts = {v: sum(v in carried[i] for i in known) for v in {v for i in known for v in carried[i]}}
        ranked = sorted(counts, key=lambda v: (-counts[v], v))[:MOST_VALUES]
        for value in ranked:
            has = np.array([value in carried[i] for i in known], dtype=bool)
            if min(has.sum(), (~has).sum()) < LEAST_OF_EACH:
                continue
            _, groups = np.unique(period.groups[known], return_inverse=True)
            scores, by = _tell(period.values[known], has, groups, period.table.names, seed)
            nothing = Interval(float("nan"), float("nan"), float("nan"))
            yield Proxy(
                attribute, value, int(has.sum()), area_interval(has, scores, seed=seed, groups=groups),
                nothing if regime.bundle is None else area_interval(has, risk[known], seed=seed, groups=groups), by,
            )  # fmt: skip


def _tell(
    values: Floats,
    has: Flags,
    groups: Groups,
    names: Sequence[str],
    seed: int,
) -> tuple[Floats, tuple[str, ...]]:
    """Scores of `has` out of fold, folds by cluster, and the features that told most."""
    fold = np.random.default_rng(seed).integers(FOLDS, size=int(groups.max()) + 1)[groups]
    parameters = {
        "objective": "binary", "num_leaves": 15, "min_data_in_leaf": 20, "seed": seed, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    scores, gains = np.zeros(len(has)), np.zeros(len(names))
    for k in range(FOLDS):
        train = fold != k
        table = lightgbm.Dataset(values[train], label=has[train].astype(np.float64), params=parameters)
        booster = lightgbm.train(parameters, table, num_boost_round=ROUNDS)
        scores[~train] = booster.predict(values[~train])
        gains += booster.feature_importance("gain")
    best = np.argsort(-gains, kind="stable")[:3]
    return scores, tuple(names[i] for i in best if gains[i] > 0)


def _that_differ(filing: Filing, other: Filing) -> Iterator[str]:
    for feature in FEATURES:
        if callable(feature.compute):
            one, two = feature.compute(filing), feature.compute(other)
            if not (one == two or (np.isnan(one) and np.isnan(two))):
                yield feature.name


def _with_sex(licence: str | None, who: People) -> str | None:
    """A lawyer's licence number with its eleventh digit, the sex, changed."""
    return licence if licence is None or len(licence) < 11 else licence[:10] + who.licence_sex + licence[11:]
