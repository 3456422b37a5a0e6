"""The words of a rule: comparisons of named values, joined by `and` and `or`.

    plaintiff_loans_court_365d >= 10
    paid_in_cash >= 0.5 and has_bank_transfer < 0.5 or principal_shortfall > 0
    days_since_signed < defendant_days_since_seizure + 90
    cause_code == private_loan and procedure_code == first_instance

`and` binds before `or`. A comparison with an unknown value never holds.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isnan

from features.normalise.causes import CAUSE_FAMILIES
from xiezhi.records import PROCEEDINGS

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}

_CODES: dict[str, tuple[str, ...]] = {"cause_code": CAUSE_FAMILIES, "procedure_code": PROCEEDINGS}
"""Terms whose numbers stand for words."""

Values = Mapping[str, float]
"""Name -> value, NaN where unknown."""

_NAME = r"[a-z][a-z0-9_]*"
_NUMBER = r"-?\d+(?:\.\d+)?"
_COMPARISON = re.compile(
    rf"(?P<name>{_NAME})\s*(?P<operator>[<>=!]+)\s*"
    rf"(?:(?P<number>{_NUMBER})|(?P<other>{_NAME})(?:\s*(?P<sign>[+-])\s*(?P<plus>\d+(?:\.\d+)?))?)"
)


class BadCondition(ValueError):
    """A condition that cannot be read; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Comparison:
    """`name operator bound`; with `other` the bound is added to that value."""

    name: str
    operator: str
    bound: float
    other: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name compared."""
        return (self.name,) if self.other is None else (self.name, self.other)

    def holds(self, values: Values) -> bool:
        """Whether it holds of known values."""
        value = values[self.name]
        bound = self.bound if self.other is None else self.bound + values[self.other]
        return not isnan(value) and not isnan(bound) and OPERATORS[self.operator](value, bound)


@dataclass(frozen=True)
class Condition:
    """Holds where every comparison of one of the alternatives holds."""

    text: str
    alternatives: tuple[tuple[Comparison, ...], ...]

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison in it."""
        for alternative in self.alternatives:
            yield from alternative

    def holds(self, values: Values) -> bool:
        """Whether it holds of these values."""
        return any(all(c.holds(values) for c in alternative) for alternative in self.alternatives)


def read_condition(text: str) -> Condition:
    """The condition that `text` writes. Raises BadCondition."""
    alternatives = re.split(r"\s+or\s+", text.strip())
    return Condition(
        text.strip(),
        tuple(tuple(_comparison(part) for part in re.split(r"\s+and\s+", one)) for one in alternatives),
    )


def _comparison(text: str) -> Comparison:
    found = _COMPARISON.fullmatch(text.strip())
    if found is None:
        raise BadCondition(
            f"看不懂条件“{text}”；写法如 plaintiff_loans_365d >= 10",
            f"“{text}” is no condition; write e.g. plaintiff_loans_365d >= 10",
        )
    if found["operator"] not in OPERATORS:
        known = " ".join(OPERATORS)
        raise BadCondition(
            f"运算符 {found['operator']} 不可用；可用：{known}",
            f"there is no operator {found['operator']}; there are {known}",
        )
    if found["number"] is not None:
        return Comparison(found["name"], found["operator"], float(found["number"]))
    coded = _CODES.get(found["name"])
    if coded is not None and found["other"] in coded:
        return Comparison(found["name"], found["operator"], float(coded.index(found["other"])))
    plus = float(f"{found['sign'] or ''}{found['plus'] or 0}")
    return Comparison(found["name"], found["operator"], plus, found["other"])
