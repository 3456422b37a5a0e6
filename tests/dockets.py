"""Small random dockets for property tests of history, and a slow reading of docs/point-in-time.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from features.history.aggregate import Aggregate, Scope, Slot
from features.history.docket import (
    FOUND_BAD,
    FOUND_GENUINE,
    Docket,
    Ints,
    family_code,
    make_docket,
    prefecture_number,
    to_cents,
)
from features.history.keys import NAMESPACE_SHIFT, key, namespace_code
from features.history.reading import Queries
from features.history.slots import fill_columns
from xiezhi.clock import DAY
from xiezhi.labels import CERTAINTY
from xiezhi.records import Event, Finding

Row = tuple[str, int, float | None, str, str, str]
Seen = tuple[int, str, int]


@dataclass(frozen=True)
class Rows:
    """A docket as plain rows, for an oracle to read."""

    filings: list[Row]
    appearances: list[Seen]
    events: list[Event]
    findings: list[Finding]

    def docket(self) -> Docket:
        return make_docket(self.filings, self.appearances, self.events, self.findings)

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {f[0]: f for f in self.filings}

    @cached_property
    def learned(self) -> list[tuple[str, str, int]]:
        """(filing id, kind, known from)."""
        known = [(e.filing_id, e.kind, max(e.at, e.recorded_at)) for e in self.events]
        return [(i, kind, max(at, self.by_id[i][1])) for i, kind, at in known]

    def held(self, as_of: int) -> list[tuple[str, str, int]]:
        """(filing id, kind, since) of what each filing is held to be as of a moment: moment for moment, what the newest
        finding known says; since when it has said so."""
        found = []
        for filing_id, _, *_ in self.filings:
            said, since = "", 0
            for moment in sorted({self._known(f) for f in self.findings if f.filing_id == filing_id}):
                known = [f for f in self.findings if f.filing_id == filing_id and self._known(f) <= moment]
                newest = max(known, key=lambda f: (f.at, f.recorded_at, CERTAINTY[f.source], f.finding))
                says = FOUND_GENUINE if newest.finding == "genuine" else FOUND_BAD
                if moment < as_of and says != said:
                    said, since = says, moment
            if said:
                found.append((filing_id, said, since))
        return found

    def _known(self, finding: Finding) -> int:
        return max(finding.at, finding.recorded_at, self.by_id[finding.filing_id][1])

    def without(self, filing_id: str) -> Rows:
        """The docket as if one filing had never been there."""
        return Rows(
            [f for f in self.filings if f[0] != filing_id],
            [a for a in self.appearances if a[1] != filing_id],
            [e for e in self.events if e.filing_id != filing_id],
            [f for f in self.findings if f.filing_id != filing_id],
        )


PARTIES = [key("party", f"P-{i}") for i in range(4)]
AGENTS = [key("agent", f"A-{i}") for i in range(2)]
PHONES = [key("phone", f"13{i}") for i in range(2)]
KEYS = [*PARTIES, *AGENTS, *PHONES]
COURTS = ["甘0702", "甘0724", "京0105", "cacd"]
PREFECTURES = {"甘0702": "甘07", "甘0724": "甘07", "京0105": "京01"}
AMOUNTS = [None, 0.1, 100.0, 250_000.55]
CAUSES = ["private_loan", "divorce", "enforcement"]
_moments = st.integers(0, 60).map(lambda half_days: half_days * DAY // 2)


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Up to twelve filings of four parties and two agents, with ties in time."""
    ids = [f"f{i}" for i in range(draw(st.integers(1, 10)))]
    filings: list[Row] = [
        (
            filing_id,
            draw(_moments),
            draw(st.sampled_from(AMOUNTS)),
            draw(st.sampled_from(CAUSES)),
            draw(st.sampled_from(["first_instance", "enforcement"])),
            draw(st.sampled_from(COURTS)),
        )
        for filing_id in ids
    ]
    # A size is drawn first: left to itself, hypothesis seldom fills lists.
    seen = st.tuples(st.sampled_from(KEYS), st.integers(0, 2))
    some = st.integers(1, 6).flatmap(lambda n: st.lists(seen, unique=True, min_size=n, max_size=n))
    appearances = [(k, filing_id, role) for filing_id in ids for k, role in draw(some)]
    happenings = draw(st.integers(0, 20))
    events = draw(
        st.lists(
            st.builds(
                lambda f, at, lag, kind: Event(f, at, kind, at + lag),
                st.sampled_from(ids),
                _moments,
                st.sampled_from([0, DAY, -DAY]),
                st.sampled_from(["mediated", "withdrawn", "closed", "seizure"]),
            ),
            min_size=happenings,
            max_size=20,
        )
    )
    found = draw(st.integers(0, 10))
    findings = draw(
        st.lists(
            st.builds(
                lambda f, at, lag, what, source: Finding(f, at, what, source, at + lag),
                st.sampled_from(ids[:3]),  # few, so that findings are taken back and made again
                _moments,
                st.sampled_from([0, 0, 5 * DAY, -DAY]),
                st.sampled_from(["false", "abusive", "genuine"]),
                st.sampled_from(["judgment", "review", "conviction"]),
            ),
            min_size=found,
            max_size=10,
        )
    )
    return Rows(filings, appearances, events, findings)


