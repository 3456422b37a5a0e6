"""One filing that asks alone is told what it is told among many, to the bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dockets import KEYS, Asker, Rows, ask, askers, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from test_history_oracle import QUESTIONS, SCOPED, SLOTS, bounds

from features.history import alone
from features.history.kernel import History
from features.history.part import in_turn
from features.history.reading import Queries

EVERY = in_turn(dict(enumerate(replace(q, slot=slot) for slot in SLOTS for q in QUESTIONS + SCOPED)))


@settings(max_examples=40, deadline=None)
@given(rows(), askers, bounds, st.booleans())
def test_alone_as_among_many(docket: Rows, asker: Asker, most: int, in_parts: bool) -> None:
    built = docket.docket()
    many = ask(KEYS, asker, built)
    among = np.full((len(many.as_of), len(EVERY)), 7.5)
    History(built, most).answer_all(EVERY, many, among)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alone, "_ROWS", 2 if in_parts else alone._ROWS)
        for row in range(len(many.as_of)):
            own = np.full((1, len(EVERY)), 7.5)
            History(built, most).answer_all(EVERY, many.one(row), own)
            np.testing.assert_array_equal(own[0], among[row])


@settings(max_examples=30, deadline=None)
@given(rows(), askers, bounds, st.booleans())
def test_all_keys_in_one_filing_as_each_in_its_own(
    docket: Rows, asker: Asker, most: int, in_parts: bool
) -> None:
    """What a slot of several keys is told is the largest, or the smallest, of what each is told."""
    built = docket.docket()
    each = ask(KEYS, asker, built)
    slots = {slot: (np.zeros_like(query), key) for slot, (query, key) in each.slots.items()}
    together = Queries(each.as_of[:1], slots, {scope: own[:1] for scope, own in each.own.items()})
    twice = Queries(
        np.repeat(each.as_of[:1], 2), slots, {scope: np.repeat(own[:1], 2) for scope, own in each.own.items()}
    )
    own, among = np.full((1, len(EVERY)), 7.5), np.full((2, len(EVERY)), 7.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alone, "_ROWS", 2 if in_parts else alone._ROWS)
        History(built, most).answer_all(EVERY, together, own)
    History(built, most).answer_all(EVERY, twice, among)
    np.testing.assert_array_equal(own[0], among[0])
