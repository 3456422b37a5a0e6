"""Questions to history laid out once, so that one filing can ask many at a time (`alone.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from features.history.aggregate import SMALLEST, Aggregate, Body, Kind, Scope, Slot
from features.history.docket import HAPPENINGS, Floats, Ints, family_code, happening_code, proceeding_code
from features.history.keys import NAMESPACES, namespace_code
from features.history.slots import SLOTS
from features.normalise.causes import CAUSE_FAMILIES
from xiezhi.clock import DAY
from xiezhi.records import PROCEEDINGS

Bools = NDArray[np.bool_]

_ROLES = 4
_EVER = 1 << 62
"""A window, in microseconds, that reaches before every moment."""


@dataclass(frozen=True)
class Sheet:
    """Questions to the keys of a group as t terms: a question of other courts is the term of all less that of its own.

    Terms that count filings come first, `filings` of them, then those that count happenings.
    """

    group: int
    terms: tuple[Aggregate, ...]
    filings: int
    window: Ints  # (t,) microseconds
    kinds: Bools  # (t, HAPPENINGS) which happenings each asks for
    sign: Floats  # (t,) -1 where the smallest answer holds, else 1
    body: Ints  # (t,) number of each term's body
    roles: Bools  # (b, roles) which roles, cause families and proceedings count
    families: Bools
    proceedings: Bools
    scopes: tuple[tuple[Scope, Ints], ...]  # the bodies of each scope that leaves filings out
    of_filings: tuple[tuple[Kind, Ints], ...]  # the terms of each kind
    of_happenings: tuple[tuple[Kind, Ints], ...]
    known: tuple[Ints, Bools]  # (filings,) number of what must be known, and (s, HAPPENINGS) what it is
    less: tuple[Ints, Ints]  # terms of all courts, and of the own one that are to be taken away
    by_slot: tuple[tuple[Slot, Ints, Ints], ...]  # the columns of each slot's questions, and their terms
    by_scope: tuple[tuple[Scope, Ints], ...]  # the columns of each scope but `all`


_TOGETHER: tuple[tuple[str, ...], ...] = (("party",), ("agent",), ("firm",), ("phone", "address", "head"))
"""Namespaces asked together; all others, of whose keys most have no history, are one group more (own choice, by time)."""
_GROUP = {name: group for group, names in enumerate(_TOGETHER) for name in names}
GROUPS: Ints = np.array([len(_TOGETHER), *(_GROUP.get(name, len(_TOGETHER)) for name in NAMESPACES)])
"""The group of each namespace, by its number."""


class Questions(dict[int, Aggregate]):
    """Column -> question."""

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The questions of each group of namespaces, laid out."""
        return lay_out(self)


@lru_cache(maxsize=1_024)
def sheet_of(question: Aggregate) -> Sheet:
    """One question laid out. Its term, or that of all courts, is the first."""
    return lay_out({0: question})[0]


def lay_out(questions: Mapping[int, Aggregate]) -> tuple[Sheet, ...]:
    """Questions by group of namespaces."""
    by_group: dict[int, dict[int, Aggregate]] = {}
    for column, question in questions.items():
        group = int(GROUPS[namespace_code(SLOTS[question.slot][0])])
        by_group.setdefault(group, {})[column] = question
    return tuple(_lay_out(group, asked) for group, asked in by_group.items())


def _lay_out(group: int, asked: Mapping[int, Aggregate]) -> Sheet:
    found = [term for question in asked.values() for term in _terms_of(question)]
    terms = sorted(dict.fromkeys(found), key=lambda term: term.of_happenings)
    filings = sum(not term.of_happenings for term in terms)
    place = {term: i for i, term in enumerate(terms)}
    bodies = list(dict.fromkeys(term.body for term in terms))
    known = list(dict.fromkeys(term.happened for term in terms[:filings]))
    pairs = [[place[term] for term in _terms_of(q)] for q in asked.values() if q.scope == "elsewhere"]
    apart = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Sheet(
        group=group,
        terms=tuple(terms),
        filings=filings,
        window=_ints(_EVER if t.window_days is None else t.window_days * DAY for t in terms),
        kinds=_happenings([term.happened for term in terms]),
        sign=np.array([-1.0 if term.kind in SMALLEST else 1.0 for term in terms]),
        body=_ints(bodies.index(term.body) for term in terms),
        roles=_marks([body[1] for body in bodies], _ROLES),
        families=_marks([[family_code(f) for f in body[2]] for body in bodies], len(CAUSE_FAMILIES)),
        proceedings=_marks([[proceeding_code(p) for p in body[3]] for body in bodies], len(PROCEEDINGS)),
        scopes=_by_scope({i: body for i, body in enumerate(bodies) if body[0] != "elsewhere"}),
        of_filings=_by_kind(terms, range(filings)),
        of_happenings=_by_kind(terms, range(filings, len(terms))),
        known=(_ints(known.index(t.happened) for t in terms[:filings]), _happenings(known)),
        less=(apart[:, 0], apart[:, 1]),
        by_slot=tuple(
            (
                slot,
                _ints(column for column, q in asked.items() if q.slot == slot),
                _ints(place[_terms_of(q)[0]] for q in asked.values() if q.slot == slot),
            )
            for slot in dict.fromkeys(q.slot for q in asked.values())
        ),
        by_scope=_by_scope({column: (q.scope, (), (), ()) for column, q in asked.items()}),
    )


def _terms_of(question: Aggregate) -> tuple[Aggregate, ...]:
    """A term of other courts stays apart from one of all courts by its scope, which says that another is taken away."""
    return (question, question.within("court")) if question.scope == "elsewhere" else (question,)


def _by_kind(terms: Sequence[Aggregate], some: Sequence[int]) -> tuple[tuple[Kind, Ints], ...]:
    kinds = dict.fromkeys(terms[i].kind for i in some)
    return tuple((kind, _ints(i for i in some if terms[i].kind == kind)) for kind in kinds)


def _by_scope(bodies: Mapping[int, Body]) -> tuple[tuple[Scope, Ints], ...]:
    scopes = dict.fromkeys(body[0] for body in bodies.values() if body[0] != "all")
    return tuple((s, _ints(i for i, body in bodies.items() if body[0] == s)) for s in scopes)


def _happenings(asked: Sequence[tuple[str, ...]]) -> Bools:
    found = np.zeros((len(asked), len(HAPPENINGS)), dtype=bool)
    for row, kinds in enumerate(asked):
        found[row, [happening_code(kind) for kind in kinds]] = True
    return found


def _marks(chosen: Sequence[Sequence[int]], size: int) -> Bools:
    """One row for each: what is chosen, all where nothing is. Shape (b, size)."""
    found = np.zeros((len(chosen), size), dtype=bool)
    for row, some in enumerate(chosen):
        found[row, list(some) or slice(None)] = True
    return found


def _ints(values: object) -> Ints:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload, no-any-return]
