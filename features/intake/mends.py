"""Why a record cannot be taken, and how to mend it: stable codes with a sentence in both languages.

The sentences name formats and allowed values, never what was filed.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from xiezhi.errors import RecordError

MENDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少必填项，请补填。", "A required value is missing; fill it in."),
    "not-text": ("应为文本。", "This must be text."),
    "not-a-number": ("应为有限数字，不带单位和千位分隔符。", "This must be a finite number, without unit or thousands separator."),
    "negative": ("金额不得为负数。", "An amount must not be negative."),
    "not-a-bool": ("应为 true 或 false。", "This must be true or false."),
    "not-a-date": (
        "不是日期；请按 ISO 8601 填写，如 2024-05-06 或 2024-05-06T09:30:00+08:00（1800 年至 2200 年）。",
        "This is not a date; write ISO 8601, such as 2024-05-06 or 2024-05-06T09:30:00+08:00 (years 1800 to 2200).",
    ),
    "not-allowed": ("取值不在允许范围内。", "The value is not one of those allowed."),
    "not-a-list": ("应为列表。", "This must be a list."),
    "not-an-object": ("应为对象（键和值）。", "This must be an object of keys and values."),
    "too-long": ("文本过长，请缩短。", "The text is too long; shorten it."),
    "control-character": ("含有控制字符，请删除。", "The text holds control characters; remove them."),
    "duplicate-party": ("同一案件内 party_id 重复，请改为唯一。", "Two parties of the filing share a party_id; make it unique."),
    "duplicate-agent": ("同一案件内 agent_id 重复，请改为唯一。", "Two agents of the filing share an agent_id; make it unique."),
    "unknown-party": ("所指的 party_id 不在本案当事人之中。", "This party_id is not among the parties of the filing."),
    "not-json": ("不是有效的 JSON；每行应为一个完整的 JSON 对象。", "This is not valid JSON; each line must be one whole JSON object."),
    "not-decodable": ("文字编码损坏；请以 UTF-8 重新导出。", "The characters are damaged; export again as UTF-8."),
    "unknown-record": (
        "无法识别记录类型：案件应有 parties，事件应有 kind 和 at，认定应有 finding。",
        "The kind of record is not clear: a filing has parties, an event has kind and at, a finding has finding.",
    ),
    "unknown-filing": ("所属案件不在 filings 表中。", "The filing this row belongs to is not in the table of filings."),
    "other-filing": ("这条记录写的是另一案件。", "This row names another filing than the address does."),
    "duplicate-filing": ("filings 表中有重复的 filing_id。", "Two rows of the table of filings share a filing_id."),
    "wrong-columns": ("单元格多于表头；请检查分隔符和引号。", "The row has more cells than the header; check separators and quotes."),
    "duplicate-column": ("表头有重复列名，请改为唯一。", "Two columns share a name; make them unique."),
    "no-header": ("缺少表头。", "The table has no header row."),
    "not-found": ("文件不存在。", "There is no such file or folder."),
    "not-readable": ("文件损坏或无法读取；此处之后的内容未读入。", "The file is damaged or cannot be read; what follows this place was not taken."),
    "unknown-format": (
        "不支持的文件格式；支持 .jsonl、.jsonl.gz、.parquet、.csv、.xlsx。",
        "The file format is not known; known are .jsonl, .jsonl.gz, .parquet, .csv and .xlsx.",
    ),
    "not-uploaded": (
        "Parquet 文件不在此接收；请用 xiezhi ingest 读入，或另存为 JSON Lines、CSV 或 XLSX。",
        "A Parquet file is not taken here; read it in with xiezhi ingest, or save it as JSON Lines, CSV or XLSX.",
    ),
    "unknown-table": (
        "文件名或工作表名不是已知的表；请改名或使用映射文件。",
        "The name of the file or sheet is no table of the format; rename it or use a mapping file.",
    ),
    "nothing-here": (
        "文件夹或工作簿中没有可读的表；应有 filings、events 或 findings（.jsonl、.jsonl.gz、.parquet、.csv 或工作表）。",
        "Nothing here can be read; expected are filings, events or findings (.jsonl, .jsonl.gz, .parquet, .csv or a sheet).",
    ),
    "no-filings-table": (
        "有当事人等明细表而没有 filings 表；请一并提供，或使用映射文件。",
        "There is a table of parties or the like but none of filings; hand it in too, or use a mapping file.",
    ),
}  # fmt: skip

_CODES = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too-long",
    "string_type": "not-text",
    "literal_error": "not-allowed",
    "greater_than_equal": "negative",
    "json_invalid": "not-json",
}
_FAMILIES = (
    ("float", "not-a-number"),
    ("finite", "not-a-number"),
    ("bool", "not-a-bool"),
    ("list", "not-a-list"),
    ("tuple", "not-a-list"),
    ("dict", "not-an-object"),
    ("model", "not-an-object"),
)


def mend(code: str) -> tuple[str, str]:
    """The sentences (zh, en) of `code`."""
    return MENDS[code]


def record_error(field: str, code: str) -> RecordError:
    """The error that `field` of a record has the fault `code`."""
    zh, en = MENDS[code]
    return RecordError(field, zh, en, code=code)


def first_error(error: ValidationError) -> RecordError:
    """The first fault pydantic found, in the words of this module."""
    fault = error.errors(include_url=False, include_context=True)[0]
    field = field_path(fault["loc"]) or "record"
    kind = fault["type"]
    if kind == "too_short" or (kind == "string_pattern_mismatch" and not str(fault["input"]).strip()):
        return record_error(field, "missing")
    if kind == "string_pattern_mismatch":
        return record_error(field, "control-character")
    if kind == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        zh, en = MENDS["not-allowed"]
        return RecordError(field, f"{zh}允许：{allowed}", f"{en} Allowed: {allowed}", code="not-allowed")
    code = _CODES.get(kind) or next((c for word, c in _FAMILIES if kind.startswith(word)), "not-text")
    return record_error(field, code)


def field_path(location: tuple[Any, ...]) -> str:
    """`("parties", 1, "role")` as `parties[1].role`."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path
