"""What people said of who is who: judgements (判定) on two mentions, and ids that stand for others (所指).

Rows are appended. Of a pair's judgements the newest holds, of an id's referents too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, text

from xiezhi.clock import Moment
from xiezhi.store.audit import tell
from xiezhi.store.filings import in_chunks
from xiezhi.store.tables import judgements, linking_runs, referents

Verdict = Literal["same", "different", "withdrawn"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class MentionRef(NamedTuple):
    """One mention by name. `kind`: person, organization, agent or firm; `record_id` of a firm is its agent's."""

    filing_id: str
    record_id: str
    kind: str

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.record_id}" + (":firm" if self.kind == "firm" else "")


@dataclass(frozen=True, slots=True)
class Judgement:
    """`judged_by` said that `left` and `right` (left < right, of one kind) are the same, or are different.

    withdrawn: neither is said any more. proposal_id: the accepted proposal it follows from.
    """

    left: MentionRef
    right: MentionRef
    verdict: Verdict
    judged_at: Moment
    judged_by: str
    reason: str
    proposal_id: str | None = None
    judgement_no: int = 0  # given by the store


@dataclass(frozen=True, slots=True)
class Referent:
    """`old_id` stands for `entity_id` since a moment; where both are equal it stands for itself again.

    judgement_no or proposal_id: what it follows from; neither where the store was linked anew.
    """

    old_id: str
    entity_id: str
    since: Moment
    named_by: str
    reason: str
    judgement_no: int | None = None
    proposal_id: str | None = None


def add_judgements(connection: Connection, rows: Sequence[Judgement]) -> list[int]:
    """Append; the numbers given, in the order of `rows`. Whether they may stand is the caller's business."""
    if not rows:
        return []
    last = newest_judgement(connection)
    kept = [
        {
            "judgement_no": last + i,
            "kind": row.left.kind,
            "left_filing": row.left.filing_id,
            "left_record": row.left.record_id,
            "right_filing": row.right.filing_id,
            "right_record": row.right.record_id,
            "verdict": row.verdict,
            "judged_at": row.judged_at,
            "judged_by": row.judged_by,
            "reason": row.reason,
            "proposal_id": row.proposal_id,
        }
        for i, row in enumerate(rows, 1)
    ]
    connection.execute(insert(judgements), kept)
    for row, said in zip(kept, rows, strict=True):
        tell(connection, "judgement", [row], at=said.judged_at, actor=said.judged_by)
    return list(range(last + 1, last + 1 + len(rows)))


def every_judgement(connection: Connection) -> list[Judgement]:
    """Every judgement, in the order made."""
    return _read(connection)


def judgements_on(connection: Connection, filing_ids: Iterable[str]) -> list[Judgement]:
    """Judgements that name a mention of these filings, in the order made."""
    found: dict[int, Judgement] = {}
    for chunk in in_chunks(filing_ids):
        named = or_(judgements.c.left_filing.in_(chunk), judgements.c.right_filing.in_(chunk))
        found.update((row.judgement_no, row) for row in _read(connection, named))
    return [found[number] for number in sorted(found)]


def judgements_of_proposal(connection: Connection, proposal_id: str) -> list[Judgement]:
    """Judgements that follow from an accepted proposal, in the order made."""
    return _read(connection, judgements.c.proposal_id == proposal_id)


def newest_judgement(connection: Connection) -> int:
    """Number of the newest judgement, 0 if there is none."""
    return connection.execute(select(func.max(judgements.c.judgement_no))).scalar_one() or 0


def add_referents(connection: Connection, rows: Sequence[Referent]) -> None:
    """Append."""
    if rows:
        names = Referent.__dataclass_fields__
        connection.execute(insert(referents), [{name: getattr(row, name) for name in names} for row in rows])


def referents_since(connection: Connection, moment: Moment) -> list[Referent]:
    """Referents named strictly after `moment`, in the order named."""
    query = select(*_REFERENT).where(referents.c.since > moment).order_by(referents.c.referent_no)
    return [Referent(*row) for row in connection.execute(query)]


