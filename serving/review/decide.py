"""A human decides on a flag."""

from __future__ import annotations

from uuid import uuid4

from xiezhi.clock import Moment
from xiezhi.decisions import FINDING_OF, check_transition, check_words
from xiezhi.errors import Conflict, NotFound
from xiezhi.records import Finding
from xiezhi.store import Store
from xiezhi.store.decisions import Decision, add_decision, decisions_of
from xiezhi.store.happenings import put_findings
from xiezhi.store.screenings import get_screening, screenings_of


def decide(
    store: Store, flag_id: str, *, decided_by: str, decision: str, reason: str, decided_at: Moment
) -> Decision:
    """Append a decision on a flag, and what it tells training as a finding of source `review`.

    Raises NotFound for no such flag, InputError for a missing name or reason, Conflict when the flag was decided
    or a newer score took its place.
    """
    decided_by, reason = check_words(decided_by, reason)
    with store.write() as connection:
        flag = get_screening(connection, flag_id)
        if flag is None or flag.band == "none":
            raise NotFound("没有这条提示。", "There is no such flag.", code="no-flag")
        if screenings_of(connection, flag.filing_id)[0].screening_id != flag_id:
            raise Conflict(
                "此后已重新评分；请就最新的提示作出决定。",
                "The filing has been scored again since; decide on its newest flag.",
                code="flag-superseded",
            )
        own = [d for d in decisions_of(connection, [flag.filing_id]) if d.screening_id == flag_id]
        check_transition(own[-1].decision if own else None, decision)
        if own:  # the order of decisions is their order in time, even when a clock is set back
            decided_at = max(decided_at, own[-1].decided_at + 1)
        made = Decision(uuid4().hex, flag_id, flag.filing_id, decided_at, decided_by, decision, reason)
        add_decision(connection, made)
        if decision in FINDING_OF:
            found = Finding(flag.filing_id, decided_at, FINDING_OF[decision], "review", decided_at)
            put_findings(connection, [(found, f"decision {made.decision_id}")], decided_at)
    return made
