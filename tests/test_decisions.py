"""Decisions: what may follow what, the second person, reopening, series, audit draws and second looks."""

from __future__ import annotations

from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
from bench_samples import flag, open_bench, relate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving_samples import NOW
from sqlalchemy import delete

from serving.review.bench import claim_next, read_reviews
from serving.review.case import read_case
from serving.review.decide import Judgement, adjudicate, answer, judge, refer, reopen
from serving.review.overview import disputed_filings
from serving.review.reviewer import Reviewer, sole_reviewer
from serving.review.second import agreement, cohens_kappa, give_opinion
from serving.review.standing import hide_scores, read_standing
from training.data.weights import weigh
from xiezhi.audit.check import check_store
from xiezhi.clock import DAY, Moment
from xiezhi.decisions import ADVERSE, DECISION_KINDS, FINAL, MAY, Act, check_act, state_of
from xiezhi.errors import Conflict, InputError, NotFound, NotPermitted, XiezhiError
from xiezhi.grounds import GROUNDS, MEASURES, check_terms, gravest
from xiezhi.labels import labels_as_of
from xiezhi.review_policy import ReviewPolicy, read_policy
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.decisions import decisions_of, details_of, opinions_of
from xiezhi.store.dump import dump_tables
from xiezhi.store.happenings import findings_of
from xiezhi.store.review_policies import add_policy
from xiezhi.store.reviews import SECOND_ASKED, acts_of
from xiezhi.store.screenings import audit_draws
from xiezhi.store.tables import decision_details

pytestmark = pytest.mark.usefixtures("quick_passwords")

FALSE = Judgement("false", "虚构借款", ("dismissed", "fined"), ("collusion",))
CLEARED = Judgement("cleared", "转账属实", (), ("money_proved",))
LATER = NOW + DAY
_FRESH = count()


def double(store: Store, share: float) -> None:
    with store.write() as connection:
        policy = ReviewPolicy(double_share=share)
        add_policy(connection, policy, reason="test", at=NOW - 1, actor="sun")


def record(store: Store, filing_id: str) -> list[str]:
    with store.read() as connection:
        return [one.decision for one in decisions_of(connection, [filing_id])]


def label(store: Store, filing_id: str) -> bool | None:
    """Whether training takes the filing for false (None: no label)."""
    with store.read() as connection:
        found = labels_as_of(findings_of(connection, [filing_id], None), LATER * 2)
    return found[filing_id].positive if filing_id in found else None


@given(st.lists(st.sampled_from(sorted(set().union(*MAY.values()))), max_size=30), st.data())
def test_no_sequence_of_acts_leaves_the_states(acts: list[Act], data: st.DataObject) -> None:
    latest: str | None = None
    rows = {"propose": "proposed", "return": "returned", "reopen": "reopened", "ask_proof": "needs_proof"}
    for act in acts:
        before = state_of(latest)
        try:
            check_act(latest, act)
        except Conflict:
            assert act not in MAY[before]
            continue
        latest = rows.get(act) or data.draw(st.sampled_from(sorted(FINAL)))
        after = state_of(latest)
        assert after in MAY, "every state has a way on"
        assert (before, after) != ("decided", "proposed")
        assert before != "decided" or act in ("reopen", "adjudicate"), "what was decided stands"


def test_measures_and_grounds_go_with_their_outcomes() -> None:
    assert check_terms("false", ("fined", "dismissed"), ()) == (("dismissed", "fined"), ())
    assert gravest(("dismissed", "fined", "referred")) == "referred"
    assert gravest(()) is None
    for outcome in ("cleared", "needs_proof"):
        for measure in MEASURES:
            with pytest.raises(InputError, match="does not go"):
                check_terms(outcome, (measure,), ())
    with pytest.raises(InputError, match="does not go"):
        check_terms("abusive", ("detained",), ())
    with pytest.raises(InputError, match="no such"):
        check_terms("false", ("hanged",), ())
    assert all(term.zh and term.en and term.outcomes <= set(DECISION_KINDS) for term in GROUNDS.values())