@dataclass(frozen=True)
class Asker:
    """The filing that asks: what scopes compare of it."""

    as_of: int
    court: str = "甘0702"
    family: str = "private_loan"
    amount: float | None = 100.0


askers = st.builds(
    Asker, _moments, st.sampled_from([*COURTS, "浙0102"]), st.sampled_from(CAUSES), st.sampled_from(AMOUNTS)
)


def read_rows(docket: Rows, seen_key: int, as_of: int, most: int) -> list[tuple[int, str, int]]:
    """Of a key the latest `most` appearances before a moment: (filed at, filing id, role), oldest first."""
    found = [(docket.by_id[i][1], i, role) for k, i, role in docket.appearances if k == seen_key]
    return sorted(row for row in found if row[0] < as_of)[-most:]


def stood_in(docket: Rows, seen_key: int, as_of: int, most: int, roles: tuple[int, ...]) -> dict[str, int]:
    """Filings a key is read in, in one of some roles (empty: any), with the lowest such role; oldest first."""
    lowest: dict[str, int] = {}
    for k, filing_id, role in docket.appearances:
        if k == seen_key and (not roles or role in roles):
            lowest[filing_id] = min(role, lowest.get(filing_id, 9))
    read = read_rows(docket, seen_key, as_of, most)
    return {i: role for _, i, role in read if lowest.get(i) == role}


def ask_slowly(docket: Rows, question: Aggregate, seen_key: int, asker: Asker, most: int) -> float:
    """One key's answer by plain loops over plain rows."""
    as_of, days = asker.as_of, question.window_days
    if _is_unknown(question, asker):
        return np.nan
    since = -(10**30) if days is None else as_of - days * DAY
    stood = stood_in(docket, seen_key, as_of, most, question.seen_as)
    counting = [docket.by_id[i] for i in stood if _counts(docket.by_id[i], question, asker)]
    window = [f for f in counting if f[1] >= since]
    ids = {f[0] for f in counting}
    known = [*docket.learned, *docket.held(as_of)]
    happened = [(i, at) for i, kind, at in known if kind in question.happened and at < as_of]
    if question.of_happenings:
        times = sorted(at for i, at in happened if i in ids and at >= since)
        return _of_times(question.kind, times, as_of)
    done = {i for i, _ in happened}
    opened = [f for f in window if f[0] not in done]
    if question.kind == "share":
        return (len(window) - len(opened)) / len(window) if window else np.nan
    if question.kind.startswith("open"):
        return _of_open(question.kind, opened, as_of)
    return _of_filings(docket, question, window, stood, as_of)


def _is_unknown(question: Aggregate, asker: Asker) -> bool:
    if question.scope == "prefecture":
        return asker.court not in {*PREFECTURES, "浙0102"}
    return question.scope == "amount" and asker.amount is None


