"""A mapping file: how another court's columns, codes and tables become the filing format.

TOML; `docs/ingest.md` describes it for users. What it says wrongly is told by place, such as
`tables.cases.columns.filed_at`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from features.intake.mends import field_path
from features.intake.schema import AgentIn, EventIn, EvidenceIn, FilingIn, FindingIn, PartyIn
from xiezhi.clock import known_zone
from xiezhi.errors import MappingError

TableKind = Literal["filings", "parties", "agents", "evidence", "elements", "events", "findings"]
Held = Literal["filings", "parties", "agents", "evidence", "elements", "events", "findings", "nothing"]
"""What a table of a mapping may hold: records of one kind, or nothing but what rules read."""

PART_KINDS: tuple[TableKind, ...] = ("parties", "agents", "evidence", "elements")
"""Tables whose rows are parts of a filing."""

Scalar = str | bool | int | float

_FIELDS: dict[str, set[str]] = {
    "filings": set(FilingIn.model_fields),
    "parties": set(PartyIn.model_fields) | {"filing_id"},
    "agents": set(AgentIn.model_fields) | {"filing_id"},
    "evidence": set(EvidenceIn.model_fields) | {"filing_id"},
    "elements": {"filing_id", "key", "value"},
    "events": set(EventIn.model_fields),
    "findings": set(FindingIn.model_fields),
}
_PREFIXES = {"filings": ("extra.", "elements."), "parties": ("extra.",), "agents": ("extra.",)}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
"""A column's name in a template."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Condition(_Strict):
    """Holds for a row whose `column` equals a value, is one of several, or is empty (or is not)."""

    column: str
    equals: Scalar | None = None
    one_of: list[Scalar] | None = None
    empty: bool | None = None

    @model_validator(mode="after")
    def one_test(self) -> Condition:
        """Exactly one test."""
        if sum(test is not None for test in (self.equals, self.one_of, self.empty)) != 1:
            raise ValueError("give exactly one of equals, one_of, empty")
        return self


class ColumnRule(_Strict):
    """How one field is made from a row's columns.

    The value comes from one of `from_` (the first column that is not empty), `join` (several columns,
    those not empty, with `with_` between), `template` (`"{year}-01-01"`; empty if a column is) or `constant`.
    Then `values` translates it (the key `""` stands for empty), `otherwise` is for what `values` does not
    list, `date` reads it by a strptime pattern, and `default` is for what is empty.
    """

    from_: Annotated[list[str], BeforeValidator(_as_list)] | None = Field(None, alias="from")
    join: list[str] | None = None
    with_: str = Field(" ", alias="with")
    template: str | None = None
    constant: Scalar | None = None
    values: dict[str, Scalar] = {}
    otherwise: Scalar | None = None
    date: str | None = None
    default: Scalar | None = None

    @model_validator(mode="before")
    @classmethod
    def short_form(cls, data: Any) -> Any:
        """`field = "column"` is short for `field = { from = "column" }`."""
        return {"from": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def one_origin(self) -> ColumnRule:
        """Exactly one origin."""
        origins = (self.from_, self.join, self.template, self.constant)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError("give exactly one of from, join, template, constant")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns of the row that the rule reads."""
        return self.from_ or self.join or PLACEHOLDER.findall(self.template or "")


class TableRule(_Strict):
    """One table, by the name of its file or sheet: what it holds, which rows to pass over, its fields."""

    holds: Held
    skip: list[Condition] = []
    columns: dict[str, ColumnRule] = {}


class DerivedRule(_Strict):
    """Records made from the rows of another table when a condition holds."""

    from_: str = Field(alias="from")
    when: Condition | None = None
    columns: dict[str, ColumnRule]


class Mapping(_Strict):
    """A whole mapping file."""

    zone: Annotated[str, AfterValidator(known_zone)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    tables: dict[str, TableRule] = {}
    parties: list[DerivedRule] = []
    agents: list[DerivedRule] = []
    evidence: list[DerivedRule] = []
    events: list[DerivedRule] = []
    findings: list[DerivedRule] = []

    def derived(self, kind: TableKind) -> list[DerivedRule]:
        """The rules that make records of `kind` from other tables."""
        rules: list[DerivedRule] = getattr(self, kind, [])
        return rules

    def reads(self, name: str) -> bool:
        """Whether a table of this name has a part in the mapping."""
        return name in self.tables or any(
            rule.from_ == name for kind in _DERIVED for rule in self.derived(kind)
        )


_DERIVED: tuple[TableKind, ...] = ("parties", "agents", "evidence", "events", "findings")


def load_mapping(path: Path) -> Mapping:
    """The mapping in the TOML file `path`. Raises MappingError that names the place."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise _bad(path.name, "无法读取映射文件", "the mapping file cannot be read") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(path.name, f"不是有效的 TOML：{error}", f"this is not valid TOML: {error}") from error
    return parse_mapping(data)


def parse_mapping(data: dict[str, Any]) -> Mapping:
    """A mapping from parsed TOML. Raises MappingError that names the place."""
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = field_path(fault["loc"]) or "mapping"
        raise _bad(place, _ZH.get(fault["type"], "写法有误"), fault["msg"]) from error
    _check_fields(mapping)
    return mapping


def check_columns(
    place: str, columns: dict[str, ColumnRule], conditions: Iterable[Condition], present: Iterable[str]
) -> None:
    """Raise MappingError if a rule or condition reads a column the table does not have."""
    there = set(present)
    read = [
        (f"{place}.columns.{field}", column) for field, rule in columns.items() for column in rule.columns
    ]
    read += [(place, condition.column) for condition in conditions]
    for where, column in read:
        if column not in there:
            raise _bad(where, f"表中没有列“{column}”", f"the table has no column {column!r}")


def _check_fields(mapping: Mapping) -> None:
    for name, table in mapping.tables.items():
        if table.holds != "nothing":
            _check_targets(f"tables.{name}.columns", table.holds, table.columns)
        elif table.columns:
            raise _bad(
                f"tables.{name}.columns",
                "该表不存放记录，不能有列",
                "a table that holds nothing has no fields",
            )
    for kind in _DERIVED:
        for number, rule in enumerate(mapping.derived(kind)):
            _check_targets(f"{kind}[{number}].columns", kind, rule.columns)


def _check_targets(place: str, kind: TableKind, columns: dict[str, ColumnRule]) -> None:
    for field in columns:
        if field not in _FIELDS[kind] and not field.startswith(_PREFIXES.get(kind, ("\0",))):
            raise _bad(
                f"{place}.{field}",
                f"{kind} 没有此字段；其他列请写作 extra.名称",
                f"{kind} have no such field; what the format does not know goes under extra.<name>",
            )


_ZH = {
    "missing": "缺少此项",
    "extra_forbidden": "没有此项设置",
    "literal_error": "取值不在允许范围内",
    "value_error": "from、join、template、constant（或 equals、one_of、empty）须且只须其一，时区须为 IANA 名称",
    "string_type": "应为文本",
    "list_type": "应为列表",
}


def _bad(place: str, zh: str, en: str) -> MappingError:
    return MappingError(f"映射文件 {place}：{zh}。", f"Mapping file, {place}: {en}.")