def test_an_adverse_decision_needs_another_person_who_presides(store: Store) -> None:
    people = open_bench(store)
    double(store, 0.0)
    (one,) = flag(store, "F-001")
    (proposed,) = judge(store, [one], FALSE, people["zhao"], LATER)
    assert proposed.decision == "proposed"
    assert label(store, "F-001") is None, "a proposal says nothing to training"
    with pytest.raises(NotPermitted):
        answer(store, one, confirms=True, reason="同意", by=people["li"], at=LATER)
    with pytest.raises(Conflict) as error:
        answer(store, one, confirms=True, reason="同意", by=people["zhao"], at=LATER)
    assert error.value.code == "second-person"
    answer(store, one, confirms=False, reason="再核流水", by=people["qian"], at=LATER)
    assert record(store, "F-001") == ["proposed", "returned"]
    with store.read() as connection:
        (review,) = read_reviews(connection, Settings(), ReviewPolicy(), LATER + 9)
    assert review.holder == "zhao", "it is back with whoever proposed it"
    judge(store, [one], FALSE, people["zhao"], LATER)
    answer(store, one, confirms=True, reason="同意", by=people["qian"], at=LATER)
    assert record(store, "F-001") == ["proposed", "returned", "proposed", "false"]
    with store.read() as connection:
        (found,) = findings_of(connection, ["F-001"], None)
    assert (found.finding, found.source, found.measure) == ("false", "review", "fined")
    with pytest.raises(Conflict):
        judge(store, [one], CLEARED, people["wang"], LATER)
    with store.read() as connection:
        assert check_store(connection).whole


def test_a_decided_flag_is_reopened_and_its_finding_taken_back(store: Store) -> None:
    people = open_bench(store)
    (one,) = flag(store, "F-001")
    judge(store, [one], FALSE, people["li"], LATER)
    answer(store, one, confirms=True, reason="同意", by=people["zhao"], at=LATER)
    assert label(store, "F-001") is True
    with pytest.raises(InputError):
        reopen(store, one, reason=" ", by=people["qian"], at=LATER)
    reopen(store, one, reason="新证据", by=people["qian"], at=LATER)
    assert label(store, "F-001") is False
    assert record(store, "F-001") == ["proposed", "false", "reopened"]
    for earlier in ("li", "zhao"):
        with pytest.raises(Conflict, match="decided on this filing before"):
            judge(store, [one], CLEARED, people[earlier], LATER)
    judge(store, [one], CLEARED, people["wang"], LATER)
    reopen(store, one, reason="又有新证据", by=people["qian"], at=LATER)
    assert label(store, "F-001") is False, "reopening what was cleared accuses nobody"


def test_a_referral_follows_its_measure_and_is_kept_once(sqlite_store: Store) -> None:
    (one,) = flag(sqlite_store, "F-001")
    sole = sole_reviewer("李法官")
    told = {"authority": "police", "referred_on": "2026-11-25", "reference": "甘0702移送1号"}
    with pytest.raises(Conflict) as error:
        refer(sqlite_store, one, by=sole, at=LATER, **told)
    assert error.value.code == "not-referred"
    judge(sqlite_store, [one], Judgement("false", "虚构", ("referred",)), sole, LATER)
    first = refer(sqlite_store, one, by=sole, at=LATER, **told)
    again = refer(sqlite_store, one, by=sole, at=LATER + 5, **told)
    assert again.at == first.at
    for bad in ({"authority": "mayor"}, {"referred_on": "yesterday"}, {"reference": " "}):
        with pytest.raises(InputError):
            refer(sqlite_store, one, by=sole, at=LATER, **told | bad)


