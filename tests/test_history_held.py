"""History held in memory tells what the store tells, whatever was written since, by whomever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event as Signal
from typing import Any

import numpy as np
import pytest
from dockets import AMOUNTS, COURTS, KEYS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.event import listen

from features.history import around, bulk, fetch, follow, held
from features.history.bulk import Numbers
from features.history.docket import NEVER, Docket
from features.history.fetch import fetch_docket
from features.history.follow import CannotHold, HeldHistory
from features.history.reading import Queries
from features.history.slots import fill_slots
from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.link.relink_filing import relink_filing
from features.link.resolve import resolve
from features.normalise.causes import cause_family
from features.pipeline import build_table, observe, observe_later
from features.simulate import simulate
from serving.screening.one import screen_one
from serving.screening.promoted import PromotedModel
from xiezhi.clock import DAY, Moment
from xiezhi.records import Event, Filing, Finding, Party
from xiezhi.settings import Settings
from xiezhi.store import Store, changes, open_store
from xiezhi.store.changes import note_all_changed
from xiezhi.store.erasures import erase
from xiezhi.store.filings import get_filing, iterate_filings, put_filings
from xiezhi.store.happenings import put_events, put_findings
from xiezhi.store.links import Link, LinkedFiling, LinkedMention, clear_links, keep, newest_mention, relink
from xiezhi.store.mentions import mentions_of_filings
from xiezhi.store.tables import events, filings, findings, history_changes

IDS = [f"f{i}" for i in range(6)]
MOMENTS = st.integers(0, 12).map(lambda half_days: half_days * DAY // 2)
BOUNDS = st.sampled_from([1, 2, 1_000])
STOOD = st.integers(1, 6).flatmap(
    lambda n: st.lists(
        st.tuples(st.sampled_from(KEYS), st.integers(0, 2)), unique=True, min_size=n, max_size=n
    ).map(tuple)
)
"""Appearances of one filing: (key, role)."""


@dataclass
class Court:
    """A store written through a connection of another process, and what was filed there."""

    store: Store
    filed: dict[str, Filing] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)

    def file(self, filing: Filing) -> None:
        """Hand in, a second time with other words as a correction."""
        self.filed.setdefault(filing.filing_id, filing)
        with self.store.write() as connection:
            family = cause_family(filing.cause, filing.proceeding)
            put_filings(connection, self.store.vault, [(filing, family, "test")], 100 * DAY)

    def link(self, filing_id: str, stood: tuple[tuple[int, int], ...]) -> None:
        """Link, a second time as a correction of links does."""
        filed_at = self.filed[filing_id].filed_at
        link = Link(filing_id, "p", "person", "plaintiff", f"E-{filing_id}", 1.0)
        mention = LinkedMention(link, filed_at, "{}", (1,))
        one = LinkedFiling(filing_id, filed_at, (mention,), f"c-{filing_id}", 1.0, stood)
        with self.store.write() as connection:
            if filing_id in self.linked:
                relink(connection, one, mentions_of_filings(connection, [filing_id]), ())
            else:
                keep(connection, [one], newest_mention(connection))
        self.linked.add(filing_id)

    def learn(self, record: Event | Finding) -> None:
        with self.store.write() as connection:
            if isinstance(record, Event):
                put_events(connection, [(record, "test")], 100 * DAY)
            else:
                put_findings(connection, [(record, "test")], 100 * DAY)


def make_filing(filing_id: str, filed_at: Moment, cause: str, court: str, amount: float | None) -> Filing:
    party = Party("p", "plaintiff", "person", "甲")
    return Filing(filing_id, court, filed_at, cause, (party,), claim_amount=amount)


FILINGS = st.builds(
    make_filing,
    st.sampled_from(IDS),
    MOMENTS,
    st.sampled_from(["民间借贷纠纷", "离婚纠纷"]),
    st.sampled_from(COURTS),
    st.sampled_from(AMOUNTS),
)
LINKED = st.tuples(FILINGS, STOOD)
ACTS = st.one_of(
    LINKED,
    LINKED,
    FILINGS,
    st.tuples(st.sampled_from(IDS), STOOD),
    st.builds(
        lambda f, at, lag, kind: Event(f, at, kind, at + lag),
        st.sampled_from(IDS), MOMENTS, st.sampled_from([0, DAY, -DAY]), st.sampled_from(["mediated", "closed"]),
    ),
    st.builds(
        lambda f, at, lag, what: Finding(f, at, what, "judgment", at + lag),
        st.sampled_from(IDS), MOMENTS, st.sampled_from([0, DAY]), st.sampled_from(["false", "genuine"]),
    ),
    st.sampled_from(["remake", "load", "everything"]),
)  # fmt: skip
QUESTIONS = st.tuples(FILINGS, STOOD, MOMENTS, BOUNDS)


def act(court: Court, history: HeldHistory, what: Any) -> None:
    if isinstance(what, Filing):
        first = court.filed.get(what.filing_id, what)
        court.file(replace(what, filed_at=first.filed_at))
    elif isinstance(what, Event | Finding):
        court.learn(what)
    elif isinstance(what, tuple):
        if isinstance(what[0], Filing):
            act(court, history, what[0])
        filing_id = what[0] if isinstance(what[0], str) else what[0].filing_id
        if filing_id in court.filed:
            court.link(filing_id, what[1])
    elif what == "remake":
        history.remake()
    elif what == "load":
        history.load()
    else:
        with court.store.write() as connection:
            note_all_changed(connection)


def tell(docket: Docket, as_of: Moment) -> tuple[Any, ...]:
    """What a docket tells as of a moment, in plain rows."""
    ids = docket.filing_ids
    of_filings = zip(
        ids, docket.filed_at, docket.cents, docket.family, docket.proceeding,
        [docket.courts[c] for c in docket.court], strict=True,
    )  # fmt: skip
    seen = zip(docket.key, ids[docket.key_filing], docket.key_role, strict=True)
    until = np.where(docket.happening_until < as_of, docket.happening_until, NEVER)
    learned = zip(
        ids[docket.happening_filing], docket.happening_kind, docket.happening_known, until, strict=True
    )
    return list(of_filings), sorted(seen), sorted(row for row in learned if row[2] < as_of)


def ask(store: Store, history: HeldHistory, question: Any) -> None:
    """Both ways of reading tell the same of a filing, as filed and looked at later."""
    filing, stood, later, most = question
    slots = fill_slots(stood)
    if not slots:
        return
    columns = {slot: (np.zeros(len(k), np.int64), k) for slot, k in slots.items()}
    for as_of in (filing.filed_at, filing.filed_at + later):
        asker = Queries(np.array([as_of]), columns)
        with store.read() as connection:
            held_told = history.fetch(connection, filing, asker, most)
            told = fetch_docket(connection, filing, asker, most)
        assert tell(held_told, as_of) == tell(told, as_of)


@pytest.fixture
def court(store: Store) -> Iterator[Court]:
    other = open_store(Settings())
    if store.engine.dialect.name == "sqlite":
        listen(other.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        other.engine.dispose()  # who was connected before waits for the disk
    yield Court(other)
    other.close()


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a dozen filings pass."""
    for module in (fetch, held):
        monkeypatch.setattr(module, "READ", 2)
        monkeypatch.setattr(module, "RECENT", {"all": 2, "court": 1})
    monkeypatch.setattr(around, "FOLLOWED", 2)
    monkeypatch.setattr(around, "MOST_REACHED", 6)
    monkeypatch.setattr(changes, "KEPT", 12)
    monkeypatch.setattr(follow, "ROOM", 8)


