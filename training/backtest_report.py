"""A back-test of signs told: a table for the terminal, CSV for a spreadsheet, HTML that needs no network."""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Table

from training.backtest import Agreement, Backtest

_WORDS = {
    "zh": ("征象", "现行触发", "试用触发", "其中已认定（现行）", "其中已认定（试用）"),
    "en": ("sign", "fires today", "fires with the file", "found bad, today", "found bad, with the file"),
}
_CHANGE = {"zh": ("案件", "现行", "试用", "认定"), "en": ("filing", "today", "with the file", "finding")}
_SHOWN = 20
"""Changed filings listed on the terminal; the files hold all."""


def show_backtest(found: Backtest, language: str) -> None:
    """Print the signs that differ or fire, what changes band, and how both agree with findings."""
    console = Console()
    table = Table(*_WORDS[language])
    for row in _sign_rows(found):
        table.add_row(*map(str, row))
    console.print(_head(found, language), highlight=False)
    console.print(table)
    for change in found.changes[:_SHOWN]:
        console.print(
            f"  {change.filing_id}: {change.before} → {change.after} {change.found}", highlight=False
        )
    if len(found.changes) > _SHOWN:
        console.print(f"  … {len(found.changes) - _SHOWN}", highlight=False)
    for line in _agreement(found, language):
        console.print(line, highlight=False)


def write_csv(found: Backtest, path: Path) -> None:
    """The changed filings, one a row; the signs' counts go to the file beside it, `<name>.signs.csv`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("filing_id", "today", "with_file", "finding"), *found.changes])
    with path.with_suffix(".signs.csv").open("w", encoding="utf-8-sig", newline="") as file:
        header = ("sign", "fires_today", "fires_with_file", "found_bad_today", "found_bad_with_file")
        csv.writer(file).writerows([header, *_sign_rows(found)])


def write_html(found: Backtest, path: Path, language: str) -> None:
    """One page with everything in it."""
    lines = "".join(
        f"<p>{escape(line)}</p>" for line in (_head(found, language), *_agreement(found, language))
    )
    signs = _html_table(_WORDS[language], _sign_rows(found))
    changes = _html_table(_CHANGE[language], list(found.changes))
    title = "征象回测" if language == "zh" else "Back-test of signs"
    style = "body{font-family:sans-serif;margin:2rem}td,th{padding:.2rem .8rem;text-align:left}"
    path.write_text(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style><h1>{title}</h1>{lines}{signs}{changes}</html>",
        encoding="utf-8",
    )


def _html_table(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(c))}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _sign_rows(found: Backtest) -> list[tuple[object, ...]]:
    return [(sign, *found.fired[sign], *found.bad[sign]) for sign in found.fired]


def _head(found: Backtest, language: str) -> str:
    if language == "zh":
        model = found.model or "无（仅征象）"
        return f"{found.filings} 件立案，{found.found_bad} 件已被认定；现行 {found.today}，试用 {found.tried}，模型 {model}；{len(found.changes)} 件改变档位"
    model = found.model or "none (signs alone)"
    return (
        f"{found.filings} filings, {found.found_bad} found false or abusive; today {found.today}, "
        f"tried {found.tried}, model {model}; {len(found.changes)} change band"
    )


def _agreement(found: Backtest, language: str) -> list[str]:
    def line(name: str, one: Agreement) -> str:
        if language == "zh":
            return (
                f"{name}：提示 {one.flagged} 件，其中认定虚假或滥诉 {one.bad} 件，认定属实 {one.genuine} 件"
            )
        return (
            f"{name}: {one.flagged} flagged, {one.bad} of them found false or abusive, {one.genuine} genuine"
        )

    names = ("现行", "试用") if language == "zh" else ("today", "with the file")
    return [line(name, one) for name, one in zip(names, found.agreement, strict=True)]
