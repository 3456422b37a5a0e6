"""Small random dockets for property tests of history."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from features.history.docket import Docket, make_docket
from features.history.keys import key
from xiezhi.clock import DAY
from xiezhi.records import Event, Finding

Row = tuple[str, int, float | None, str, str, str]


@dataclass(frozen=True)
class Rows:
    """A docket as plain rows, for an oracle to read."""

    filings: list[Row]
    appearances: list[tuple[int, str, int]]
    events: list[Event]
    findings: list[Finding]

    def docket(self) -> Docket:
        return make_docket(self.filings, self.appearances, self.events, self.findings)


PARTIES = [key("party", f"P-{i}") for i in range(4)]
AGENTS = [key("agent", f"A-{i}") for i in range(2)]
PHONES = [key("phone", f"13{i}") for i in range(2)]
_moments = st.integers(0, 60).map(lambda half_days: half_days * DAY // 2)


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Up to ten filings of four parties and two agents, with ties in time."""
    count = draw(st.integers(1, 10))
    ids = [f"f{i}" for i in range(count)]
    filings: list[Row] = [
        (
            filing_id,
            draw(_moments),
            draw(st.sampled_from([None, 0.1, 100.0, 250_000.55])),
            draw(st.sampled_from(["private_loan", "divorce", "enforcement"])),
            draw(st.sampled_from(["first_instance", "enforcement"])),
            "甘0702",
        )
        for filing_id in ids
    ]
    keys = st.sampled_from([*PARTIES, *AGENTS, *PHONES])
    appearances = draw(
        st.lists(st.tuples(keys, st.sampled_from(ids), st.integers(0, 2)), unique=True, max_size=40)
    )
    events = draw(
        st.lists(
            st.builds(
                lambda f, at, lag, kind: Event(f, at, kind, at + lag),
                st.sampled_from(ids),
                _moments,
                st.sampled_from([0, DAY, -DAY]),
                st.sampled_from(["mediated", "withdrawn", "closed", "seizure"]),
            ),
            max_size=15,
        )
    )
    findings = draw(
        st.lists(
            st.builds(
                lambda f, at, what: Finding(f, at, what, "judgment", at),
                st.sampled_from(ids),
                _moments,
                st.sampled_from(["false", "abusive", "genuine"]),
            ),
            max_size=5,
        )
    )
    return Rows(filings, appearances, events, findings)
