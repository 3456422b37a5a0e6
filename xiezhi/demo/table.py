"""What the demonstration shows at its end: the strongest flags with their reasons, and what is true of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xiezhi.reasons import signs_first

SHOWN = 10
REASONS_SHOWN = 2
FILINGS_NAMED = 3

Score = dict[str, Any]
"""One line of the Scores format (`docs/filing-format.md`)."""


def tell_flags(console: Console, scores: Path, new: Path, truth: Path, *, chinese: bool) -> None:
    """Print the strongest flags of `scores` on the filings of `new`, then how many of all flags are true."""
    given = [json.loads(line) for line in scores.read_text(encoding="utf-8").splitlines()]
    flags = [s for s in given if s["band"] != "none"]
    flags.sort(key=lambda s: (s["band"] != "review", -s["risk"]))
    filed = _read(new / "filings.jsonl", {s["filing_id"] for s in flags[:SHOWN]})
    console.print()
    console.print(draw_flags(flags[:SHOWN], filed, chinese=chinese))
    console.print(weigh_flags(given, flags, read_schemes(truth), chinese=chinese), soft_wrap=True)


def draw_flags(flags: list[Score], filed: dict[str, dict[str, Any]], *, chinese: bool) -> Table:
    """The table of `flags`, in the order given; `filed` holds their filings by id."""
    bands = {"review": ("请法官审查", "ask a judge"), "notice": ("请关注", "have a look")}
    table = Table(
        title="提示最强的收案（提示不是认定）"
        if chinese
        else "The strongest flags (a flag is not a finding)",
        show_lines=True,
    )
    table.add_column("案件" if chinese else "filing", overflow="fold")
    table.add_column("风险" if chinese else "risk", no_wrap=True)
    table.add_column(
        "理由、法律依据与此前案件" if chinese else "reasons, law and earlier filings", overflow="fold"
    )
    for flag in flags:
        filing = filed[flag["filing_id"]]
        reasons = signs_first(r for r in flag["reasons"] if r["direction"] == "for")[:REASONS_SHOWN]
        table.add_row(
            f"{filing.get('case_number') or flag['filing_id']}\n{filing['cause']}",
            f"{flag['risk']:.1%}\n{bands[flag['band']][0 if chinese else 1]}",
            Text("\n").join(write_reason(r, chinese=chinese) for r in reasons),
        )
    return table


def write_reason(reason: Mapping[str, Any], *, chinese: bool) -> Text:
    """The sentence, then in grey the article it serves and the newest earlier filings it rests on."""
    basis = "{instrument}{article}".format(**reason["legal_basis"])
    earlier = reason["filings"]
    if earlier:
        named, more = ("、" if chinese else ", ").join(earlier[:FILINGS_NAMED]), len(earlier) - FILINGS_NAMED
        basis += f"；此前：{named}" if chinese else f"; earlier: {named}"
        if more > 0:
            basis += f" 等 {len(earlier)} 件" if chinese else f" and {more} more"
    return Text.assemble(reason["text"]["zh" if chinese else "en"], " ", (f"[{basis}]", "dim"))


def weigh_flags(given: list[Score], flags: list[Score], schemes: dict[str, str], *, chinese: bool) -> str:
    """How many of the flags, and of all filings screened, the simulator made false: a line to read, not to trust."""
    false = sum(s["filing_id"] in schemes for s in given)
    hit = sum(s["filing_id"] in schemes for s in flags)
    if chinese:
        return (
            f"筛查 {len(given)} 件，提示 {len(flags)} 件。模拟器在其中造了 {false} 件虚假或滥诉案件"
            f"（{_share(false, len(given))}），{hit} 件在提示之列（占提示的 {_share(hit, len(flags))}）。"
            "卷宗是模拟的：这些数字不说明任何真实法院的情况。"
        )
    return (
        f"Screened {len(given)} filings, flagged {len(flags)}. The simulator made {false} of the filings false or "
        f"abusive ({_share(false, len(given))}); {hit} of these are flagged ({_share(hit, len(flags))} of the flags). "
        "The docket is simulated: these figures say nothing about a real court."
    )


def read_schemes(truth: Path) -> dict[str, str]:
    """The scheme of each false or abusive filing the simulator made, by filing id."""
    with truth.open(encoding="utf-8", newline="") as file:
        return {line["filing_id"]: line["scheme"] for line in csv.DictReader(file) if line["scheme"]}


def _read(path: Path, wanted: set[str]) -> dict[str, dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["filing_id"] in wanted:
                lines[record["filing_id"]] = record
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