def start_anew(court: Court) -> None:
    court.filed.clear()
    court.linked.clear()
    with court.store.write() as connection:
        clear_links(connection)
        for table in (events, findings, filings, history_changes):
            connection.execute(table.delete())


ANY_STORE = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def hold(court: Court, store: Store, before: list[Any]) -> HeldHistory:
    """The history of a store in which this happened, loaded."""
    history = HeldHistory(store)
    for what in before:
        act(court, history, what)
    history.load()
    return history


@ANY_STORE
@given(
    before=st.lists(LINKED, min_size=3, max_size=10),
    since=st.lists(ACTS, min_size=5, max_size=10),
    last=st.lists(QUESTIONS, min_size=4, max_size=6),
)
def test_what_is_held_is_what_the_store_tells(
    court: Court, store: Store, small_bounds: None, before: list[Any], since: list[Any], last: list[Any]
) -> None:
    start_anew(court)
    history = hold(court, store, before)
    for what in since:
        act(court, history, what)
        ask(store, history, last[0])
    for question in last:
        ask(store, history, question)


def loan(number: int, day: int) -> Filing:
    return make_filing(f"f{number}", day * DAY, "民间借贷纠纷", COURTS[0], 100.0)


PARTY, OTHER, PHONE = KEYS[0], KEYS[1], KEYS[6]


