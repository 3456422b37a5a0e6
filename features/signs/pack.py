"""Read a rule pack (TOML) and ask which of its rules fire."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from features.registry import BY_NAME
from xiezhi.errors import InputError, NotFound
from xiezhi.policy import Band
from xiezhi.reasons import LegalBasis

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Sign:
    """A sign (征象) and the article that names it."""

    code: str
    zh: str
    en: str
    legal_basis: LegalBasis


@dataclass(frozen=True)
class Condition:
    """`feature operator bound`; never holds for an unknown value."""

    feature: str
    operator: str
    bound: float

    def holds(self, row: Mapping[str, float | None]) -> bool:
        """Whether the row's value satisfies the condition."""
        value = row[self.feature]
        return value is not None and _OPERATORS[self.operator](value, self.bound)


@dataclass(frozen=True)
class Rule:
    """A sign that fires when every condition holds; `feature` names the earlier filings it rests on."""

    sign: str
    feature: str
    when: tuple[Condition, ...]

    def fires(self, row: Mapping[str, float | None]) -> bool:
        """Whether every condition holds."""
        return all(condition.holds(row) for condition in self.when)


@dataclass(frozen=True)
class Step:
    """What the desk may do now, in which bands; refusing the filing is never one."""

    zh: str
    en: str
    legal_basis: LegalBasis
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Pack:
    """A jurisdiction's signs, rules and steps, under one version."""

    version: str
    jurisdiction: str
    signs: Mapping[str, Sign]
    rules: tuple[Rule, ...]
    steps: tuple[Step, ...]

    def fired(self, row: Mapping[str, float | None]) -> list[Rule]:
        """Rules that fire on one row of feature values."""
        return [rule for rule in self.rules if rule.fires(row)]

    def steps_for(self, band: Band) -> list[Step]:
        """Steps open to the desk in a band."""
        return [step for step in self.steps if band in step.bands]


def load_pack(jurisdiction: str) -> Pack:
    """The pack of a jurisdiction. Raises NotFound, or InputError naming the bad entry."""
    resource = files("features.signs") / f"{jurisdiction}.toml"
    if not resource.is_file():
        raise NotFound(
            f"没有法域“{jurisdiction}”的规则包。",
            f"There is no rule pack for “{jurisdiction}”.",
            code="no-pack",
        )
    return read_pack(resource.read_text(encoding="utf-8"))


def read_pack(text: str) -> Pack:
    """A pack from TOML text. Raises InputError naming the bad entry."""
    try:
        data = tomllib.loads(text)
        signs = {s["code"]: Sign(s["code"], s["zh"], s["en"], _basis(s)) for s in data["signs"]}
        pack = Pack(
            version=data["version"],
            jurisdiction=data["jurisdiction"],
            signs=signs,
            rules=tuple(_rule(r) for r in data.get("rules", ())),
            steps=tuple(Step(s["zh"], s["en"], _basis(s), tuple(s["bands"])) for s in data.get("steps", ())),
        )
    except KeyError as error:
        raise _bad(f"缺少 {error.args[0]}", f"{error.args[0]} is missing") from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(str(error), str(error)) from error
    _check(pack)
    return pack


def _check(pack: Pack) -> None:
    for rule in pack.rules:
        if rule.sign not in pack.signs:
            raise _bad(f"规则引用未知征象 {rule.sign}", f"a rule names the unknown sign {rule.sign}")
        for name in (rule.feature, *(c.feature for c in rule.when)):
            if name not in BY_NAME:
                raise _bad(f"规则引用未知特征 {name}", f"a rule names the unknown feature {name}")
    for feature in BY_NAME.values():
        if feature.sign not in pack.signs:
            raise _bad(
                f"特征 {feature.name} 的征象 {feature.sign} 缺失",
                f"{feature.sign} of {feature.name} is missing",
            )


def _rule(entry: Mapping[str, Any]) -> Rule:
    conditions = []
    for feature, sign, bound in entry["when"]:
        if sign not in _OPERATORS:
            raise _bad(f"未知运算符 {sign}", f"unknown operator {sign}")
        conditions.append(Condition(feature, sign, float(bound)))
    return Rule(entry["sign"], entry["feature"], tuple(conditions))


def _basis(entry: Mapping[str, Any]) -> LegalBasis:
    return LegalBasis(entry["instrument"], entry["article"], entry["version"])


def _bad(zh: str, en: str) -> InputError:
    return InputError(f"规则包有误：{zh}。", f"Bad rule pack: {en}.", code="bad-pack")