def _counts(filing: Row, question: Aggregate, asker: Asker) -> bool:
    _, _, amount, family, proceeding, court = filing
    prefecture = PREFECTURES.get(court, court)
    return (
        (not question.families or family in question.families)
        and (not question.proceedings or proceeding in question.proceedings)
        and {
            "all": True,
            "court": court == asker.court,
            "elsewhere": court != asker.court,
            "prefecture": prefecture == PREFECTURES.get(asker.court),
            "cause": family == asker.family,
            "amount": amount == asker.amount,
        }[question.scope]
    )


def _of_times(kind: str, times: list[int], as_of: int) -> float:
    if kind == "count":
        return float(len(times))
    if not times:
        return np.nan
    return (as_of - times[-1 if kind == "days_since" else 0]) / DAY


def _of_open(kind: str, opened: list[Row], as_of: int) -> float:
    if kind == "open":
        return float(len(opened))
    if kind == "open_sum":
        return sum(round((f[2] or 0) * 100) for f in opened) / 100
    return (as_of - min(f[1] for f in opened)) / DAY if opened else np.nan


def _of_filings(
    docket: Rows, question: Aggregate, window: list[Row], stood: dict[str, int], as_of: int
) -> float:
    kind, times = question.kind, sorted(f[1] for f in window)
    amounts = [f[2] for f in window if f[2] is not None]
    if kind in ("count", "days_since", "days_since_first"):
        return _of_times(kind, times, as_of)
    if kind == "sum":
        return sum(round(a * 100) for a in amounts) / 100
    if kind == "largest":
        return max(amounts) if amounts else np.nan
    if kind == "burst":
        return float(max((sum(start <= t < start + 7 * DAY for t in times) for start in times), default=0))
    if kind == "shortest_gap":
        return min(b - a for a, b in pairwise(times)) / DAY if len(times) > 1 else np.nan
    if kind in ("courts", "causes"):
        return float(len({f[5 if kind == "courts" else 3] for f in window}))
    across = kind == "opponents"
    met = {p for f in window for p in sides_of(docket, f[0], stood[f[0]], across=across)}
    return float(len(met))


def sides_of(docket: Rows, filing_id: str, stood: int, *, across: bool) -> set[int]:
    """Parties of the other or the same side as the role a key stood in."""
    if stood > 1:
        return set()
    side = 1 - stood if across else stood
    return {k for k, i, role in docket.appearances if i == filing_id and role == side and is_party(k)}


def is_party(seen_key: int) -> bool:
    return seen_key >> NAMESPACE_SHIFT == namespace_code("party")


def ask(keys: list[int], asker: Asker, docket: Docket) -> Queries:
    """A query a key, all of one asker, in the slot `plaintiff`, `agent` or `phone` of its namespace."""
    slots: dict[Slot, tuple[Ints, Ints]] = {}
    by_slot: list[tuple[Slot, list[int]]] = [("plaintiff", PARTIES), ("agent", AGENTS), ("phone", PHONES)]
    for slot, ones in by_slot:
        places = [i for i, k in enumerate(keys) if k in ones]
        if places:
            slots[slot] = (np.array(places), np.array([keys[i] for i in places]))
    court = docket.court_number.get(asker.court, len(docket.courts))
    values: dict[Scope, int] = {
        "court": court,
        "elsewhere": court,
        "prefecture": prefecture_number(asker.court),
        "cause": family_code(asker.family),
        "amount": to_cents(asker.amount),
    }
    own = {scope: np.full(len(keys), value) for scope, value in values.items()}
    return Queries(np.full(len(keys), asker.as_of), slots, own)


def ask_as_filed(docket: Docket) -> Queries:
    """Every filing of a docket asks, as of its own moment."""
    everyone = np.arange(len(docket.filing_ids))
    own: dict[Scope, Ints] = {
        "court": docket.court,
        "elsewhere": docket.court,
        "prefecture": docket.prefecture,
        "cause": docket.family,
        "amount": docket.cents,
    }
    return Queries(docket.filed_at, fill_columns(docket, everyone), own, everyone)