def test_a_series_is_claimed_and_decided_at_once_and_each_by_itself_reversible(store: Store) -> None:
    people = open_bench(store)
    ids = flag(store, "F-001", "F-002", "F-003", "F-009")
    relate(store, "F-001", "F-002", "F-003")
    taken = claim_next(store, Settings(), people["li"], LATER, blind=False)
    assert [r.work.filing_id for r in taken] == ["F-001", "F-002", "F-003"]
    case = read_case(store, "F-001")
    standing = read_standing(store, Settings(), case, people["li"], LATER)
    assert [r.work.filing_id for r in standing.series] == ["F-002", "F-003"]
    made = judge(store, ids[:3], CLEARED, people["li"], LATER)
    assert [one.filing_id for one in made] == ["F-001", "F-002", "F-003"]
    assert {one.reason for one in made} == {"转账属实"}
    with store.read() as connection:
        details = details_of(connection, ["F-001", "F-002", "F-003"])
    assert len({detail.series for detail in details.values()}) == 1
    reopen(store, ids[1], reason="此件有异", by=people["zhao"], at=LATER)
    assert record(store, "F-002") == ["cleared", "reopened"]
    assert record(store, "F-001") == ["cleared"]
    again = reopen(store, ids[0], reason="全部重审", by=people["zhao"], at=LATER, whole_series=True)
    assert sorted(one.filing_id for one in again) == ["F-001", "F-003"], "what is open already stays as it is"
    judge(store, [ids[3]], CLEARED, people["li"], LATER)
    with pytest.raises(Conflict):  # one of them was decided: nothing is kept of any
        judge(store, [ids[1], ids[3]], CLEARED, people["wang"], LATER)
    assert record(store, "F-002") == ["cleared", "reopened"]


def test_an_audit_draw_is_judged_blind_and_its_probability_reaches_training(
    store: Store, tmp_path: Path
) -> None:
    people = open_bench(store)
    (one,) = flag(store, "F-001", band="none", audit=0.05)
    (plain,) = flag(store, "F-002", band="none")
    (taken,) = claim_next(store, Settings(), people["li"], LATER, blind=True)
    assert taken.work.screening_id == one
    case = read_case(store, "F-001")
    standing = read_standing(store, Settings(), case, people["li"], LATER)
    assert standing.blind
    assert hide_scores(case).screenings == ()
    assert not read_standing(store, Settings(), case, people["sun"], LATER).blind, (
        "an overseer judges nothing"
    )
    with pytest.raises(NotFound):
        judge(store, [plain], CLEARED, people["li"], LATER)
    (made,) = judge(store, [one], FALSE, people["li"], LATER)
    answer(store, one, confirms=True, reason="同意", by=people["zhao"], at=LATER)
    after = read_standing(store, Settings(), read_case(store, "F-001"), people["li"], LATER)
    assert not after.blind
    detail = after.details[made.decision_id]
    assert (detail.blind, detail.drawn_with) == (True, 0.05)
    with store.read() as connection:
        drawn = audit_draws(connection, LATER * 2)
        assert check_store(connection).whole
        assert dump_tables(connection, tmp_path)["decision_details"] == 2, "a backup takes it along"
    assert drawn == {"F-001": 0.05}
    weight = weigh(
        ripe=np.ones(1), positive=np.array([True]), labelled=np.array([True]), certainty=np.ones(1),
        drawn_with=np.array([drawn["F-001"]]), in_doubt=np.array([False]),
    )  # fmt: skip
    assert weight == pytest.approx(1 / 0.05)


