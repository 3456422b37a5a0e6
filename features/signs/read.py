"""Packs from files: one of its own, one that extends another, and a court's overlay on the pack in use."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

from features.signs.check import LAW, Problem, check_data
from features.signs.condition import read_condition
from features.signs.lines import Lines
from features.signs.pack import Pack, Rule, Sign, Step
from xiezhi.errors import InputError, NotFound
from xiezhi.reasons import LegalBasis

Data = dict[str, Any]
_AT_LINE = re.compile(r"at line (\d+)")
NOTICE_BITS = 6.0
"""Bits from which the signs of a pack lift to notice where it does not say: odds of 64, which make a base rate
of 1 or 2 in a hundred about even (own choice)."""


def load_pack(jurisdiction: str, overlay: Path | None = None) -> Pack:
    """The pack of a jurisdiction with a court's overlay on it. Raises NotFound, InputError with lines."""
    if overlay is None:
        return _made(jurisdiction)
    return lay_over(jurisdiction, read_text(overlay), overlay.name)


def lay_over(jurisdiction: str, text: str, name: str = "") -> Pack:
    """The pack of a jurisdiction with an overlay given as TOML text. Raises NotFound, InputError with lines."""
    data = _shipped(jurisdiction)
    return _make(_lay_over(data, _parse(text, name, data)))


def check_file(path: Path, jurisdiction: str) -> list[Problem]:
    """Everything wrong with a pack or overlay file. Raises NotFound for no such file."""
    return _problems(read_text(path), _shipped(jurisdiction))


def read_pack(text: str) -> Pack:
    """A pack from TOML text. Raises InputError naming lines."""
    return _make(_parse(text, "", None))


def jurisdictions() -> list[str]:
    """Names of the packs shipped."""
    return sorted(
        f.name.removesuffix(".toml") for f in files("features.signs").iterdir() if f.name.endswith(".toml")
    )


