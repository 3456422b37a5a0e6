"""An evaluation as one offline page with its pictures, and as a folder of page, PNG files and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from features.signs import Pack
from training.evaluation import plots
from training.evaluation.evaluate import Evaluation
from training.evaluation.evaluation_words import SOURCES, WORDS
from training.evaluation.facets import FACETS
from training.evaluation.measures import CAPACITIES
from training.evaluation.page import Section, Sheet, write_page, write_pictures
from training.evaluation.period import RIPE
from training.evaluation.plots import Picture
from training.evaluation.slices import LEAST_POSITIVES
from training.evaluation.words import DASH, say, say_facet, say_figure, say_rate, say_value
from training.report import evaluation_to_json
from xiezhi.clock import format_moment


def write_evaluation(found: Evaluation, pack: Pack, folder: Path, zone: str, language: str) -> None:
    """Write `evaluation.html`, `evaluation.json` and every plot as PNG into `folder`. pack: names the signs."""
    report = _Report(found, pack, zone, language)
    sections = list(report.sections())
    write_page(folder / "evaluation.html", report.say("title"), report.leads(), sections, language)
    write_pictures(folder, sections)
    told = json.dumps(evaluation_to_json(found, zone), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "evaluation.json").write_text(told + "\n", encoding="utf-8")


class _Report:
    """The page's parts, in one language."""

    def __init__(self, found: Evaluation, pack: Pack, zone: str, language: str) -> None:
        self.of, self.pack, self.zone, self.language = found, pack, zone, language
        self.drawn = plots.drawn_language(language)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the page."""
        return say(WORDS, key, self.language, **values)

    def draw(self, key: str, **values: object) -> str:
        """Words within a picture."""
        return say(WORDS, key, self.drawn, **values)

    def day(self, moment: int) -> str:
        """A moment as a local day."""
        return format_moment(moment, self.zone)[:10]

    def leads(self) -> list[str]:
        """What stands under the title."""
        of = self.of
        lead = self.say(
            "lead", version=of.model_version, trained=self.day(of.trained_as_of), since=self.day(of.since),
            before=self.day(of.before), labels=self.day(of.labels_as_of), filings=of.model.filings,
            positives=of.model.positives, base=of.model.base_rate,
        )  # fmt: skip
        return [lead, self.say("not_a_finding")]

    def sections(self) -> Iterator[Section]:
        """The parts, limits first."""
        limits = [
            self.say("limit_labels"),
            self.say("limit_ripe", ripe=self.of.ripe),
            self.say("limit_groups", clusters=self.of.clusters),
            self.say("limit_few", least=LEAST_POSITIVES),
        ]
        yield Section(self.say("limits"), limits)
        yield self._ranking()
        yield self._calibration()
        yield self._over_time()
        yield self._slices()
        yield self._recalls()
        yield Section(self.say("reproduce"), [self.say("reproduce_is")])

    def _ranking(self) -> Section:
        of = self.of
        rows = [
            [self.say("average_precision"), *(say_figure(m.average_precision) for m in of.rankings.values())],
            [
                self.say("times_base"),
                *(f"{m.average_precision.value / m.base_rate:.1f}" for m in of.rankings.values()),
            ],
        ]
        for share in CAPACITIES:
            for figure in ("precision", "recall"):
                cells = (getattr(m, f"{figure}_at")[str(share)] for m in of.rankings.values())
                rows.append([self.say(figure, share=share), *map(say_figure, cells)])
        missing = [name for name in ("rules", "own_fields", "exact_names") if name not in of.rankings]
        note = [self.say("missing", names=", ".join(map(self.say, missing)))] if missing else []
        pictures = [
            Picture(
                "recall", self.say("curve_recall"),
                plots.draw_curves(
                    {self.draw(n): (c[0], c[2]) for n, c in of.curves.items()},
                    self.draw("share_reviewed"), self.draw("axis_recall"), log_x=True,
                ),
            ),
            Picture(
                "precision", self.say("curve_precision"),
                plots.draw_curves(
                    {self.draw(n): (c[2], c[1]) for n, c in of.curves.items()},
                    self.draw("axis_recall"), self.draw("axis_precision"), level=of.model.base_rate,
                ),
            ),
        ]  # fmt: skip
        sheet = Sheet(self.say("figures"), [self.say("figure"), *map(self.say, of.rankings)], rows)
        return Section(self.say("ranking"), [self.say("ranking_note"), *note], pictures, [sheet])

    def _calibration(self) -> Section:
        told = self.of.calibration
        error = f"{100 * told.error.value:.3f} ({100 * told.error.low:.3f}–{100 * told.error.high:.3f})"
        rows = [
            [str(k), f"{b.filings:,}", f"{b.risk:.3%}", f"{b.share:.3%} ({100 * b.low:.3f}–{b.high:.3%})"]
            for k, b in enumerate(told.bins, 1)
        ]
        png = plots.draw_reliability({"": told.bins}, self.draw("risk"), self.draw("found"))
        return Section(
            self.say("calibration"),
            [self.say("calibration_is", error=error, chance=100 * told.by_chance)],
            [Picture("reliability", self.say("reliability"), png)],
            [Sheet(self.say("bins"), [self.say(k) for k in ("bin", "filings", "risk", "found")], rows)],
        )

    def _over_time(self) -> Section:
        quarters = self.of.quarters
        lines = list(quarters[0].at)
        rows = [
            [
                q.name,
                f"{q.filings:,}",
                f"{q.positives:,}",
                self.ripe(q.ripe),
                *(say_figure(q.at[n]) for n in lines),
            ]
            for q in quarters
        ]
        png = plots.draw_over_time(
            [q.name for q in quarters],
            {self.draw(name): [q.at[name] for q in quarters] for name in lines},
            self.draw("average_precision"),
        )
        header = [self.say(k) for k in ("quarter", "filings", "positives", "ripe", *lines)]
        title = self.say("over_time")
        note = [self.say("over_time_note")] if len(lines) > 1 else []
        return Section(
            title, note, [Picture("quarters", f"{title}: {self.say('average_precision')}", png)],
            [Sheet(self.say("average_precision"), header, rows)],
        )  # fmt: skip

    def _slices(self) -> Section:
        keys = (
            "filings",
            "positives",
            "ripe",
            "average_precision",
            "flagged",
            "precision_flagged",
            "recall_flagged",
        )
        sheets, pictures = [], []
        for facet in FACETS:
            parts = [one for one in self.of.slices if one.facet == facet]
            rows = [
                [
                    say_value(facet, s.value, self.language), f"{s.filings:,}", f"{s.positives:,}", self.ripe(s.ripe),
                    say_figure(s.average_precision), say_rate(s.flagged), say_rate(s.precision), say_rate(s.recall),
                ]
                for s in parts
            ]  # fmt: skip
            name = say_facet(facet, self.language)
            sheets.append(Sheet(self.say("by", facet=name), [name, *map(self.say, keys)], rows))
            for figure in ("precision", "recall"):
                cells = [
                    [
                        say_value(facet, s.value, self.language),
                        *map(say_rate, getattr(s, f"{figure}_at").values()),
                    ]
                    for s in parts
                ]
                tops = [self.say(figure, share=share) for share in CAPACITIES]
                sheets.append(Sheet(self.say(f"{figure}_by", facet=name), [name, *tops], cells))
            if any(s.average_precision for s in parts):
                told = [(say_value(facet, s.value, self.drawn), s.average_precision) for s in parts]
                png = plots.draw_intervals(told, self.draw("average_precision"))
                pictures.append(Picture(f"by_{facet}", self.say("slice_picture", facet=name), png))
        return Section(self.say("slices"), [self.say("slices_note")], pictures, sheets)

    def _recalls(self) -> Section:
        sheets = []
        for kind in ("scheme", "source", "sign"):
            parts = [one for one in self.of.recalls if one.kind == kind]
            counted = ["fired"] if kind == "sign" else []
            header = [kind, *counted, "positives"]
            rows = [
                [
                    self.name(kind, r.value), *([f"{r.filings:,}"] if r.filings is not None else []),
                    f"{r.positives:,}", *(say_rate(told) for told in r.at.values()),
                ]
                for r in parts
            ]  # fmt: skip
            tops = [self.say("recall", share=share) for share in CAPACITIES]
            sheets.append(
                Sheet(
                    self.say(f"kind_{kind}"), [*map(self.say, header), *tops], rows or [[DASH] * (len(header) + len(tops))],
                    self.say(f"note_{kind}"),
                )
            )  # fmt: skip
        return Section(self.say("recalls"), (), (), sheets)

    def name(self, kind: str, value: str) -> str:
        """A scheme, source or sign as a reader knows it."""
        if kind == "source":
            return say(SOURCES, value, self.language)
        if kind == "sign":
            sign = self.pack.sign_of(value)
            return f"{value} {sign.zh if self.language == 'zh' else sign.en}"
        return value

    def ripe(self, share: float) -> str:
        """Ripeness, marked where figures are still too low."""
        return self.say("unripe", ripe=share) if share < RIPE else f"{share:.0%}"