def test_a_second_reviewer_is_blind_until_he_has_judged_and_a_third_settles(store: Store) -> None:
    people = open_bench(store)
    double(store, 1.0)
    (one,) = flag(store, "F-001")
    judge(store, [one], CLEARED, people["li"], LATER)
    assert claim_next(store, Settings(), people["li"], LATER, blind=True) == [], "not the first reviewer"
    assert claim_next(store, Settings(), people["wang"], LATER, blind=True)
    case = read_case(store, "F-001")
    assert read_standing(store, Settings(), case, people["wang"], LATER).blind
    assert give_opinion(store, one, FALSE, people["zhao"], LATER) is None, "he does not hold the seat"
    opinion = give_opinion(store, one, FALSE, people["wang"], LATER)
    assert opinion is not None
    assert opinion.drawn_with == 1.0
    assert record(store, "F-001") == ["cleared"], "an opinion stands beside the record"
    standing = read_standing(store, Settings(), case, people["wang"], LATER)
    assert (standing.blind, standing.disagreement) == (False, True)
    with store.read() as connection:
        assert disputed_filings(connection) == ["F-001"]
    with pytest.raises(NotPermitted):
        adjudicate(store, one, FALSE, people["wang"], LATER)
    adjudicate(store, one, FALSE, people["zhao"], LATER)
    assert record(store, "F-001") == ["cleared", "false"]
    assert label(store, "F-001") is True
    with pytest.raises(Conflict, match="do not differ"):
        adjudicate(store, one, FALSE, people["zhao"], LATER)
    with store.read() as connection:
        assert disputed_filings(connection) == []
    assert agreement(store).counts == {("cleared", "false"): 1}


def test_the_lot_of_a_second_look_falls_once_when_a_flag_is_decided(store: Store) -> None:
    people = open_bench(store)
    double(store, 1.0)
    (one,) = flag(store, "F-001")

    def asked() -> list[str]:
        with store.read() as connection:
            return [act.reason for act in acts_of(connection, ["F-001"]) if act.act == SECOND_ASKED]

    judge(store, [one], FALSE, people["zhao"], LATER)
    assert asked() == [], "a proposal is no decision"
    answer(store, one, confirms=False, reason="再核流水", by=people["qian"], at=LATER)
    judge(store, [one], FALSE, people["zhao"], LATER)
    confirmed = answer(store, one, confirms=True, reason="同意", by=people["qian"], at=LATER)
    assert asked() == [confirmed.decision_id]
    for name in ("zhao", "qian"):
        assert claim_next(store, Settings(), people[name], LATER, blind=True) == [], "one of the two"
    assert claim_next(store, Settings(), people["wang"], LATER, blind=True)
    assert give_opinion(store, one, CLEARED, people["wang"], LATER)
    assert agreement(store).counts == {("false", "cleared"): 1}
    for name in ("zhao", "qian"):
        with pytest.raises(Conflict) as barred:
            adjudicate(store, one, CLEARED, people[name], LATER)
        assert barred.value.code == "second-person"
    reopen(store, one, reason="新证据", by=people["li"], at=LATER)
    judge(store, [one], CLEARED, people["li"], LATER)
    assert asked() == [confirmed.decision_id], "decided again is not drawn again"


def test_agreement_counts_what_was_decided_before_there_were_details(store: Store) -> None:
    people = open_bench(store)
    double(store, 1.0)
    (one,) = flag(store, "F-001")
    judge(store, [one], CLEARED, people["li"], LATER)
    claim_next(store, Settings(), people["wang"], LATER, blind=True)
    assert give_opinion(store, one, FALSE, people["wang"], LATER)
    reopen(store, one, reason="新证据", by=people["li"], at=LATER)
    (again,) = judge(store, [one], CLEARED, people["zhao"], LATER)
    old = delete(decision_details).where(decision_details.c.act == "decide")
    with store.write() as connection:
        connection.execute(old.where(decision_details.c.decision_id == again.decision_id))
    assert len(reopen(store, one, reason="又有新证据", by=people["li"], at=LATER, whole_series=True)) == 1
    with store.write() as connection:
        connection.execute(old)
    assert agreement(store).counts == {("cleared", "false"): 1}