def read_text(path: Path) -> str:
    """The text of a file of signs. Raises NotFound."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound(f"无法读取 {path.name}。", f"{path.name} cannot be read.", code="no-pack") from error


@cache
def _made(jurisdiction: str) -> Pack:
    return _make(_shipped(jurisdiction))


@cache
def _shipped(jurisdiction: str) -> Data:
    """A pack of the program, read and checked once a process: it takes a tenth of a second. Nobody writes into it."""
    resource = files("features.signs") / f"{jurisdiction}.toml"
    if not resource.is_file():
        known = ", ".join(jurisdictions())
        raise NotFound(
            f"没有法域“{jurisdiction}”的规则包；现有：{known}。",
            f"There is no rule pack for “{jurisdiction}”; there are: {known}.",
            code="no-pack",
        )
    text = resource.read_text(encoding="utf-8")
    base = tomllib.loads(text).get("extends")
    if base is None:
        return _parse(text, resource.name, None)
    on = _shipped(base)
    return _lay_over(on, _parse(text, resource.name, on))


def _parse(text: str, name: str, on: Data | None) -> Data:
    problems = _problems(text, on)
    if problems:
        where = f"{name} " if name else ""
        raise InputError(
            f"规则包有误：{where}" + "；".join(f"第 {p.line} 行：{p.zh}" for p in problems[:5]) + "。",
            f"Bad rule pack: {where}" + "; ".join(f"line {p.line}: {p.en}" for p in problems[:5]) + ".",
            code="bad-pack",
        )
    return tomllib.loads(text)


def _problems(text: str, on: Data | None) -> list[Problem]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        return [Problem(int(found[1]) if found else 1, f"不是 TOML：{error}", f"this is no TOML: {error}")]
    whole = on is None or ("jurisdiction" in data and "extends" not in data)
    known = {} if whole or on is None else {t: {e["code"] for e in on[t]} for t in ("signs", "rules")}
    lines = Lines(text)
    problems = check_data(data, lines, known)
    if whole and not any(s.get("code") == "S00" for s in data.get("signs", ())):
        problems.append(
            Problem(lines.of("signs", 0), "缺少征象 S00（案件基本情况）", "the sign S00 is missing")
        )
    if known and on is not None and not problems:
        # What an overlay changes must stand as a whole, too.
        merged = _lay_over(on, data)
        changed = {str(r["code"]): i for i, r in enumerate(data.get("rules", ()))}
        again = check_data(merged, _Moved(lines, merged["rules"], changed), {})
        problems += [p for p in again if p.line]
    return problems


class _Moved(Lines):
    """Lines of the overlay for the rules of the merged pack; 0 for what is not in the overlay."""

    def __init__(self, lines: Lines, rules: list[Data], changed: Mapping[str, int]) -> None:
        self._lines, self._rules, self._changed = lines, rules, changed

    def of(self, table: str, number: int, key: str = "") -> int:
        """As `Lines.of`."""
        code = str(self._rules[number]["code"]) if table == "rules" else ""
        return self._lines.of(table, self._changed[code], key) if code in self._changed else 0


def _lay_over(on: Data, data: Data) -> Data:
    """`data` on top: entries of a known code change those given, others come on, those in `off` go."""
    if "jurisdiction" in data and "extends" not in data:
        return data
    off = set(data.get("off", ()))
    merged: Data = {**on, **{k: data[k] for k in ("jurisdiction", "notice") if k in data}}
    merged["version"] = (
        data["version"] if "extends" in data else f"{on['version']}+{data['version']}.{_digest(data)}"
    )
    if "law" in data:  # another country's: what the pack beneath cites goes
        merged |= {"law": data["law"], "steps": (), "signs": [_without_law(sign) for sign in on["signs"]]}
    for table in ("signs", "rules"):
        entries = {e["code"]: e for e in merged.get(table, ())}
        for entry in data.get(table, ()):
            entries[entry["code"]] = {**entries.get(entry["code"], {}), **entry}
        merged[table] = list(entries.values())
    merged["rules"] = [r for r in merged["rules"] if not off & {r["code"], r["sign"]}]
    if "steps" in data:
        merged["steps"] = data["steps"]
    merged.pop("extends", None)
    return merged


def _without_law(sign: Data) -> Data:
    return {key: value for key, value in sign.items() if key not in LAW}


def _make(data: Data) -> Pack:
    law = data.get("law", {})
    signs = {
        s["code"]: Sign(
            s["code"], s["zh"], s["en"], _basis(law | s), s.get("verify", {}), s.get("document", {})
        )
        for s in data["signs"]
    }
    return Pack(
        version=data["version"],
        jurisdiction=data["jurisdiction"],
        notice=float(data.get("notice", NOTICE_BITS)),
        signs=signs,
        rules=tuple(_rule(r) for r in data.get("rules", ())),
        steps=tuple(Step(s["zh"], s["en"], _basis(s), tuple(s["bands"])) for s in data.get("steps", ())),
    )


def _rule(entry: Data) -> Rule:
    when, among, unless = (
        tuple(read_condition(text) for text in entry.get(key, ())) for key in ("when", "among", "unless")
    )
    return Rule(
        **{key: entry[key] for key in ("code", "sign", "tells", "zh", "en")},
        strength=float(entry["strength"]),
        when=when,
        among=among,
        unless=unless,
        least=entry.get("least", 0),
        beside=entry.get("beside", False),
        direction=entry.get("direction", "for"),
        courts=tuple(entry.get("courts", ())),
        not_courts=tuple(entry.get("not_courts", ())),
    )


def _basis(entry: Data) -> LegalBasis:
    return LegalBasis(entry["instrument"], entry["article"], entry["version"])


def _digest(data: Data) -> str:
    """Tells a court's file from what it was before, also where nobody changed its version."""
    said = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(said.encode(), digest_size=4).hexdigest()
