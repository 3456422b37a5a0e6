"""The store's links as they stand, with what people said of them: what may be said, and what may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from sqlalchemy import Connection

from features.link.compare import VETO_SCHEMES
from features.link.profile import Profile
from features.link.verdicts import Closure, Refs, all_verdicts
from xiezhi.clock import Moment
from xiezhi.errors import Conflict, NotFound
from xiezhi.store.judgements import Judgement, MentionRef, every_judgement
from xiezhi.store.mentions import MentionRow, mentions_of_entity, mentions_of_filings

LONG_AFTER: Moment = 2**62
"""After every moment: what holds by now."""


class People:
    """The store's links as they stand, with what people said of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._judgements = every_judgement(connection)
        self._final = all_verdicts(connection).standing_for(LONG_AFTER)
        self._rows: dict[MentionRef, MentionRow] = {}
        self.closure = Closure(self._judgements)

    def final(self, entity_id: str) -> str:
        """The id that stands for an entity."""
        return self._final.get(entity_id, entity_id)

    def entity_of(self, ref: MentionRef) -> str:
        """The entity a mention is, by the id that stands for it. Raises NotFound."""
        return self.final(self.row(ref).entity_id)

    def row(self, ref: MentionRef) -> MentionRow:
        """A mention as it was linked. Raises NotFound."""
        self.read([ref])
        found = self._rows.get(ref)
        if found is None:
            raise NotFound(
                f"没有已关联的提及 {ref}。", f"There is no linked mention {ref}.", code="no-such-mention"
            )
        return found

    def read(self, refs: Iterable[MentionRef]) -> None:
        """Read many mentions at once that will be asked for."""
        missing = [ref.filing_id for ref in refs if ref not in self._rows]
        for row in mentions_of_filings(self._connection, missing):
            self._rows[MentionRef(row.filing_id, row.record_id, row.kind)] = row

    def is_linked(self, ref: MentionRef) -> bool:
        """Whether there is such a mention among the links."""
        self.read([ref])
        return ref in self._rows

    def ids_of(self, entity_id: str) -> list[str]:
        """An entity's id, and those it stands for."""
        return [entity_id, *sorted(old for old, final in self._final.items() if final == entity_id)]

    def rows_of(self, entity_id: str) -> list[MentionRow]:
        """The mentions of an entity, and of those it stands for."""
        return [row for one in self.ids_of(entity_id) for row in mentions_of_entity(self._connection, one)]

    def is_moving(self, ref: MentionRef) -> bool:
        """Whether somebody said that a mention is not of the entity it was linked to."""
        mine = self.entity_of(ref)
        apart = self.closure.apart(ref)
        self.read(apart)
        return any(self.entity_of(other) == mine for other in apart if other in self._rows)

    def rows_joined(self, left: MentionRef, right: MentionRef) -> list[MentionRow]:
        """The mentions that become one where two are judged the same.

        What was judged the same as they, and their whole entities; not that of a mention which is moving, nor one
        that both are of already.
        """
        refs: Refs = self.closure.together(left) | self.closure.together(right)
        self.read(refs)
        joined = [self._rows[ref] for ref in refs if ref in self._rows]
        if self.entity_of(left) == self.entity_of(right):
            return joined
        staying = [ref for ref in (left, right) if not self.is_moving(ref)]
        return joined + [row for ref in staying for row in self.rows_of(self.entity_of(ref))]

    def said_of(self, left: MentionRef, right: MentionRef) -> list[Judgement]:
        """Every judgement on a pair, in the order made."""
        return [row for row in self._judgements if (row.left, row.right) == (left, right)]

    def refuse_other_word(self, row: Judgement) -> None:
        """Raises Conflict where the opposite of `row` stands on its very pair."""
        said = self.closure.standing.get((row.left, row.right))
        if said is not None and said.verdict != row.verdict:
            _refuse(row)

    def refuse_contradiction(self, rows: Sequence[Judgement]) -> None:
        """Raises Conflict where with `rows` somebody would be the same as, and different from, the same."""
        after = Closure([*self._judgements, *rows])
        for (left, right), row in after.standing.items():
            if row.verdict == "different" and right in after.together(left):
                _refuse(row)


def _refuse(row: Judgement) -> NoReturn:
    raise Conflict(
        f"与已有判定矛盾：{row.left} 与 {row.right} 将同时被判定为同一和不同（可能经由其他判定）。请先撤回其一。",
        f"Contradicts what was judged: {row.left} and {row.right} would be both the same and different, maybe by way "
        "of others. Withdraw one of the two first.",
        code="contradiction",
    )


def refuse_two_numbers(rows: Iterable[MentionRow]) -> None:
    """Raises Conflict where mentions that would be one carry two valid numbers of which a bearer has but one."""
    known: dict[str, str] = {}
    for row in rows:
        number = Profile.loads(row.normalised).number
        scheme = number[:1]
        if scheme in VETO_SCHEMES and known.setdefault(scheme, number) != number:
            raise Conflict(
                "双方主体带有两个不同的有效证件号码，不能判定为同一。若其中一处提及归错了主体，"
                "请先判定它与该主体中带号码的提及为不同。",
                "The two entities carry two different valid identity numbers and cannot be judged the same. Where one "
                "mention stands in the wrong entity, first judge it different from one that carries the number.",
                code="two-numbers",
            )