def test_needs_proof_stops_the_clock_until_it_is_in(sqlite_store: Store) -> None:
    people = open_bench(sqlite_store)
    (one,) = flag(sqlite_store, "F-001")
    claim_next(sqlite_store, Settings(), people["li"], LATER, blind=False)
    asked = Judgement("needs_proof", "银行流水", (), ("money_source",))
    judge(sqlite_store, [one], asked, people["li"], LATER)
    with sqlite_store.read() as connection:
        (review,) = read_reviews(connection, Settings(), ReviewPolicy(), LATER + 30 * DAY)
    assert (review.holder, review.due.unknown) == ("li", "paused")
    judge(sqlite_store, [one], CLEARED, people["li"], LATER + 30 * DAY)
    assert record(sqlite_store, "F-001") == ["needs_proof", "cleared"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["li", "wang", "zhao", "qian"]),
            st.sampled_from(["false", "cleared", "needs_proof", "confirm", "return", "reopen"]),
        ),
        max_size=10,
    )
)
def test_nobody_alone_finds_anybody_false(sqlite_store: Store, acts: list[tuple[str, str]]) -> None:
    double(sqlite_store, 0.0)
    people = {
        name: Reviewer(
            name,
            name,
            frozenset({"presiding_judge" if name in ("zhao", "qian") else "reviewer"}),
            alone=False,
        )
        for name in ("li", "wang", "zhao", "qian")
    }
    name = f"F-{next(_FRESH)}"
    (one,) = flag(sqlite_store, name)
    for who, act in acts:
        try:
            _do(sqlite_store, one, people[who], act, LATER)
        except XiezhiError:
            continue
    with sqlite_store.read() as connection:
        rows = decisions_of(connection, [name])
        found = findings_of(connection, [name], None)
        details = details_of(connection, [name])
    proposer = ""
    for row in rows:
        if row.decision == "proposed":
            proposer = row.decided_by
        if row.decision in ADVERSE:
            assert details[row.decision_id].act == "confirm"
            assert row.decided_by != proposer
    finals = [row.decision for row in rows if row.decision in FINAL]
    reversed_ones = sum(b.decision == "reopened" and a.decision in ADVERSE for a, b in pairwise(rows))
    assert len(found) == len(finals) + reversed_ones
    if rows and rows[-1].decision in ADVERSE:
        assert label(sqlite_store, name) is True
    elif finals:
        assert label(sqlite_store, name) is False


def _do(store: Store, one: str, by: Reviewer, act: str, at: Moment) -> None:
    if act in ("confirm", "return"):
        answer(store, one, confirms=act == "confirm", reason="理由", by=by, at=at)
    elif act == "reopen":
        reopen(store, one, reason="理由", by=by, at=at)
    else:
        judge(store, [one], Judgement(act, "理由"), by, at)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15, 0.4),
        ([("a", "a")] * 9 + [("b", "b")] * 9, 1.0),
        ([("a", "b")] * 9 + [("b", "a")] * 9, -1.0),
        ([("a", "a")] * 9, None),
        ([], None),
    ],
)
def test_cohens_kappa(pairs: list[tuple[str, str]], kappa: float | None) -> None:
    found = cohens_kappa(pairs)
    assert found.kappa == (None if kappa is None else pytest.approx(kappa))
    if found.kappa is not None and found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.kappa <= found.high <= 1


def test_the_interval_of_kappa_holds_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(7)
    cells = [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
    chances = np.array([0.4, 0.1, 0.2, 0.3])  # kappa 0.4
    held = 0
    for _ in range(400):
        drawn = generator.multinomial(120, chances)
        found = cohens_kappa([cell for cell, n in zip(cells, drawn, strict=True) for _ in range(n)])
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.4 <= found.high
    assert 0.91 <= held / 400 <= 0.985  # 0.95, four standard errors of 400 draws


@pytest.mark.parametrize(
    "body", [{"due_days": 0}, {"double_share": 1.5}, {"second_person": ["needs_proof"]}, {"load_cap": "many"}]
)
def test_a_bad_review_policy_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read_policy(body)


def test_opinions_are_kept_beside_the_record(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        assert opinions_of(connection, None) == []
    assert agreement(sqlite_store).kappa.n == 0
