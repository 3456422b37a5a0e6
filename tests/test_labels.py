"""The newest finding known holds, and nothing is known before its day."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xiezhi.labels import Held, held, labels_as_of
from xiezhi.records import Finding, FindingKind, FindingSource


def finding(
    at: int,
    kind: FindingKind,
    recorded_at: int | None = None,
    source: FindingSource = "judgment",
    filing_id: str = "F1",
) -> Finding:
    return Finding(filing_id, at, kind, source, at if recorded_at is None else recorded_at)


def test_a_filing_without_a_finding_has_no_label() -> None:
    assert labels_as_of([], as_of=10) == {}


def test_a_reversal_holds_from_when_it_is_known() -> None:
    history = [finding(10, "false"), finding(30, "genuine", recorded_at=40)]
    assert labels_as_of(history, as_of=40)["F1"].positive
    assert not labels_as_of(history, as_of=41)["F1"].positive
    assert labels_as_of(history, as_of=41)["F1"].known_at == 40


def test_whether_the_opposite_had_been_found_is_remembered() -> None:
    history = [finding(10, "false"), finding(30, "genuine"), finding(50, "genuine"), finding(60, "false")]
    assert [labels_as_of(history, as_of)["F1"].overturned for as_of in (20, 40, 55, 70)] == [
        False,
        True,
        True,
        True,
    ]


def test_a_judgment_recorded_late_does_not_undo_its_reversal() -> None:
    history = [finding(30, "genuine"), finding(10, "false", recorded_at=50)]
    assert not labels_as_of(history, as_of=100)["F1"].positive


def test_a_confirmed_label_is_as_old_as_its_first_finding_and_as_sure_as_its_last() -> None:
    label = labels_as_of([finding(10, "false"), finding(90, "abusive", source="conviction")], 100)["F1"]
    assert (label.known_at, label.source) == (10, "conviction")
    assert label.certainty > labels_as_of([finding(10, "false")], 100)["F1"].certainty


def test_a_finding_recorded_before_it_is_made_counts_from_when_it_is_made() -> None:
    ahead = finding(50, "false", recorded_at=10)
    assert labels_as_of([ahead], as_of=50) == {}
    assert labels_as_of([ahead], as_of=51)["F1"].known_at == 50


def test_what_held_is_told_stretch_by_stretch() -> None:
    history = [
        finding(10, "false"),
        finding(20, "abusive"),
        finding(30, "genuine", recorded_at=40),
        finding(50, "false"),
    ]
    assert held(history) == [Held(True, 10, 40), Held(False, 40, 50), Held(True, 50, None)]


def test_a_finding_older_than_what_holds_changes_nothing_when_it_comes_in_late() -> None:
    assert held([finding(30, "genuine"), finding(10, "false", recorded_at=50)]) == [Held(False, 30, None)]


findings = st.lists(
    st.builds(
        finding,
        st.integers(0, 20),
        st.sampled_from(["false", "abusive", "genuine"]),
        st.integers(0, 20),
        st.sampled_from(["review", "judgment", "conviction"]),
        st.sampled_from(["F1", "F2"]),
    )
)


@given(findings, findings, st.integers(0, 25))
def test_what_becomes_known_later_changes_nothing(known: list[Finding], late: list[Finding], t: int) -> None:
    later = [f for f in late if max(f.at, f.recorded_at) >= t]
    assert labels_as_of(known + later, t) == labels_as_of(known, t)


@given(findings, st.randoms(use_true_random=False))
def test_the_order_of_findings_means_nothing(known: list[Finding], random: object) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert labels_as_of(shuffled, 30) == labels_as_of(known, 30)


@given(findings, st.integers(0, 25))
def test_what_held_as_of_a_moment_is_the_label_of_that_moment(known: list[Finding], t: int) -> None:
    labels = labels_as_of(known, t)
    for filing_id in ("F1", "F2"):
        stretches = held(f for f in known if f.filing_id == filing_id)
        now = [h.positive for h in stretches if h.since < t and not (h.until is not None and h.until < t)]
        assert now == ([labels[filing_id].positive] if filing_id in labels else [])