@pytest.mark.parametrize(
    ("before", "since"),
    [
        pytest.param(
            [(loan(i, i), ((OTHER, 0),)) for i in (1, 3, 4)],
            [(loan(2, 2), ((OTHER, 0),))],
            id="a late filing among the latest of a cause",
        ),
        pytest.param(
            [(loan(1, 2), ((PARTY, 0),)), Event("f1", DAY, "closed", 3 * DAY)],
            [(loan(2, 1), ((PARTY, 0),)), "remake"],
            id="columns made anew with a filing before those there were",
        ),
        pytest.param(
            [(loan(i, i), ((PARTY, 0), (PHONE, 0))) for i in (1, 2, 3, 4)],
            [(loan(5, 5), ((PARTY, 0), (PHONE, 0)))],
            id="more filings of a key than neighbourhoods read",
        ),
        pytest.param(
            [(loan(i, 1), ((PARTY, 0),)) for i in (1, 3)],
            [(loan(2, 1), ((PARTY, 0),))],
            id="of one moment, by id",
        ),
        pytest.param(
            [(loan(1, 1), ((PARTY, 0),))],
            [("f1", ((PARTY, 1),)), ("f1", ((OTHER, 0),)), "remake", ("f1", ((PARTY, 0),))],
            id="linked again and again",
        ),
        pytest.param(
            [Event("f1", DAY, "closed", DAY)], [(loan(1, 2), ((PARTY, 0),))], id="an event before its filing"
        ),
    ],
)
def test_single_cases(
    court: Court, store: Store, small_bounds: None, before: list[Any], since: list[Any]
) -> None:
    history = hold(court, store, before)
    for what in since:
        act(court, history, what)
        ask(store, history, (loan(9, 9), ((PARTY, 0),), 0, 1_000))
        ask(store, history, (loan(9, 9), ((OTHER, 1), (PARTY, 1)), DAY, 1))
        assert history.is_held


