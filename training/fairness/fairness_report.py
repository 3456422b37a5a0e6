"""The fairness report: for the court's president one offline page, for a spreadsheet a CSV, for the screen a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import isnan
from pathlib import Path

from rich.console import Console
from rich.table import Table

from features.registry import BY_NAME
from training.evaluation import plots
from training.evaluation.measures import Interval
from training.evaluation.page import Section, Sheet, write_page, write_pictures
from training.evaluation.plots import Picture
from training.evaluation.rates import Rate
from training.evaluation.words import (
    DASH,
    say,
    say_facet,
    say_figure,
    say_rate,
    say_ratio,
    say_share,
    say_value,
)
from training.fairness.blindness import LEAST_OF_EACH
from training.fairness.fairness import LEAST_CELL, POOLED, Contrast, Fairness, Group
from training.fairness.fairness_words import WORDS
from xiezhi.clock import format_moment

_RATES = ("flagged", "review", "found", "cleared", "alarmed", "missed")
_RATIOS = ("flagged", "alarmed", "missed", "found")


def write_fairness(found: Fairness, folder: Path, language: str) -> None:
    """Write `fairness.html`, `fairness.csv` and the plots into `folder`."""
    told = _Told(found, language)
    sections = list(told.sections())
    write_page(folder / "fairness.html", told.say("title"), told.leads(), sections, language)
    write_pictures(folder, sections)
    with (folder / "fairness.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["attribute", "value", "filings", *(f"{n}{e}" for n in _RATES for e in ("", "_low", "_high"))]
        )
        writer.writerows(_csv_row(group) for group in found.groups)


def show_fairness(found: Fairness, language: str) -> None:
    """Print flag rates, error rates and ratios on standard output."""
    told = _Told(found, language)
    console = Console()
    for line in (*told.leads(), *told.warnings()):
        console.print(line, highlight=False)
    table = Table(
        told.say("group"),
        *(told.say(key) for key in ("filings", "flagged", "alarmed", "missed", "ratio_flagged")),
    )
    ratios = {(c.attribute, c.value): c.flagged for c in found.contrasts}
    for group in found.groups:
        of = ratios.get((group.attribute, group.value))
        name = f"{say_facet(group.attribute, language)}: {told.value(group.attribute, group.value)}"
        rates = (getattr(group, key) for key in ("flagged", "alarmed", "missed"))
        cells = (say_share(rate.share) if rate.of >= LEAST_CELL else DASH for rate in rates)
        table.add_row(name, f"{group.filings:,}", *cells, DASH if of is None else say_ratio(of))
    console.print(table)
    for line in told.blind():
        console.print(line, highlight=False)


class _Told:
    """The report in the words of one language."""

    def __init__(self, found: Fairness, language: str) -> None:
        self.of, self.language = found, language
        self.drawn = plots.drawn_language(language)

    def say(self, key: str, **values: object) -> str:
        """A sentence."""
        return say(WORDS, key, self.language, **values)

    def value(self, attribute: str, value: str, language: str | None = None) -> str:
        """A group's name."""
        language = language or self.language
        return say(WORDS, "pooled", language) if value == POOLED else say_value(attribute, value, language)

    def rate(self, group: Group, key: str) -> str:
        """A rate with what it is of; without counts for audited attributes, a dash for cells that are too small."""
        told: Rate = getattr(group, key)
        if group.audited and told.of >= LEAST_CELL:
            return say_share(told.share)
        return say_rate(told, LEAST_CELL)

    def leads(self) -> list[str]:
        """What was judged, and what came of it in one sentence."""
        of = self.of
        days = {
            name: format_moment(moment, of.zone)[:10]
            for name, moment in (("since", of.since), ("before", of.before), ("labels", of.labels_as_of))
        }
        model = of.model or self.say("no_model")
        lead = self.say("lead", filings=of.filings, clusters=of.clusters, model=model, rules=of.rules, **days)
        told = [_verdict(c.flagged) for c in of.contrasts]
        alarming = sum(one in ("more", "less") for one in told)
        return [lead, self.say("short", alarming=alarming, quiet=told.count("same"))]

    def warnings(self) -> list[str]:
        """What weakens the figures."""
        of = self.of
        told = [self.say("seen", seen=of.seen)] if of.seen else []
        return [*told, self.say("young", ripe=of.ripe / of.filings)] if of.ripe < of.filings else told

    def sections(self) -> Iterator[Section]:
        """The parts of the page: what it can say first."""
        keys = ("can_flagged", "can_alarm", "can_labels", "can_cause", "can_many")
        sentences = [*(self.say(key) for key in keys), self.say("can_small", least=LEAST_CELL)]
        yield Section(self.say("can"), sentences, warnings=self.warnings())
        for attribute in dict.fromkeys(group.attribute for group in self.of.groups):
            yield self._attribute(attribute)
        yield Section(self.say("blind"), self.blind())
        yield self._proxies()

    def blind(self) -> list[str]:
        """Whether anything protected enters, in sentences."""
        told = self.of.blindness
        lines = [self.say("blind_clean", filings=told.filings)] if told.is_clean else []
        if told.moved:
            lines.append(self.say("blind_moved", names=", ".join(told.moved)))
        if told.unsealed:
            lines.append(self.say("blind_unsealed", count=told.unsealed))
        if told.unregistered:
            names = ", ".join(told.unregistered[:10]) + (" …" if len(told.unregistered) > 10 else "")
            lines.append(self.say("blind_unregistered", count=len(told.unregistered), names=names))
        return [*lines, self.say("blind_keys", keys=", ".join(told.keys))]

    def _attribute(self, attribute: str) -> Section:
        groups = [group for group in self.of.groups if group.attribute == attribute]
        contrasts = [contrast for contrast in self.of.contrasts if contrast.attribute == attribute]
        name = say_facet(attribute, self.language)
        rows = [
            [self.value(attribute, g.value), f"{g.filings:,}", *(self.rate(g, key) for key in _RATES)]
            for g in groups
        ]
        ratios = [
            [
                f"{self.value(attribute, c.value)} / {self.value(attribute, c.reference)}",
                *(say_ratio(getattr(c, key)) for key in _RATIOS),
            ]
            for c in contrasts
        ]
        drawn: list[tuple[str, Interval | None]] = [
            (self.value(attribute, g.value, self.drawn), g.flagged.share) for g in groups
        ]
        picture = Picture(
            f"flagged_{attribute}", self.say("picture", attribute=name),
            plots.draw_intervals(drawn, say(WORDS, "flagged", self.drawn)),
        )  # fmt: skip
        audited = groups[0].audited
        note = [self.say("audited_note")] if audited else []
        header = [self.say(key) for key in ("group", "filings", *_RATES)]
        sheets = [Sheet(self.say("rates"), header, rows)]
        if ratios:
            head = [self.say("group"), *(self.say(f"ratio_{key}") for key in _RATIOS)]
            sheets.append(Sheet(self.say("ratios"), head, ratios))
        title = self.say("audited" if audited else "by", attribute=name)
        return Section(title, [*note, *map(self._sentence, contrasts)], [picture], sheets)

    def _sentence(self, contrast: Contrast) -> str:
        verdict = _verdict(contrast.flagged)
        known = not isnan(contrast.found.value)
        found = (
            self.say("found_known", ratio=say_ratio(contrast.found)) if known else self.say("found_unknown")
        )
        return self.say(
            verdict,
            value=self.value(contrast.attribute, contrast.value),
            reference=self.value(contrast.attribute, contrast.reference),
            ratio=say_ratio(contrast.flagged),
            found=found,
        )

    def _proxies(self) -> Section:
        title = self.say("proxies")
        if not any(group.audited for group in self.of.groups):
            return Section(title, [self.say("proxies_none")])
        if not self.of.proxies:
            return Section(title, [self.say("proxies_few", least=LEAST_OF_EACH)])
        rows = [
            [
                p.attribute, p.value, "；".join(self._feature(n) for n in p.by), f"{p.filings:,}",
                say_figure(p.features), say_figure(p.risk),
            ]
            for p in self.of.proxies
        ]  # fmt: skip
        header = [self.say(k) for k in ("attribute", "value", "leaning", "filings", "by_features", "by_risk")]
        return Section(title, [self.say("proxies_note")], (), [Sheet(title, header, rows, words=3)])

    def _feature(self, name: str) -> str:
        feature = BY_NAME.get(name)
        if feature is None:
            return name
        return feature.zh if self.language == "zh" else feature.en


def _verdict(told: Interval) -> str:
    """`more`, `less`, `same` or `unknown`: the key of the sentence on a ratio."""
    if isnan(told.value):
        return "unknown"
    return "more" if told.low > 1 else "less" if told.high < 1 else "same"


def _csv_row(group: Group) -> list[str]:
    cells = [group.attribute, group.value, str(group.filings)]
    for key in _RATES:
        told: Rate = getattr(group, key)
        enough = told.of >= LEAST_CELL
        cells += [f"{x:.6f}" if enough else "" for x in (told.share.value, told.share.low, told.share.high)]
    return cells
