"""Every code a problem may carry, read off the code of whatever the service loads; `docs/api-problems.md` is made of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from features.intake.mends import MENDS
from serving.api.problems import ELSEWHERE, status_of
from serving.jobs.tasks import OUTCOMES
from xiezhi import errors
from xiezhi.decisions import REFUSED, REFUSED_IN
from xiezhi.errors import XiezhiError

_HOUSES: Final = ("serving", "features", "xiezhi")
_REFUSALS: Final = frozenset({"_problem"})
"""Functions that tell a problem before any route is reached: (status, code, zh, en)."""


@dataclass(frozen=True, order=True)
class Told:
    """A code with the status and the sentences it is told with; `…` stands for what differs from time to time."""

    code: str
    status: int
    zh: str
    en: str


def list_codes() -> list[Told]:
    """Every code with every sentence it comes with, in order of code."""
    found = {Told(code, status, zh, en) for status, (zh, en, code) in ELSEWHERE.items()}
    found |= {Told(code, 422, zh, en) for code, (zh, en) in MENDS.items()}
    found |= {Told(code, 409, zh, en) for zh, en, code in (*REFUSED.values(), *REFUSED_IN.values())}
    for path in loaded_files("serving.app"):
        found |= set(_told_in(ast.parse(path.read_text(encoding="utf-8"))))
    return sorted(found)


def write_page() -> str:
    """The page of all codes, in Markdown."""
    rows = [f"| `{t.code}` | {t.status} | {_cell(t.zh)} | {_cell(t.en)} |" for t in list_codes()]
    outcomes = [f"| `{code}` | {zh} | {_cell(en)} |" for code, (zh, en) in OUTCOMES.items()]
    return "\n".join([_HEAD, *rows, _ROWS, *outcomes, ""])


@cache
def loaded_files(start: str) -> tuple[Path, ...]:
    """The source files of our houses that the module `start` imports, directly or by others, itself first."""
    found: dict[str, Path] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        path = None if name in found else _source_of(name)
        if path is not None:
            found[name] = path
            waiting += _imported(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(found.values())


def _source_of(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:  # a name in a module, not a module
        return None
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names: Iterable[str] = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in _HOUSES)


def _told_in(tree: ast.AST) -> Iterator[Told]:
    kinds = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [_text(argument) for argument in node.args]
        kind = kinds.get(node.func.id)
        if kind is not None and issubclass(kind, XiezhiError) and len(texts) >= 2:
            given = next((k.value for k in node.keywords if k.arg == "code"), None)
            code = kind.code if given is None else _text(given)
            zh, en = texts[-2:]
            if code is not None and zh is not None and en is not None:
                yield Told(code, status_of(kind.__new__(kind)), zh, en)
        elif node.func.id in _REFUSALS and len(texts) == 4 and isinstance(node.args[0], ast.Constant):
            _, code, zh, en = texts
            if code is not None and zh is not None and en is not None:
                yield Told(code, int(str(node.args[0].value)), zh, en)


def _text(node: ast.expr) -> str | None:
    """A text as it stands in the code; None where it is worked out elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(_text(part) or "…" for part in (node.left, node.right))
    return None


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_HEAD = """# Codes of problems

Made by `xiezhi api problems`. Every error of [the API](api.md) is a problem (RFC 9457) with one of these codes; `…` stands
for what differs from time to time. Codes are stable, sentences may be bettered. Some are told by pages or commands alone.

| code | status | zh | en |
|---|---|---|---|"""

_ROWS = """
## Codes of a job's results

Rows of [a job](jobs.md) carry these, or why the record could not be taken (the codes above with status 422).

| code | zh | en |
|---|---|---|"""
