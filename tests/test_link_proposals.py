"""The nightly comparison proposes, people answer, and nothing moves by itself."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from link_samples import IDS, START, believed, empty, entity_of, filing, person, put
from numpy.typing import NDArray

from features.intake.take_in import take_in
from features.link.answers import accept, reject
from features.link.docket import link_pending
from features.link.judge import judge
from features.link.profile import Profile
from features.link.propose import ProposeCount, propose
from features.link.relink import link_again
from features.simulate import simulate
from xiezhi.cli import DONE, NOTHING_DONE, run
from xiezhi.clock import DAY
from xiezhi.errors import Conflict, NotFound
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.entities import entity_events
from xiezhi.store.filings import iterate_filings
from xiezhi.store.judgements import MentionRef, resolve_referent
from xiezhi.store.mentions import every_mention
from xiezhi.store.proposals import Proposal, open_proposals
from xiezhi.store.screenings import Screening, put_screenings

HOME = {"phone": "13812340001", "address": "甘州区东大街12号"}
AWAY = {"phone": "13800000009", "address": "牛王村4组23号"}
NOW = START + 100 * DAY
Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Found:
    cluster: NDArray[Any]
    probability: NDArray[Any]


def engine(likeness: Callable[[Profile], str]) -> Any:
    """Clusters by what `likeness` says of a mention; who must be together is, who must be apart is apart."""

    def link(
        profiles: Sequence[Profile], *, apart: Pairs = (), beside: Pairs = (), together: Pairs = ()
    ) -> Found:
        first: dict[str, int] = {}
        cluster = [first.setdefault(f"{p.kind}|{likeness(p)}", i) for i, p in enumerate(profiles)]
        for a, b in together:
            low, high = sorted((cluster[a], cluster[b]))
            cluster = [low if root == high else root for root in cluster]
        for a, b in (*apart, *beside):
            if cluster[a] == cluster[b]:
                cluster[max(a, b)] = max(a, b)
        return Found(np.array(cluster), np.full(len(cluster), 0.97))

    return link


by_name = engine(lambda profile: profile.name)
by_phone = engine(lambda profile: profile.phone)


def suit(filing_id: str, day: float, name: str = "欧阳小明", **more: Any) -> Filing:
    return filing(filing_id, day, person("p1", "plaintiff", name, **more))


def linked(store: Store, *rows: Filing) -> dict[str, str]:
    put(store, rows)
    link_pending(store)
    return who(store)


def who(store: Store) -> dict[str, str]:
    return {f: e for (f, record, _), e in entity_of(store).items() if record == "p1"}


def run_engine(store: Store, how: Any, at: int = NOW) -> list[Proposal]:
    propose(store, how, at)
    return opened(store)


def opened(store: Store) -> list[Proposal]:
    with store.read() as connection:
        return open_proposals(connection)


def answer(store: Store, how: Any, proposal: Proposal, at: int = NOW + 1) -> None:
    with store.write() as connection:
        how(connection, proposal.proposal_id, by="法官甲", reason="核对档案", at=at)


def part(store: Store) -> None:
    """Somebody says that the plaintiffs of f0 and f1 are two."""
    with store.write() as connection:
        first, second = (MentionRef(name, "p1", "person") for name in ("f0", "f1"))
        judge(connection, first, second, "different", by="x", reason="r", at=NOW)


def flag(store: Store, *filing_ids: str, band: str = "review") -> None:
    rows = [
        Screening(f"s{i}", i, 0, 0, "filed", "m", "r", 0.9, 2.0, band, {"reasons": []}, {})
        for i in filing_ids
    ]
    with store.write() as connection:
        put_screenings(connection, rows, 0)


def test_a_merge_is_proposed_with_its_effect_and_changes_nothing(store: Store) -> None:
    before = linked(
        store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY), suit("f2", 2, **AWAY), suit("g", 3, "刘强")
    )
    assert len(set(before.values())) == 3
    flag(store, "f0", "f2", "g")
    flag(store, "f1", band="none")
    links = believed(store)
    (proposal,) = run_engine(store, by_name)
    assert believed(store) == links
    assert proposal.action == "merge"
    assert [(part.entity_id, [ref.filing_id for ref in part.mentions]) for part in proposal.parts] == [
        (before["f0"], ["f0"]),
        (before["f1"], ["f1", "f2"]),
    ]
    assert proposal.probability == pytest.approx(0.97)
    assert (proposal.effect.mentions, proposal.effect.filings, proposal.effect.flagged) == (3, 3, ("f2",))
    assert {proposal.evidence.left.filing_id, proposal.evidence.right.filing_id} <= {"f0", "f1", "f2"}
    assert {step.field for step in proposal.evidence.steps} >= {"name", "phone", "address", "court"}


def test_an_accepted_merge(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY), suit("f2", 2, **AWAY))
    (proposal,) = run_engine(store, by_name)
    answer(store, accept, proposal)
    assert who(store) == before
    assert opened(store) == []
    after = linked(store, suit("late", 101, **AWAY))
    assert after["late"] == before["f0"]
    assert run_engine(store, by_name, NOW + 2) == []
    link_again(store, NOW + 3)
    assert set(who(store).values()) == {before["f0"]}
    assert run_engine(store, by_name, NOW + 4) == []
    with store.read() as connection:
        assert resolve_referent(connection, before["f1"]) == before["f0"]
        story = [(event.what, event.other_id) for event in entity_events(connection, before["f0"])]
    assert ("merged", before["f1"]) in story
    with pytest.raises(Conflict):
        answer(store, accept, proposal)


def test_an_accepted_merge_taken_back(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    (proposal,) = run_engine(store, by_name)
    answer(store, accept, proposal)
    link_again(store, NOW + 2)
    assert len(set(who(store).values())) == 1
    answer(store, reject, proposal, NOW + 3)
    link_again(store, NOW + 4)
    assert who(store) == before
    with store.read() as connection:
        assert resolve_referent(connection, before["f1"]) == before["f1"]
        assert resolve_referent(connection, before["f1"], NOW + 3) == before["f0"]


def test_a_pair_of_an_accepted_merge_judged_different(store: Store) -> None:
    before = linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    (proposal,) = run_engine(store, by_name)
    answer(store, accept, proposal)
    pair = MentionRef("f0", "p1", "person"), MentionRef("f1", "p1", "person")
    with store.write() as connection:
        judged = judge(connection, *pair, "different", by="x", reason="r", at=NOW + 2)
        assert (judged.left_entity, judged.right_entity) == (before["f0"], before["f1"])
    assert linked(store, suit("late", 101, **AWAY))["late"] == before["f1"]


def test_a_rejected_merge_waits_for_other_evidence(store: Store) -> None:
    linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    (proposal,) = run_engine(store, by_name)
    answer(store, reject, proposal)
    linked(store, suit("f2", 2, **AWAY))
    assert run_engine(store, by_name, NOW + 2) == []
    linked(
        store, suit("f3", 3, **AWAY, birth_date="1976-05-03"), suit("f4", -1, birth_date="1976-05-03", **HOME)
    )
    assert [p.action for p in run_engine(store, by_name, NOW + 3)] == ["merge"]
    with pytest.raises(Conflict):
        answer(store, reject, proposal)


def test_one_number_is_not_split_by_itself(store: Store) -> None:
    """Two names under one number are proposed for nothing, but may be judged."""
    rows = [suit(f"f{i}", i, ("欧阳小明", "刘强")[i % 2], id_number=IDS[0]) for i in range(4)]
    before = linked(store, *rows)
    assert len(set(before.values())) == 1
    assert run_engine(store, by_name) == []  # one number: even the likeliest pair says one
    part(store)
    link_again(store, NOW + 1)
    assert len(set(who(store).values())) == 2


def test_a_split_proposed_accepted_and_kept(store: Store) -> None:
    before = linked(store, *(suit(f"f{i}", i, **HOME) for i in range(4)))
    assert len(set(before.values())) == 1

    def halves(profiles: Sequence[Profile], **judged: Pairs) -> Found:
        return Found(np.array([0, 1, 0, 1]), np.ones(4))

    assert run_engine(store, halves) == []  # the likeliest pair across says one
    # Two numbers that were typed in later as corrections of nothing: the parts cannot be one.
    _contradict(store, {"f0": IDS[0], "f1": IDS[1], "f2": IDS[0], "f3": IDS[1]})
    (proposal,) = run_engine(store, halves, NOW + 1)
    assert (proposal.action, proposal.probability, proposal.evidence.bits) == ("split", 1.0, None)
    assert [[ref.filing_id for ref in part.mentions] for part in proposal.parts] == [
        ["f0", "f2"],
        ["f1", "f3"],
    ]
    answer(store, accept, proposal, NOW + 2)
    assert run_engine(store, halves, NOW + 3) == []
    link_again(store, NOW + 4)
    after = who(store)
    assert after["f0"] == after["f2"] == before["f0"]
    assert after["f1"] == after["f3"] != before["f0"]
    link_again(store, NOW + 5)
    assert who(store) == after
    assert run_engine(store, halves, NOW + 6) == []
    with store.read() as connection:
        events = entity_events(connection, before["f0"])
    assert [(e.what, e.by, e.proposal_id) for e in events if e.what == "split"] == [
        ("split", "法官甲", proposal.proposal_id)
    ]


def _contradict(store: Store, numbers: dict[str, str]) -> None:
    """Links as an older linker might have left them: one entity of two numbers."""
    from sqlalchemy import update

    from xiezhi.store.tables import mentions

    with store.write() as connection:
        for row in list(every_mention(connection)):
            profile = Profile.loads(row.normalised)._replace(number="r:" + numbers[row.filing_id])
            chosen = mentions.c.mention_no == row.number
            connection.execute(update(mentions).where(chosen).values(normalised=profile.dumps()))
        judge_nothing = MentionRef("f0", "p1", "person"), MentionRef("f2", "p1", "person")
        judge(connection, *judge_nothing, "same", by="x", reason="a new run is due", at=NOW)


def test_parties_of_one_filing_and_two_numbers_are_never_proposed(store: Store) -> None:
    put(
        store,
        [
            filing("f0", 0, person("p1", "plaintiff", "欧阳小明"), person("p2", "defendant", "欧阳小明")),
            suit("f1", 1, "刘强", id_number=IDS[0]),
            suit("f2", 2, "刘强", id_number=IDS[1]),
        ],
    )
    link_pending(store)
    assert run_engine(store, by_name) == []


def test_judged_different_is_not_proposed(store: Store) -> None:
    linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    part(store)
    assert run_engine(store, by_name) == []


def test_a_proposal_that_no_longer_fits_is_refused(store: Store) -> None:
    linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    (proposal,) = run_engine(store, by_name)
    part(store)
    with pytest.raises(Conflict) as refused:
        answer(store, accept, proposal)
    assert refused.value.code == "contradiction"
    linked(store, suit("f9", -9, "欧阳小明", **AWAY))
    link_again(store, NOW + 2)
    with pytest.raises(Conflict) as refused:
        answer(store, accept, proposal)
    assert refused.value.code == "stale"
    assert run_engine(store, by_phone, NOW + 3) == []
    with pytest.raises(NotFound):
        answer(store, accept, proposal)


def test_runs_are_not_repeated_and_a_broken_one_leaves_what_there_was(store: Store) -> None:
    linked(store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    assert propose(store, by_name, NOW) == ProposeCount(2, 1, 0)

    def dies(*_: Any, **__: Any) -> Found:
        raise KeyboardInterrupt

    assert propose(store, dies, NOW + 1) == ProposeCount(0, 1, 0)
    linked(store, suit("f2", 2, "刘强"))
    with pytest.raises(KeyboardInterrupt):
        propose(store, dies, NOW + 2)
    assert len(opened(store)) == 1


def test_a_docket_that_came_late_is_mended_by_proposals(sqlite_store: Store, tmp_path: Path) -> None:
    """The later half linked first: the earlier half's people stand apart until what is proposed is accepted."""
    store = sqlite_store
    simulate(tmp_path / "docket", filings=160, years=1.0, seed=3)
    take_in(store, [tmp_path / "docket"], mapping=None, settings=Settings(), rejects=None, received_at=START)
    with store.read() as connection:
        rows = [f.filing for f in iterate_filings(connection, store.vault, open_ids=True)]
    empty(store)
    linked(store, *rows[80:])
    linked(store, *rows[:80])
    with (tmp_path / "docket" / "truth" / "entities.csv").open(encoding="utf-8") as file:
        truth = {(row["filing_id"], row["record_id"]): row["entity_id"] for row in csv.DictReader(file)}
    apart = _recall(store, truth)

    def knows(profiles: Sequence[Profile], **judged: Pairs) -> Found:
        with store.read() as connection:
            held = sorted(every_mention(connection), key=lambda row: (row.filed_at, row.number))
        first: dict[str, int] = {}
        roots = [
            first.setdefault(row.entity_id if row.kind == "firm" else truth[row.filing_id, row.record_id], i)
            for i, row in enumerate(held)
        ]
        return Found(np.array(roots), np.ones(len(roots)))

    found = run_engine(store, knows)
    merges = [proposal for proposal in found if proposal.action == "merge"]
    assert len(merges) > 20
    for proposal in merges:
        answer(store, accept, proposal)
    link_again(store, NOW + 2)
    mended = _recall(store, truth)
    assert apart < 0.92 < 0.98 < mended, (apart, mended)
    assert len([p for p in run_engine(store, knows, NOW + 3) if p.action == "merge"]) <= 2