def every_referent(connection: Connection) -> list[Referent]:
    """Every referent, in the order named."""
    query = select(*_REFERENT).order_by(referents.c.referent_no)
    return [Referent(*row) for row in connection.execute(query)]


def referents_naming(connection: Connection, entity_ids: Iterable[str]) -> list[Referent]:
    """Referents from or to these ids, in the order named."""
    found: dict[int, Referent] = {}
    for chunk in in_chunks(entity_ids):
        named = or_(referents.c.old_id.in_(chunk), referents.c.entity_id.in_(chunk))
        for number, *row in connection.execute(select(referents.c.referent_no, *_REFERENT).where(named)):
            found[number] = Referent(*row)
    return [found[number] for number in sorted(found)]


def resolve_referent(connection: Connection, entity_id: str, as_of: Moment | None = None) -> str:
    """The entity that `entity_id` stands for, by what was named strictly before `as_of` (None: by now).

    An id that was never merged stands for itself.
    """
    seen = {entity_id}
    while True:
        query = select(referents.c.entity_id).where(referents.c.old_id == entity_id)
        if as_of is not None:
            query = query.where(referents.c.since < as_of)
        newest = query.order_by(referents.c.referent_no.desc()).limit(1)
        found: str | None = connection.execute(newest).scalar_one_or_none()
        if found is None or found in seen:
            return entity_id
        seen.add(entity_id := found)


class Said(NamedTuple):
    """What was said that may concern a filing: by judgements on it, referents, and when the store was linked anew."""

    judged: bool
    newest_referent: Moment | None
    again: Moment | None


def said_of(connection: Connection, filing_id: str) -> Said:
    """A look, in one statement, at what mostly is not there."""
    row = connection.execute(_SAID, {"filing_id": filing_id}).one()
    return Said(bool(row[0]), row[1], row[2])


def follow(rows: Iterable[Referent]) -> dict[str, str]:
    """Old id -> the id it finally stands for, by the newest of `rows` (in the order named) on each."""
    one_step = {row.old_id: row.entity_id for row in rows}
    final: dict[str, str] = {}
    for old_id in one_step:
        seen = {old_id}
        target = one_step[old_id]
        while target not in seen and target in one_step:
            seen.add(target)
            target = one_step[target]
        if target != old_id:
            final[old_id] = target
    return final


class StoreRun(NamedTuple):
    """The whole store looked at: `again` (linked anew) or `propose` (compared with itself)."""

    what: Literal["again", "propose"]
    ran_at: Moment
    newest_mention: int
    newest_judgement: int


def add_run(connection: Connection, run: StoreRun) -> None:
    """Append."""
    connection.execute(insert(linking_runs).values(run._asdict()))


def last_run(connection: Connection, what: Literal["again", "propose"]) -> StoreRun | None:
    """The newest run of a kind, None if there was none."""
    c = linking_runs.c
    query = select(c.what, c.ran_at, c.newest_mention, c.newest_judgement).where(c.what == what)
    row = connection.execute(query.order_by(c.run_no.desc()).limit(1)).first()
    return None if row is None else StoreRun(*row)


_SAID = text(
    "SELECT EXISTS (SELECT 1 FROM judgements WHERE left_filing = :filing_id) "
    "OR EXISTS (SELECT 1 FROM judgements WHERE right_filing = :filing_id), "
    "(SELECT max(since) FROM referents), (SELECT max(ran_at) FROM linking_runs WHERE what = 'again')"
)

_REFERENT = tuple(referents.c[name] for name in Referent.__dataclass_fields__)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Judgement]:
    query = select(judgements).where(*conditions).order_by(judgements.c.judgement_no)
    return [
        Judgement(
            MentionRef(row.left_filing, row.left_record, row.kind),
            MentionRef(row.right_filing, row.right_record, row.kind),
            row.verdict,
            row.judged_at,
            row.judged_by,
            row.reason,
            row.proposal_id,
            row.judgement_no,
        )
        for row in connection.execute(query)
    ]
