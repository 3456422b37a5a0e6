"""A waterfall as lines of text: each field, its weight, the running total, and the running total as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, set_cell_size

from features.link.explain.evidence import NUMBER, Step, Waterfall
from features.link.explain.known import Known
from features.link.weights import Bits
from features.link.words import Words, write_bits, write_share

BAR: Final = 34
"""Columns of the bar."""

_WIDEST: Final = 38
"""Columns of a cell before it is cut with an ellipsis."""

_FOR, _AGAINST, _CUT, _AT = "█", "░", "┊", "◆"


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    bar: str
    note: str = ""


def draw_waterfall(
    waterfall: Waterfall, cut: Bits, words: Words, left: Known | None, right: Known
) -> list[str]:
    """Lines of one waterfall. With `left` the two texts as filed stand in it; without, counts of levels."""
    scale = _Scale(waterfall, cut)
    running = waterfall.prior
    rows = [
        _Row(
            (words.say("screen.prior"), "", "", "", "", write_bits(running), ""), scale.segment(0.0, running)
        )
    ]
    for step in waterfall.steps:
        before, running = running, running + step.bits
        part = step.parts[0]
        single = len(step.parts) == 1
        cells = (
            words.name("field", step.field),
            words.name("level", step.level) if single else "",
            compared(step, words, left, right) if left else _times(step, words),
            write_share(part.m) if single else "",
            write_share(part.u) if single else "",
            write_bits(step.bits),
            write_bits(running),
        )
        rows.append(_Row(cells, scale.segment(before, running), _frequency(step, words)))
    total = write_bits(waterfall.total)
    rows.append(_Row((words.say("screen.sum"), "", "", "", "", "", total), scale.mark(waterfall.total)))
    heads = [words.say(f"screen.{name}") for name in ("field", "level", "compared")]
    heads += ["m", "u", words.say("screen.weight"), words.say("screen.total")]
    caption = words.say("screen.threshold_mark", cut=write_bits(cut))
    return _aligned([_Row(tuple(heads), caption), *rows])


def compared(step: Step, words: Words, left: Known, right: Known) -> str:
    """What was compared: both texts as filed. Of identity numbers only whether they agree."""
    if step.field == NUMBER:
        which = {"same": "same_number", "other": "different_number"}.get(step.level, "number_near")
        return words.say(f"value.{which}")
    texts = [_said(known, step.field, words) for known in (left, right)]
    return " · ".join(dict.fromkeys(texts))


def _said(known: Known, field: str, words: Words) -> str:
    text = known.said(field)
    if not text and field == "birth" and known.mention.profile.birth:
        return words.say("value.in_number")
    return text or words.say("value.not_filed")


def _times(step: Step, words: Words) -> str:
    """How many of the entity's mentions show which level."""
    if len(step.parts) == 1:
        return words.say("screen.times", times=step.parts[0].times)
    found = [
        (words.name("level", part.level), words.say("screen.times", times=part.times)) for part in step.parts
    ]
    return words.listed([f"{level} {times}" for level, times in found])


def _frequency(step: Step, words: Words) -> str:
    counted = next((part.counted for part in step.parts if part.counted), None)
    if counted is None or counted.frequency > -0.05:
        return ""
    return words.say(
        "screen.frequency",
        bits=write_bits(counted.frequency),
        others=f"{counted.others:.0f}",
        mentions=f"{counted.mentions:,}",
    )


class _Scale:
    """Bits to columns, from the lowest running total to the highest, the threshold always in sight."""

    def __init__(self, waterfall: Waterfall, cut: Bits) -> None:
        totals = [0.0, cut, waterfall.prior]
        for step in waterfall.steps:
            totals.append((totals[-1] if len(totals) > 2 else 0.0) + step.bits)
        self._low, high = min(totals), max(totals)
        self._span = max(high - self._low, 1.0)
        self._cut = self._column(cut)

    def segment(self, start: Bits, end: Bits) -> str:
        """The way from one running total to the next."""
        a, b = sorted((self._column(start), self._column(end)))
        sign = _FOR if end >= start else _AGAINST
        return self._line(dict.fromkeys(range(a, max(b, a + 1)), sign))

    def mark(self, total: Bits) -> str:
        """Where the sum stands."""
        return self._line({self._column(total): _AT})

    def _line(self, signs: dict[int, str]) -> str:
        return "".join(signs.get(i, _CUT if i == self._cut else " ") for i in range(BAR + 1)).rstrip()

    def _column(self, bits: Bits) -> int:
        return round((bits - self._low) / self._span * BAR)


def _aligned(rows: Sequence[_Row]) -> list[str]:
    """Columns as wide as their widest cell: three of text, four of figures, then the bar."""
    widths = [min(max(cell_len(row.cells[i]) for row in rows), _WIDEST) for i in range(len(rows[0].cells))]
    lines = []
    for row in rows:
        fitted = [_fit(text, width) for text, width in zip(row.cells[:3], widths[:3], strict=True)]
        figures = [
            " " * (width - cell_len(text)) + text
            for text, width in zip(row.cells[3:], widths[3:], strict=True)
        ]
        lines.append(("  " + "  ".join((*fitted, *figures, row.bar))).rstrip())
        if row.note:
            lines.append(f"    {row.note}")
    return lines


def _fit(text: str, width: int) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1).rstrip() + "…"
    return set_cell_size(text, width)