def _recall(store: Store, truth: dict[tuple[str, str], str]) -> float:
    """Share of the true pairs of mentions that stand in one entity."""
    held = {(f, r): e for (f, r, kind), e in entity_of(store).items() if kind != "firm"}

    def pairs(labels: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(labels).values())

    return pairs((truth[key], held[key]) for key in held) / pairs(truth[key] for key in held)


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["link", *arguments, "--json"]) == DONE
    return json.loads(capsys.readouterr().out)


def test_the_commands(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = linked(sqlite_store, suit("f0", 0, **HOME), suit("f1", 1, **AWAY))
    why = ("--by", "Judge A", "--reason", "papers seen")
    told = say(capsys, "judge", "same", "f0/p1", "f1/p1", *why)
    assert told["left_entity"] == told["right_entity"] == before["f0"]
    assert say(capsys, "judge", "withdraw", "f0/p1", "f1/p1", *why)["verdict"] == "withdrawn"
    assert run(["link", "judge", "withdraw", "f0/p1", "f1/p1", *why]) == NOTHING_DONE
    assert "Nothing that stands" in capsys.readouterr().err
    assert run(["link", "judge", "same", "f0/p1", "f7/p1", *why]) == NOTHING_DONE
    assert "no linked mention f7/p1" in capsys.readouterr().err
    assert run(["link", "judge", "same", "f0/p1", "f1/p1", "--by", "x"]) == 2
    capsys.readouterr()
    assert say(capsys, "questions") == []
    monkeypatch.setattr("features.link.table.link_profiles", by_name, raising=False)
    assert say(capsys, "propose") == {"compared": 2, "merges": 1, "splits": 0}
    (proposal,) = say(capsys, "proposals")
    assert [part["entity_id"] for part in proposal["parts"]] == [before["f0"], before["f1"]]
    assert run(["link", "proposals"]) == DONE
    assert proposal["proposal_id"] in capsys.readouterr().out
    assert say(capsys, "accept", proposal["proposal_id"], *why)["answer"] == "accepted"
    assert run(["link", "accept", proposal["proposal_id"], *why]) == NOTHING_DONE
    capsys.readouterr()
    assert say(capsys, "again") == {
        "filings": 2, "mentions": 2, "joined": 1, "claims_joined": 0, "kept": 1, "new": 0, "gone": 1,
    }  # fmt: skip
    assert say(capsys, "reject", proposal["proposal_id"], *why)["answer"] == "rejected"
