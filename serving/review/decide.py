"""Humans decide on a flag: clear it, ask for proof, propose and confirm, reopen, adjudicate, refer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from sqlalchemy import Connection

from serving.review.bench import check_bar
from serving.review.eligible import read_deciders, read_recused
from serving.review.reviewer import REVIEWERS, Reviewer, require, require_presiding
from xiezhi.accounts.reach import filings_within
from xiezhi.clock import Moment
from xiezhi.decisions import (
    ADVERSE,
    FINAL,
    FINDING_OF,
    PROPOSED,
    REOPENED,
    RETURNED,
    Act,
    act_of,
    check_act,
    check_second,
)
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.grounds import AUTHORITIES, check_terms, gravest
from xiezhi.records import Finding
from xiezhi.review_policy import ReviewPolicy, draw_for_double
from xiezhi.store import Store
from xiezhi.store.audit import lock_trail
from xiezhi.store.corrections import effect_behind
from xiezhi.store.decisions import (
    Decision,
    Detail,
    Opinion,
    Referral,
    add_decision,
    add_referral,
    decisions_of,
    decisions_of_series,
    details_of,
    get_decision,
    opinions_of,
    referrals_of,
)
from xiezhi.store.happenings import put_findings
from xiezhi.store.review_policies import current_policy
from xiezhi.store.reviews import (
    DONE,
    FIRST,
    FREE,
    PAUSED,
    SECOND,
    SECOND_ASKED,
    SENT_BACK,
    Hold,
    ReviewAct,
    acts_of,
    add_act,
    fold,
)
from xiezhi.store.screenings import Screening, get_screening, screenings_of
from xiezhi.store.work import is_drawn_for_audit

Look = Callable[[Connection], None]
"""Looks, in the transaction that is to keep a judgement, whether things are as its giver saw them; raises if not."""


@dataclass(frozen=True)
class Judgement:
    """What a reviewer says of a flag: the outcome, the measures taken, grounds from the list and a text."""

    outcome: str
    reason: str
    measures: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()

    def checked(self, by: Reviewer) -> Judgement:
        """The same, trimmed and in order. Raises InputError."""
        _, reason = by.signing(self.reason)
        act_of(self.outcome, second_person=False)
        measures, grounds = check_terms(self.outcome, self.measures, self.grounds)
        return Judgement(self.outcome, reason, measures, grounds)


@dataclass(frozen=True)
class _Flag:
    """A flag with its record, as it stands when somebody acts on it."""

    screening: Screening
    record: tuple[Decision, ...]
    hold: Hold
    drawn_with: float | None

    @property
    def filing_id(self) -> str:
        return self.screening.filing_id

    @property
    def last(self) -> Decision | None:
        return self.record[-1] if self.record else None

    @property
    def latest(self) -> str | None:
        return self.last.decision if self.last else None


def judge(
    store: Store,
    flag_ids: Sequence[str],
    judgement: Judgement,
    by: Reviewer,
    at: Moment,
    *,
    look: Look | None = None,
) -> list[Decision]:
    """Record one judgement on a flag, or on several at once (a series); what needs a second person is proposed.

    All or nothing; every flag has a row of its own. A final outcome is told to training as a finding of source
    `review`. Raises NotFound for no such flag, InputError for a bad judgement, NotPermitted (recusal) and Conflict
    (decided, superseded, in other hands, decided by him before).
    """
    require(by, REVIEWERS)
    judgement = judgement.checked(by)
    series = uuid4().hex if len(flag_ids) > 1 else None
    with store.write() as connection:
        lock_trail(connection)
        if look is not None:
            look(connection)
        policy = current_policy(connection)
        second_person = not by.alone and judgement.outcome in policy.second_person
        act = act_of(judgement.outcome, second_person=second_person)
        made = []
        for flag_id in dict.fromkeys(flag_ids):
            flag = _read_flag(connection, flag_id, by, at)
            check_act(flag.latest, act)
            _check_may_judge(connection, flag, by, at)
            made.append(_keep(connection, flag, act, judgement, by, at, series=series))
            _follow_up(connection, flag, made[-1], judgement, act, by, policy)
        return made


def answer(store: Store, flag_id: str, *, confirms: bool, reason: str, by: Reviewer, at: Moment) -> Decision:
    """A presiding judge confirms what another proposed, or sends it back. Raises as `judge` does."""
    require_presiding(by)
    _, reason = by.signing(reason)
    with store.write() as connection:
        lock_trail(connection)
        flag = _read_flag(connection, flag_id, by, at)
        check_act(flag.latest, "confirm" if confirms else "return")
        proposal = _last_detail(connection, flag)
        check_second(proposal.actor, by.key)
        check_recused(connection, flag.filing_id, by)
        judgement = Judgement(proposal.outcome, reason, proposal.measures, proposal.grounds)
        act: Act = "confirm" if confirms else "return"
        made = _keep(connection, flag, act, judgement, by, at, follows=proposal.decision_id)
        if confirms:
            _tell_training(connection, made, judgement)
            _draw_second(connection, flag, made, by, current_policy(connection))
        else:
            back = ReviewAct(
                flag.filing_id, FIRST, made.decided_at, by.key, SENT_BACK, proposal.actor, None, reason
            )
            add_act(connection, back)
        return made


def reopen(
    store: Store, flag_id: str, *, reason: str, by: Reviewer, at: Moment, whole_series: bool = False
) -> list[Decision]:
    """Open a decided flag again, or all decided at once with it. The record stays.

    A finding of false or abusive is reversed by a newer one of `genuine`, as far as labels allow; one of `genuine`
    stands until the next decision, for nothing says the opposite yet. Of a series, what was scored again since stays:
    its newest flag is opened by itself. Raises NotFound, InputError, NotPermitted (recusal), Conflict.
    """
    require(by, REVIEWERS)
    _, reason = by.signing(reason)
    with store.write() as connection:
        lock_trail(connection)
        first = _read_flag(connection, flag_id, by, at)
        check_act(first.latest, "reopen")
        flags = [first, *(_others_of_series(connection, first, by, at) if whole_series else ())]
        made = []
        for flag in flags:
            assert flag.last is not None, "what may be reopened was decided"
            check_recused(connection, flag.filing_id, by)
            words = Judgement(flag.last.decision, reason)
            made.append(_keep(connection, flag, "reopen", words, by, at, follows=flag.last.decision_id))
            if flag.last.decision in ADVERSE:
                when = made[-1].decided_at
                found = Finding(flag.filing_id, when, "genuine", "review", when)
                put_findings(connection, [(found, f"decision {made[-1].decision_id}")], when)
        return made


def adjudicate(store: Store, flag_id: str, judgement: Judgement, by: Reviewer, at: Moment) -> Decision:
    """A presiding judge who was none of them settles what two reviewers, or two and a third, saw differently.

    Raises Conflict (`no-disagreement`, `second-person`), NotPermitted, InputError.
    """
    require_presiding(by)
    judgement = judgement.checked(by)
    if judgement.outcome not in FINAL:
        raise InputError("裁断须为最终决定。", "An adjudication is a final outcome.", code="decision-unknown")
    with store.write() as connection:
        lock_trail(connection)
        flag = _read_flag(connection, flag_id, by, at)
        check_act(flag.latest, "adjudicate")
        details = details_of(connection, [flag.filing_id])
        open_ones = open_disagreements(connection, flag.record, details)
        if not open_ones:
            raise Conflict("两次审查并无分歧。", "The two reviews do not differ.", code="no-disagreement")
        first = details[open_ones[-1]]
        proposal = details.get(first.follows or "") if first.act == "confirm" else None
        for other in (first, proposal, *opinions_of(connection, [flag.filing_id])):
            if other is not None:
                check_second(other.actor, by.key)
        check_recused(connection, flag.filing_id, by)
        made = _keep(connection, flag, "adjudicate", judgement, by, at, follows=open_ones[-1])
        _tell_training(connection, made, judgement)
        return made


def refer(
    store: Store, flag_id: str, *, authority: str, referred_on: str, reference: str, by: Reviewer, at: Moment
) -> Referral:
    """Record that a filing found false, with the measure `referred`, was handed over on a day under a reference.

    The same referral again keeps nothing twice. Raises NotFound, InputError, NotPermitted (recusal), Conflict
    (`not-referred`).
    """
    require(by, REVIEWERS)
    reference = reference.strip()
    if authority not in AUTHORITIES or not reference or len(reference) > 200:
        raise InputError(
            "请写明移送机关和文号（不超过 200 字）。",
            "Name the authority and the reference.",
            code="referral",
        )
    try:
        referred_on = date.fromisoformat(referred_on.strip()).isoformat()
    except ValueError as error:
        raise InputError(
            "移送日期应写作 2026-11-23。", "Write the day as 2026-11-23.", code="referral"
        ) from error
    with store.write() as connection:
        lock_trail(connection)
        flag = _read_flag(connection, flag_id, by, at)
        check_recused(connection, flag.filing_id, by)
        detail = details_of(connection, [flag.filing_id]).get(flag.last.decision_id) if flag.last else None
        if flag.latest != "false" or detail is None or "referred" not in detail.measures:
            raise Conflict(
                "须先作出含“移送”措施的决定。",
                "Decide first, with the measure “referred”.",
                code="not-referred",
            )
        made = Referral(flag.filing_id, detail.decision_id, authority, referred_on, reference, at, by.key)
        for before in referrals_of(connection, flag.filing_id):
            if replace(before, at=at, actor=by.key, referral_no=0) == made:
                return before
        add_referral(connection, made)
        return made


def open_disagreements(
    connection: Connection, record: Sequence[Decision], details: Mapping[str, Detail]
) -> list[str]:
    """Ids of the decisions of a record that a second opinion differs from and nobody adjudicated since."""
    if not record:
        return []
    here = {decision.decision_id for decision in record}
    given = opinions_of(connection, [record[0].filing_id])
    return [one.first_decision for one in unsettled(given, details) if one.first_decision in here]


def unsettled(opinions: Sequence[Opinion], details: Mapping[str, Detail]) -> Iterator[Opinion]:
    """Those of `opinions` that differ from the decision before them and that nobody adjudicated since."""
    settled = {detail.follows for detail in details.values() if detail.act == "adjudicate"}
    for opinion in opinions:
        first = details.get(opinion.first_decision)
        if first is not None and first.decision_id not in settled and first.outcome != opinion.outcome:
            yield opinion


def check_recused(connection: Connection, filing_id: str, by: Reviewer) -> None:
    """Raises NotPermitted where `by` is recused from a filing; who works alone has nobody to leave it to."""
    if not by.alone and by.key in read_recused(connection, [filing_id]).get(filing_id, ()):
        check_bar("recused")


def _read_flag(connection: Connection, flag_id: str, by: Reviewer, at: Moment) -> _Flag:
    screening = get_screening(connection, flag_id)
    if screening is not None and not filings_within(connection, by.courts, [screening.filing_id]):
        screening = None  # ids are named in bodies, too
    drawn = screening is not None and screening.band == "none" and is_drawn_for_audit(connection, flag_id)
    if screening is None or (screening.band == "none" and not drawn):
        raise NotFound("没有这条提示。", "There is no such flag.", code="no-flag")
    newest = screenings_of(connection, screening.filing_id)[0]
    if newest.screening_id != flag_id and not (drawn and newest.band == "none"):
        raise Conflict(
            "此后已重新评分；请就最新的提示作出决定。",
            "The filing has been scored again since; decide on its newest flag.",
            code="flag-superseded",
        )
    behind = effect_behind(connection, flag_id)
    holding = {flag_id, behind.carried_from if behind else None}
    record = tuple(d for d in decisions_of(connection, [screening.filing_id]) if d.screening_id in holding)
    holds = fold(acts_of(connection, [screening.filing_id]))
    drawn_with = float(screening.scores["audit"]) if drawn else None
    return _Flag(screening, record, holds.get((screening.filing_id, FIRST), FREE), drawn_with)


def _check_may_judge(connection: Connection, flag: _Flag, by: Reviewer, at: Moment) -> None:
    if by.alone:
        return
    check_recused(connection, flag.filing_id, by)
    if by.key in read_deciders(connection, [flag.filing_id]).get(flag.filing_id, ()):
        check_bar("earlier_decider")
    if flag.hold.held_at(at) not in (None, by.key):
        raise Conflict("已由他人领取。", "Somebody else holds this review.", code="review-held")


def _keep(
    connection: Connection,
    flag: _Flag,
    act: Act,
    judgement: Judgement,
    by: Reviewer,
    at: Moment,
    *,
    follows: str | None = None,
    series: str | None = None,
) -> Decision:
    if flag.last:  # the order of decisions is their order in time, even when a clock is set back
        at = max(at, flag.last.decided_at + 1)
    word = {"propose": PROPOSED, "return": RETURNED, "reopen": REOPENED}.get(act, judgement.outcome)
    screening = flag.screening
    made = Decision(
        uuid4().hex, screening.screening_id, flag.filing_id, at, by.signs.strip(), word, judgement.reason
    )
    blind = flag.drawn_with is not None and flag.last is None
    detail = Detail(
        made.decision_id, flag.filing_id, by.key, act, judgement.outcome, judgement.measures, judgement.grounds,
        follows, series, flag.drawn_with, blind,
    )  # fmt: skip
    add_decision(connection, made, detail)
    return made


def _follow_up(
    connection: Connection,
    flag: _Flag,
    made: Decision,
    judgement: Judgement,
    act: Act,
    by: Reviewer,
    policy: ReviewPolicy,
) -> None:
    """What a judgement brings: a clock that waits, a review done, a finding, the lot of a second one."""
    at = made.decided_at
    if act == "ask_proof":
        add_act(connection, ReviewAct(flag.filing_id, FIRST, at, by.key, PAUSED, None, None, made.reason))
        return
    if flag.hold.person is not None:
        add_act(connection, ReviewAct(flag.filing_id, FIRST, at, by.key, DONE))
    if act == "decide":
        _tell_training(connection, made, judgement)
        _draw_second(connection, flag, made, by, policy)


def _draw_second(
    connection: Connection, flag: _Flag, made: Decision, by: Reviewer, policy: ReviewPolicy
) -> None:
    """The lot of a second, blind review: once for a flag, when it is decided for the first time."""
    if by.alone or flag.drawn_with is not None or any(before.decision in FINAL for before in flag.record):
        return
    if draw_for_double(flag.filing_id, made.decision_id, policy.double_share):
        asked = ReviewAct(
            flag.filing_id, SECOND, made.decided_at, by.key, SECOND_ASKED, None, None, made.decision_id
        )
        add_act(connection, asked)


def _tell_training(connection: Connection, made: Decision, judgement: Judgement) -> None:
    at = made.decided_at
    measure = gravest(judgement.measures)
    found = Finding(made.filing_id, at, FINDING_OF[judgement.outcome], "review", at, measure=measure)
    put_findings(connection, [(found, f"decision {made.decision_id}")], at)


def _last_detail(connection: Connection, flag: _Flag) -> Detail:
    assert flag.last is not None, "what may be answered was proposed"
    return details_of(connection, [flag.filing_id])[flag.last.decision_id]


def _others_of_series(connection: Connection, first: _Flag, by: Reviewer, at: Moment) -> list[_Flag]:
    detail = next(
        (d for d in details_of(connection, [first.filing_id]).values() if first.last and d.decision_id in
         {first.last.decision_id, _proposal_of(connection, first)} and d.series), None,
    )  # fmt: skip
    if detail is None or detail.series is None:
        return []
    made = [
        get_decision(connection, decision_id)
        for decision_id in decisions_of_series(connection, detail.series)
    ]
    others = {d.filing_id: d for d in made if d is not None and d.filing_id != first.filing_id}
    reach = filings_within(connection, by.courts, others)
    found = []
    for decision in [others[filing_id] for filing_id in others if filing_id in reach]:
        with suppress(Conflict):  # scored again since
            flag = _read_flag(connection, decision.screening_id, by, at)
            if flag.latest in FINAL:
                found.append(flag)
    return found


def _proposal_of(connection: Connection, flag: _Flag) -> str | None:
    assert flag.last is not None
    detail = details_of(connection, [flag.filing_id]).get(flag.last.decision_id)
    return detail.follows if detail else None
