"""Corrections (更正) of links: who said what, what is to be done of it, and which scores it changed.

The correction and its effects are appended. Of the steps only `done_at` is written later: stopped at any point, the
work goes on where it stood.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, true, update

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.filings import in_chunks, insert_or_ignore, is_within
from xiezhi.store.judgements import MentionRef
from xiezhi.store.tables import correction_effects, correction_steps, corrections, judgements

LINK: Final = 1
SCORE: Final = 2
"""Stages of a correction: link filings again, then score again what rests on them."""

What = Literal["same", "different", "withdrawn", "merge", "split"]


@dataclass(frozen=True, slots=True)
class Correction:
    """`made_by` said that mentions are the same, different, or neither; or took a proposal up (merge, split).

    firsts: each entity concerned -> its first mention, as it stood before.
    """

    correction_id: str
    what: What
    kind: str
    made_at: Moment
    made_by: str
    reason: str
    judgement_no: int | None
    proposal_id: str | None
    firsts: Mapping[str, MentionRef]


class CorrectionStep(NamedTuple):
    """One filing to link or score again."""

    correction_id: str
    stage: int
    place: int
    filing_id: str


class CorrectionEffect(NamedTuple):
    """A score given again: what held before, and what holds since.

    state_before: where the flag stood (None: it was none); carried_from: the score whose decision goes on holding.
    """

    correction_id: str
    before_id: str
    after_id: str
    filing_id: str
    at: Moment
    band_before: str
    band_after: str
    state_before: str | None
    carried_from: str | None

    @property
    def is_reopened(self) -> bool:
        """Whether a flag somebody had dealt with is to be looked at again."""
        return self._is_dealt_with and self.carried_from is None and self.band_after != "none"

    @property
    def is_to_be_reread(self) -> bool:
        """Whether somebody decided on a flag that has gone: it waits in no queue, and is told here."""
        return self._is_dealt_with and self.band_after == "none"

    @property
    def _is_dealt_with(self) -> bool:
        return self.state_before in ("decided", "needs_proof")


class Progress(NamedTuple):
    """Steps of one stage: how many there are, and how many are done."""

    steps: int
    done: int


def add_correction(connection: Connection, made: Correction, filing_ids: Sequence[str]) -> None:
    """Append a correction, with the filings to be linked again in this order."""
    row = {name: getattr(made, name) for name in Correction.__dataclass_fields__}
    row["firsts"] = json.dumps({entity: list(ref) for entity, ref in made.firsts.items()}, ensure_ascii=False)
    connection.execute(insert(corrections).values(row))
    add_steps(connection, made.correction_id, LINK, filing_ids)
    tell(connection, "correction", [row], at=made.made_at, actor=made.made_by)


def add_steps(connection: Connection, correction_id: str, stage: int, filing_ids: Sequence[str]) -> None:
    """Append steps in this order; those that are there stay."""
    rows = [
        {"correction_id": correction_id, "stage": stage, "place": place, "filing_id": filing_id}
        for place, filing_id in enumerate(filing_ids)
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, correction_steps), rows)


def next_steps(connection: Connection, correction_id: str, most: int) -> list[CorrectionStep]:
    """The next steps that are not done, of one stage, at most `most`."""
    c = correction_steps.c
    query = select(c.correction_id, c.stage, c.place, c.filing_id)
    query = query.where(c.correction_id == correction_id, c.done_at.is_(None))
    found = [CorrectionStep(*row) for row in connection.execute(query.order_by(c.stage, c.place).limit(most))]
    return [step for step in found if step.stage == found[0].stage]


def finish_step(
    connection: Connection, step: CorrectionStep, done_at: Moment, keys: Sequence[int] = ()
) -> None:
    """Mark a step done; `keys` are those of the history index that its filing gained or lost."""
    c = correction_steps.c
    own = (c.correction_id == step.correction_id, c.stage == step.stage, c.place == step.place)
    kept = json.dumps(list(keys)) if keys else None
    connection.execute(update(correction_steps).where(*own).values(done_at=done_at, moved=kept))


def keys_moved(connection: Connection, correction_id: str) -> dict[str, list[int]]:
    """Filing linked again -> the keys it gained or lost, of those that did."""
    c = correction_steps.c
    query = select(c.filing_id, c.moved).where(c.correction_id == correction_id, c.moved.is_not(None))
    return {row[0]: json.loads(row[1]) for row in connection.execute(query.order_by(c.place))}


def progress_of(connection: Connection, correction_ids: Sequence[str]) -> dict[tuple[str, int], Progress]:
    """(correction, stage) -> how far it is."""
    c = correction_steps.c
    found: dict[tuple[str, int], Progress] = {}
    for chunk in in_chunks(correction_ids):
        query = select(c.correction_id, c.stage, func.count(), func.count(c.done_at))
        rows = connection.execute(query.where(c.correction_id.in_(chunk)).group_by(c.correction_id, c.stage))
        found.update({(row[0], row[1]): Progress(row[2], row[3]) for row in rows})
    return found


def unfinished(connection: Connection) -> list[str]:
    """Ids of the corrections with steps that are not done, in the order made."""
    waiting = select(correction_steps.c.correction_id).where(correction_steps.c.done_at.is_(None))
    query = select(corrections.c.correction_id).where(corrections.c.correction_id.in_(waiting))
    ordered = query.order_by(corrections.c.made_at, corrections.c.correction_id)
    return list(connection.execute(ordered).scalars())


def get_correction(connection: Connection, correction_id: str) -> Correction | None:
    """The correction with this id, or None."""
    query = select(corrections).where(corrections.c.correction_id == correction_id)
    row = connection.execute(query).first()
    return None if row is None else _from_row(row._mapping)


def newest_corrections(
    connection: Connection,
    most: int,
    before: tuple[Moment, str] | None = None,
    courts: Collection[str] = (),
) -> list[Correction]:
    """At most `most` corrections, the newest first; before the one made then with this id, of those that concern a
    filing of `courts` (none: of any)."""
    c = corrections.c
    query = select(corrections).where(_concerns(courts))
    query = query.order_by(c.made_at.desc(), c.correction_id.desc()).limit(most)
    if before is not None:
        at, last = before
        query = query.where(or_(c.made_at < at, and_(c.made_at == at, c.correction_id < last)))
    return [_from_row(row._mapping) for row in connection.execute(query)]


def concerns(connection: Connection, correction_id: str, courts: Collection[str]) -> bool:
    """Whether a correction concerns a filing of `courts` (none: any)."""
    query = select(corrections.c.correction_id).where(
        corrections.c.correction_id == correction_id, _concerns(courts)
    )
    return connection.execute(query).first() is not None


def add_effect(connection: Connection, effect: CorrectionEffect) -> None:
    """Append; one that is there stays."""
    connection.execute(insert_or_ignore(connection, correction_effects), [effect._asdict()])


def effects_of(connection: Connection, correction_id: str) -> list[CorrectionEffect]:
    """Scores given again because of a correction, those whose band changed first."""
    c = correction_effects.c
    columns = [c[name] for name in CorrectionEffect._fields]
    rows = connection.execute(select(*columns).where(c.correction_id == correction_id))
    found = [CorrectionEffect(*row) for row in rows]
    return sorted(found, key=lambda e: (e.band_before == e.band_after, e.filing_id, e.at))


def effect_behind(connection: Connection, screening_id: str) -> CorrectionEffect | None:
    """The effect that put this score in the place of another; None where no correction did."""
    c = correction_effects.c
    columns = [c[name] for name in CorrectionEffect._fields]
    row = connection.execute(select(*columns).where(c.after_id == screening_id)).first()
    return None if row is None else CorrectionEffect(*row)


def judgements_carried(connection: Connection) -> frozenset[int]:
    """Numbers of the judgements that corrections carry through: they count for every filing."""
    j, c = judgements.c, corrections.c
    by_number = select(c.judgement_no).where(c.judgement_no.is_not(None))
    by_proposal = select(c.proposal_id).where(c.proposal_id.is_not(None))
    query = select(j.judgement_no).where(or_(j.judgement_no.in_(by_number), j.proposal_id.in_(by_proposal)))
    return frozenset(connection.execute(query).scalars())


def _concerns(courts: Collection[str]) -> ColumnElement[bool]:
    if not courts:
        return true()
    c = correction_steps.c
    return exists().where(
        c.correction_id == corrections.c.correction_id, c.stage == LINK, is_within(c.filing_id, courts)
    )


def _from_row(row: Mapping[Any, Any]) -> Correction:
    body = {name: row[name] for name in Correction.__dataclass_fields__}
    firsts = json.loads(row["firsts"])
    body["firsts"] = {entity: MentionRef(*ref) for entity, ref in firsts.items()}
    return Correction(**body)