@pytest.fixture(scope="module")
def docket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated docket of 250 filings."""
    out = tmp_path_factory.mktemp("docket") / "docket"
    simulate(out, filings=250, years=1.0, seed=8)
    return out


def test_filings_told_by_hash_are_those_told_by_name(store: Store, docket: Path) -> None:
    """A filing that is not among those numbered has no number."""
    take_in(store, [docket], mapping=None, settings=Settings(), rejects=None, received_at=100 * DAY)
    link_pending(store)
    with store.read() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "_BLOCKS", 3)
        patch.setattr(bulk, "_IDS", 100)
        ids = np.array(list(connection.execute(select(filings.c.filing_id)).scalars())[::2], dtype=object)
        kept, named = Numbers(connection, ids), Numbers(connection, ids)
        named._is_hashed = False
        assert kept._is_hashed == (connection.dialect.name == "postgresql")
        for one, other in ((kept.appearances, named.appearances), (kept.events, named.events)):
            rows = [
                sorted(row for page in what() for row in np.stack(page, axis=1).tolist())
                for what in (one, other)
            ]
            assert rows[0] == rows[1]
            assert 0 < sum(-1 in row for row in rows[0]) < len(rows[0])


def test_whole_rows_are_the_same(store: Store, docket: Path) -> None:
    """Rows with what they count, as filed and looked at later, after filings were erased and linked again."""
    take_in(store, [docket], mapping=None, settings=Settings(), rejects=None, received_at=100 * DAY)
    link_pending(store)
    ids = build_table(store).filing_ids
    history = HeldHistory(store)
    history.load()
    whom = dict.fromkeys(ids[::7])
    with store.write() as connection:
        erase(connection, store.vault, whom, at=DAY, by="x", kind="filings", ground="x", backups=())
        put_events(connection, [(Event(i, DAY, "mediated", DAY), "x") for i in ids[::3]], DAY)
        for filing_id in ids[1::5]:
            relink_filing(connection, store.vault, filing_id)
    assert history.is_held
    for filing_id in ids[::23]:
        with store.read() as connection:
            stored = get_filing(connection, store.vault, filing_id)
            assert stored is not None
            linked = resolve(connection, store.vault, stored.filing)
        filing, later = stored.filing, stored.filing.filed_at + 90 * DAY
        for one, other in (
            (observe(store, filing, linked, fetch=history.fetch), observe(store, filing, linked)),
            (observe_later(store, filing, later, fetch=history.fetch), observe_later(store, filing, later)),
        ):
            np.testing.assert_array_equal(one.values, other.values)
            for name in one.names:
                assert one.witnesses(0, name) == other.witnesses(0, name), name
                assert one.is_at_least(0, name) == other.is_at_least(0, name), name
    assert history.is_held


def test_filings_kept_one_after_the_other_are_scored_as_without_memory(
    sqlite_store: Store, docket: Path, tmp_path: Path
) -> None:
    history, model = HeldHistory(sqlite_store), PromotedModel(sqlite_store, Settings())
    held_model = PromotedModel(sqlite_store, Settings(), history.fetch)
    take_in(sqlite_store, [docket], mapping=None, settings=Settings(), rejects=None, received_at=100 * DAY)
    link_pending(sqlite_store)
    history.load()
    with sqlite_store.read() as connection:
        last = [stored.filing for stored in iterate_filings(connection, sqlite_store.vault)][-12:]
    for number, filing in enumerate(last):
        again = replace(filing, filing_id=f"n{number}", filed_at=filing.filed_at + DAY)
        kept, is_new = held_model.keep(again, source="test", scored_at=filing.filed_at)
        assert is_new
        alone = screen_one(sqlite_store, model.screener(), again, scored_at=filing.filed_at)
        assert kept.features == alone.features
    assert history.is_held


def test_it_is_loaded_beside_and_again_when_all_changed(court: Court, store: Store) -> None:
    court.file(make_filing("f0", 0, "离婚纠纷", COURTS[0], None))
    history = HeldHistory(store)
    assert not history.is_held
    with history.kept():
        wait_until_held(history)
        with court.store.write() as connection:
            note_all_changed(connection)
        ask(store, history, (make_filing("f1", DAY, "离婚纠纷", COURTS[0], 1.0), ((KEYS[0], 0),), 0, 1_000))
        wait_until_held(history)


def wait_until_held(history: HeldHistory) -> None:
    for _ in range(2_000):
        if history.is_held:
            return
        Signal().wait(0.01)
    pytest.fail("nothing was loaded")


def test_what_cannot_be_held_is_read_from_the_store(
    court: Court, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = make_filing("f0", 0, "离婚纠纷", COURTS[0], None)
    court.file(filing)
    court.link("f0", ((KEYS[0], 0), (KEYS[1], 1)))
    question = (make_filing("f1", DAY, "离婚纠纷", COURTS[0], 1.0), ((KEYS[0], 0),), DAY, 1_000)
    history = HeldHistory(store)
    with monkeypatch.context() as patch:
        patch.setattr(follow, "MOST_HELD", 1)
        with pytest.raises(CannotHold):
            history.load()
    ask(store, history, question)
    history.load()
    court.filed["f0"] = replace(filing, filed_at=DAY // 2)  # linked by a later version, of another day
    court.link("f0", ((KEYS[0], 0),))
    ask(store, history, question)
    assert not history.is_held
    with pytest.raises(CannotHold):
        history.load()
