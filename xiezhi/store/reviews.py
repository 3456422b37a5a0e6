"""Who holds which review (审查): acts appended, and what follows from them at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, and_, exists, select

from xiezhi.clock import Moment
from xiezhi.store.audit import keep_told
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import opinions, review_acts

FIRST, SECOND = 1, 2
"""Seats: the review of a flag, and the second reviewer's blind one."""

CLAIMED, DRAWN, HANDED, REASSIGNED, RELEASED = "claimed", "drawn", "handed_over", "reassigned", "released"
PAUSED, RESUMED, DONE, SENT_BACK, SECOND_ASKED = "paused", "resumed", "done", "sent_back", "second_asked"
_GIVES = frozenset({DRAWN, HANDED, REASSIGNED, SENT_BACK})
_TAKES = frozenset({RELEASED, DONE, SECOND_ASKED})


@dataclass(frozen=True, slots=True)
class ReviewAct:
    """`actor` did `act` to a seat of the review of a filing; `person` holds it from then on, till `until` if claimed."""

    filing_id: str
    seat: int
    at: Moment
    actor: str
    act: str
    person: str | None = None
    until: Moment | None = None
    reason: str = ""
    act_no: int = 0  # given by the store


@dataclass(frozen=True, slots=True)
class Hold:
    """Where a seat stands: who holds it since when, and its pauses; a pause without an end runs."""

    person: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    pauses: tuple[tuple[Moment, Moment | None], ...] = ()

    @property
    def is_paused(self) -> bool:
        """Whether it waits for proof now."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def held_at(self, now: Moment) -> str | None:
        """Who holds it then: a claim lapses, but not while proof is awaited."""
        lapsed = self.until is not None and self.until <= now and not self.is_paused
        return None if lapsed else self.person


FREE = Hold()


def add_act(connection: Connection, act: ReviewAct) -> None:
    """Append `act`. Whether it may be done is the caller's business."""
    row = asdict(act)
    del row["act_no"]
    keep_told(connection, "review_act", row, at=act.at, actor=act.actor)


def acts_of(connection: Connection, filing_ids: Sequence[str]) -> list[ReviewAct]:
    """What was done to the reviews of these filings, oldest first."""
    found = []
    for some in in_chunks(list(dict.fromkeys(filing_ids))):
        found += _read(connection, review_acts.c.filing_id.in_(some))
    return sorted(found, key=lambda act: act.act_no)


def acts_on_those_of(connection: Connection, person: str | None) -> list[ReviewAct]:
    """All acts on reviews that `person` (None: anybody) was ever given, oldest first."""
    mine = select(review_acts.c.filing_id).where(
        review_acts.c.person.is_not(None) if person is None else review_acts.c.person == person
    )
    return _read(connection, review_acts.c.filing_id.in_(mine))


def seconds_waiting(connection: Connection) -> list[ReviewAct]:
    """Second reviews asked for and not given yet, oldest first."""
    answered = exists().where(opinions.c.first_decision == review_acts.c.reason)
    return _read(connection, and_(review_acts.c.act == SECOND_ASKED, ~answered))


def fold(acts: Iterable[ReviewAct]) -> dict[tuple[str, int], Hold]:
    """(filing id, seat) -> where it stands after `acts`, which come oldest first."""
    stand: dict[tuple[str, int], Hold] = {}
    for act in acts:
        key = act.filing_id, act.seat
        stand[key] = _after(stand.get(key, FREE), act)
    return stand


def _after(hold: Hold, act: ReviewAct) -> Hold:
    if act.act == CLAIMED:
        return replace(hold, person=act.person, since=act.at, until=act.until)
    if act.act in _GIVES:
        return replace(hold, person=act.person, since=act.at, until=None)
    if act.act == PAUSED and not hold.is_paused:
        return replace(hold, pauses=(*hold.pauses, (act.at, None)))
    if act.act == RESUMED and hold.is_paused:
        ended = (hold.pauses[-1][0], act.at)
        return replace(hold, pauses=(*hold.pauses[:-1], ended), until=act.until)
    # What is done or given back waits for nothing; the next review of the filing has a clock of its own.
    if act.act == DONE:
        return FREE
    return replace(hold, person=None, since=None, until=None) if act.act in _TAKES else hold


def _read(connection: Connection, wanted: object) -> list[ReviewAct]:
    c = review_acts.c
    asked = [c[name] for name in ReviewAct.__dataclass_fields__]
    query = select(*asked).where(wanted).order_by(c.act_no)  # type: ignore[arg-type]
    return [ReviewAct(*row) for row in connection.execute(query)]
