"""A back-test told: tables for the terminal, CSV for a spreadsheet, one page that needs no network."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isnan
from pathlib import Path

from rich.console import Console
from rich.table import Table

from training.backtesting.backtest import WHO, Agreement, Backtest, Change
from training.backtesting.backtest_words import WORDS
from training.evaluation.page import Section, Sheet, write_page
from training.evaluation.regime import Regime
from training.evaluation.words import DASH, say, say_facet, say_figure, say_value
from xiezhi.clock import format_moment
from xiezhi.policy import Band

_SHOWN = 20
"""Changed filings listed on the terminal; the CSV holds all."""
_ON_PAGE = 500
"""Changed filings listed on the page: some sheets of paper."""
_BANDS: dict[Band, str] = {"none": "none", "notice": "notice", "review": "band_review"}


def show_backtest(found: Backtest, language: str) -> None:
    """Print what was compared, what was seen in training, the signs that fire, what changes, and how both agree."""
    told = _Told(found, language)
    console = Console()
    for line in (*told.leads(), *told.warnings()):
        console.print(line, highlight=False)
    if found.regimes[0].pack.version != found.regimes[1].pack.version:
        table = Table(*told.sign_header())
        for row in told.sign_rows():
            table.add_row(*row)
        console.print(table)
    for change in found.changes[:_SHOWN]:
        console.print(
            f"  {change.filing_id}: {change.before} → {change.after} {change.found}", highlight=False
        )
    if len(found.changes) > _SHOWN:
        console.print(f"  … {len(found.changes) - _SHOWN}", highlight=False)
    for line in told.agreements():
        console.print(line, highlight=False)


def write_csv(found: Backtest, path: Path) -> None:
    """The changed filings, one a row; the signs' counts go to the file beside it, `<name>.signs.csv`."""
    header = ("filing_id", "today", "tried", "risk_today", "risk_tried", "finding", "seen_in_training")
    rows = (
        (*c[:3], *(_number(r) for r in c[3:5]), c.found, "yes" if c.seen else "no") for c in found.changes
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    with path.with_suffix(".signs.csv").open("w", encoding="utf-8-sig", newline="") as file:
        signs = ("sign", "fires_today", "fires_tried", "found_bad_today", "found_bad_tried")
        csv.writer(file).writerows([signs, *_Told(found, "en").sign_rows()])


def write_html(found: Backtest, path: Path, language: str) -> None:
    """One page with everything in it."""
    told = _Told(found, language)
    write_page(path, told.say("title"), told.leads(), list(told.sections()), language)


class _Told:
    """A back-test in the words of one language."""

    def __init__(self, found: Backtest, language: str) -> None:
        self.of, self.language = found, language
        self.sides = (self.say("today"), self.say("tried"))

    def say(self, key: str, **values: object) -> str:
        """A sentence."""
        return say(WORDS, key, self.language, **values)

    def leads(self) -> list[str]:
        """What was judged, and by what."""
        of = self.of
        days = {
            name: format_moment(moment, of.zone)[:10]
            for name, moment in (("since", of.since), ("before", of.before), ("labels", of.labels_as_of))
        }
        lead = self.say("lead", filings=of.filings, changes=len(of.changes), ripe=of.ripe, **days)
        sides = (self._regime(side, regime) for side, regime in zip(self.sides, of.regimes, strict=True))
        return [lead, *sides, self.say("not_a_finding")]

    def warnings(self) -> list[str]:
        """What was seen in training."""
        of = self.of
        told = [
            self.say("seen", side=side, seen=seen, filings=of.filings)
            for side, seen in zip(self.sides, of.seen, strict=True)
            if seen
        ]
        return [*told, self.say("all_seen")] if max(of.seen) == of.filings else told

    def agreements(self) -> list[str]:
        """How both agree with findings, in sentences, on filings neither model has seen."""
        lines = [
            self.say("agree", side=side, **vars(one))
            for side, one in zip(self.sides, self.of.agreement, strict=True)
        ]
        return lines if self.of.gain is None else [*lines, self._gain()]

    def sections(self) -> Iterator[Section]:
        """The parts of the page."""
        of = self.of
        unseen = self._agreement("agreement_unseen", of.agreement, of.average_precision)
        sheets = [unseen]
        if any(of.seen):
            sheets.append(self._agreement("agreement_seen", of.agreement_seen, None))
        gain = [] if of.gain is None else [self._gain()]
        yield Section(self.say("agreement"), gain, (), sheets, self.warnings())
        yield Section(self.say("who"), (), (), [self._moved(facet) for facet in WHO])
        yield Section(
            self.say("signs"), (), (), [Sheet(self.say("signs"), self.sign_header(), self.sign_rows())]
        )
        yield self._changes()

    def sign_header(self) -> list[str]:
        """Over the counts of signs."""
        return [self.say(key) for key in ("sign", "fired_today", "fired_tried", "bad_today", "bad_tried")]

    def sign_rows(self) -> list[list[str]]:
        """Counts of every sign that fires under either."""
        return [[sign, *map(str, (*self.of.fired[sign], *self.of.bad[sign]))] for sign in self.of.fired]

    def _regime(self, side: str, regime: Regime) -> str:
        policy = self.say("own_cuts")
        if regime.policy is not None:
            policy = self.say("cuts", capacity=regime.policy.capacity_per_day, floor=regime.policy.floor)
        model = regime.model or self.say("no_model")
        return self.say("regime", side=side, model=model, pack=regime.pack.version, policy=policy)

    def _gain(self) -> str:
        gain = self.of.gain
        assert gain is not None
        verdict = "better" if gain.low > 0 else "worse" if gain.high < 0 else "chance"
        return self.say("gain", gain=say_figure(gain), verdict=self.say(verdict))

    def _agreement(
        self, title: str, both: tuple[Agreement, Agreement], precisions: tuple[object, object] | None
    ) -> Sheet:
        keys = ["flagged", "review", "bad", "genuine"]
        rows = [
            [side, *(f"{count:,}" for count in vars(one).values())]
            for side, one in zip(self.sides, both, strict=True)
        ]
        if precisions is not None:
            for row, one, told in zip(rows, both, self.of.average_precision, strict=True):
                row += [f"{self.of.found_bad - one.bad:,}", say_figure(told)]
            keys += ["missed", "average_precision"]
        return Sheet(self.say(title), [self.say("side"), *map(self.say, keys)], rows)

    def _moved(self, facet: str) -> Sheet:
        name = say_facet(facet, self.language)
        rows = [
            [
                say_value(facet, m.value, self.language), f"{m.filings:,}", f"{m.raised:,}", f"{m.lowered:,}",
                f"{(m.raised + m.lowered) / m.filings:.1%}",
            ]
            for m in self.of.who
            if m.facet == facet
        ]  # fmt: skip
        header = [name, *map(self.say, ("filings", "raised", "lowered", "changed"))]
        return Sheet(self.say("who_by", facet=name), header, rows)

    def _changes(self) -> Section:
        ranked = sorted(self.of.changes, key=_difference, reverse=True)[:_ON_PAGE]
        rows = [
            [
                c.filing_id, self.say(_BANDS[c.before]), self.say(_BANDS[c.after]), self._risk(c.risk_before),
                self._risk(c.risk_after), self.say(f"found_{c.found}") if c.found else DASH,
                self.say("yes") if c.seen else "",
            ]
            for c in ranked
        ]  # fmt: skip
        header = ["filing", "today", "tried", "risk_today", "risk_tried", "finding", "in_training"]
        note = self.say("shown", shown=len(rows), all=len(self.of.changes))
        sheet = Sheet(self.say("changes"), [self.say(key) for key in header], rows, note, words=3)
        return Section(self.say("changes"), (), (), [sheet])

    def _risk(self, risk: float) -> str:
        return DASH if isnan(risk) else f"{risk:.2%}"


def _difference(change: Change) -> float:
    gap = abs(change.risk_after - change.risk_before)
    return 0.0 if isnan(gap) else gap


def _number(risk: float) -> str:
    return "" if isnan(risk) else f"{risk:.6f}"
