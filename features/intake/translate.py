"""Apply a mapping to the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from features.intake.mapping import PLACEHOLDER, ColumnRule, Condition, Scalar


def translate(values: dict[str, Any], columns: dict[str, ColumnRule], *, rest: bool) -> dict[str, Any]:
    """The fields that `columns` make of a row; with `rest` the columns no rule reads keep their names."""
    fields: dict[str, Any] = {}
    if rest:
        read = {column for rule in columns.values() for column in rule.columns}
        fields = {name: value for name, value in values.items() if name not in read}
    for field, rule in columns.items():
        value = evaluate(rule, values)
        if field.startswith("elements."):
            fields["elements"] = {**fields.get("elements", {}), field.removeprefix("elements."): value}
        else:
            fields[field.removeprefix("extra.")] = value
    return fields


def evaluate(rule: ColumnRule, values: dict[str, Any]) -> Any:
    """What `rule` makes of a row; None where it is empty and has no default."""
    value = _origin(rule, values)
    if rule.values and _key(value) in rule.values:
        return rule.values[_key(value)]
    if value is None:
        return rule.default
    if rule.otherwise is not None:
        return rule.otherwise
    if rule.date is not None:
        return _read_date(_key(value), rule.date)
    return value


def holds(condition: Condition | None, values: dict[str, Any]) -> bool:
    """Whether the condition holds for a row; None always does."""
    if condition is None:
        return True
    value = values.get(condition.column)
    if condition.empty is not None:
        return _is_empty(value) == condition.empty
    wanted: Iterable[Scalar | None] = condition.one_of if condition.one_of is not None else [condition.equals]
    return _key(value) in {_key(w) for w in wanted}


def _origin(rule: ColumnRule, values: dict[str, Any]) -> Any:
    if rule.constant is not None:
        return rule.constant
    parts = [values.get(column) for column in rule.columns]
    if rule.template is not None:
        if any(_is_empty(part) for part in parts):
            return None
        return PLACEHOLDER.sub(lambda match: str(values[match[1]]).strip(), rule.template)
    filled = [part for part in parts if not _is_empty(part)]
    if not filled:
        return None
    if rule.join is not None:
        return rule.with_.join(str(part).strip() for part in filled)
    return filled[0].strip() if isinstance(filled[0], str) else filled[0]


def _read_date(text: str, pattern: str) -> str:
    """ISO 8601, or the text itself where it does not fit the pattern: the record is then rejected for it."""
    try:
        when = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is applied when the record is checked
    except ValueError:
        return text
    has_time = any(code in pattern for code in ("%H", "%I", "%T", "%X", "%c"))
    return when.isoformat() if has_time else when.date().isoformat()


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _key(value: Any) -> str:
    """`1`, `"1"` and `true`, `"true"` are the same code whether a cell or the mapping file holds them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()
