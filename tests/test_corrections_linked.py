"""What a correction does to the links: what was said holds, what is not concerned stays, and it is settled at once."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from link_samples import START, believed, dockets, empty, entity_of, put

from features.link.docket import link_pending
from features.link.relink_filing import relink_filing
from serving.corrections.make import correct_pair
from xiezhi.clock import DAY
from xiezhi.errors import Conflict
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.corrections import next_steps
from xiezhi.store.judgements import MentionRef
from xiezhi.store.tables import correction_steps, corrections, judgements, referents

NOW = START + 100 * DAY


def start_anew(store: Store, rows: list[Filing]) -> None:
    empty(store)
    with store.write() as connection:
        for table in (judgements, referents, corrections, correction_steps):
            connection.execute(table.delete())
    put(store, rows)
    link_pending(store)


def relink(store: Store, correction_id: str) -> set[str]:
    """Link again what a correction asks for; the filings it asked for."""
    with store.read() as connection:
        steps = next_steps(connection, correction_id, 1_000)
    for step in steps:
        with store.write() as connection:
            relink_filing(connection, store.vault, step.filing_id)
    return {step.filing_id for step in steps}


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=dockets(), data=st.data())
def test_what_was_said_holds_and_the_rest_stays(sqlite_store: Store, rows: list[Filing], data: Any) -> None:
    start_anew(sqlite_store, rows)
    before = entity_of(sqlite_store)
    persons = sorted(MentionRef(*name) for name in before if name[2] == "person")
    assume(len(persons) > 1)
    a, b = data.draw(st.lists(st.sampled_from(persons), min_size=2, max_size=2, unique=True))
    verdict = data.draw(st.sampled_from(["same", "different"]))
    try:
        made = correct_pair(sqlite_store, a, b, verdict, by="法官甲", reason="核对证件", at=NOW)
    except Conflict:
        return
    touched = relink(sqlite_store, made.correction_id)
    after = entity_of(sqlite_store)
    assert after.keys() == before.keys()
    assert (after[a] == after[b]) == (verdict == "same")
    assert {m: e for m, e in after.items() if m[0] not in touched} == {
        m: e for m, e in before.items() if m[0] not in touched
    }
    settled = believed(sqlite_store)
    relink(sqlite_store, made.correction_id)
    assert believed(sqlite_store) == settled
