"""What screens: a model, a rule pack and the two made into one answer. Score, explain, band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from features.reasoning import account, explain
from features.signs import Judged, Pack, Step, load_pack, values_of
from features.table import FeatureTable
from features.watch.match import WatchMatch
from xiezhi.bundle import load_current
from xiezhi.clock import Moment, format_moment
from xiezhi.policy import Band, band
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.links import Link
from xiezhi.store.screenings import Screening

FILED, CORRECTED = "filed", "corrected"
"""Triggers of a first score; that of a later one is the kind of the event that caused it."""

_NO_MATCHES: Mapping[tuple[str, Moment], Sequence[WatchMatch]] = {}


@dataclass(frozen=True)
class Look:
    """One filing looked at: its version, when, and why. A first look is as of the moment of filing."""

    filing_id: str
    version: int
    as_of: Moment
    scored_at: Moment
    trigger: str = FILED


@dataclass(frozen=True)
class Screener:
    """A promoted model beside a rule pack; moments are told in `zone`."""

    scorer: Scorer
    pack: Pack
    zone: str

    def screening_id(self, look: Look) -> str:
        """The same for the same look by the same model and rules: screening again keeps nothing twice."""
        parts = (
            look.filing_id, str(look.version), str(look.as_of), look.trigger,
            self.scorer.bundle.version, self.pack.version,
        )  # fmt: skip
        return "s" + blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()

    def screen(
        self,
        table: FeatureTable,
        looks: Sequence[Look],
        links: Mapping[str, Sequence[Link]],
        first: int = 0,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]] = _NO_MATCHES,
    ) -> Iterator[Screening]:
        """Score, explain and band as many rows of `table` as there are `looks`, from row `first` on.

        `looks[i]` is row `first + i`'s, `links` are by filing id, `matches` of watch lists by filing id
        and moment of the look. Raises BundleError when the model was trained
        on other columns.
        """
        self.scorer.require_features(table.names)
        scored = self.scorer.score(table.values[first : first + len(looks)])
        for place, look in enumerate(looks):
            risk, raw = float(scored.risk[place]), float(scored.raw[place])
            values = table.row_values(first + place)
            listed = tuple(matches.get((look.filing_id, look.as_of), ()))
            row = first + place
            judged = self.pack.judge(values_of(table, row, listed), table.courts[row])
            chosen = self.choose_band(risk, raw, judged)
            parts = scored.contributions[place]
            reasons = explain(table, row, parts, self.pack, judged, listed, score=self.scorer.raw)
            yield Screening(
                screening_id=self.screening_id(look),
                filing_id=look.filing_id,
                as_of=look.as_of,
                scored_at=look.scored_at,
                trigger=look.trigger,
                model_version=self.scorer.bundle.version,
                rules_version=self.pack.version,
                risk=risk,
                rank_score=raw,
                band=chosen,
                scores={
                    **self._head(look, risk, chosen),
                    "account": account(table.names, parts, scored.bias, raw, reasons).to_json(),
                    "reasons": [reason.to_json() for reason in reasons],
                    "links": [link_to_json(link) for link in links.get(look.filing_id, ())],
                    "steps": [step_to_json(step) for step in self.pack.steps_for(chosen)],
                },
                features=values,
            )

    def choose_band(self, risk: float, raw: float, judged: Judged) -> Band:
        """The policy's band; signs that stand lift `none` to `notice`, and never higher."""
        return self.pack.lift(band(risk, raw, self.scorer.bundle.thresholds), judged)

    def _head(self, look: Look, risk: float, chosen: Band) -> dict[str, Any]:
        head = {
            "filing_id": look.filing_id,
            "scored_at": format_moment(look.scored_at, self.zone),
            "model_version": self.scorer.bundle.version,
            "rules_version": self.pack.version,
            "risk": round(risk, 6),
            "band": chosen,
        }
        return head if look.trigger == FILED else head | {"trigger": look.trigger}


def load_screener(store: Store, settings: Settings, *, num_threads: int = 1) -> Screener:
    """The promoted model with the rule pack. Raises NotFound (`no-model`) where none was promoted."""
    bundle = load_current(store, settings)
    return Screener(
        Scorer(bundle, num_threads), load_pack(settings.jurisdiction, settings.signs), settings.zone
    )


def link_to_json(link: Link) -> dict[str, Any]:
    """A link as the Scores format writes it."""
    return {
        "record_id": link.record_id,
        "kind": link.kind,
        "entity_id": link.entity_id,
        "probability": round(link.probability, 6),
    }


def step_to_json(step: Step) -> dict[str, Any]:
    """A step (核验步骤) as the Scores format writes it."""
    return {"zh": step.zh, "en": step.en, "legal_basis": step.legal_basis.to_json()}
