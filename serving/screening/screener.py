"""What screens: a model, a rule pack and the two made into one answer. Score, explain, band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np

from features.history.fetch import Fetch, fetch_docket
from features.reasoning import CaseNumbers, account, explain
from features.signs import Judged, Pack, Step, values_of
from features.table import FeatureTable
from features.watch.match import WatchMatch
from features.wording import weigh_words
from serving.screening.challenger import Challenger, load_challenger
from serving.screening.in_force import Trial, load_trials, pack_under, read_in_force
from serving.screening.rules_only import make_rules_only
from xiezhi.bundle import load_current
from xiezhi.clock import Moment, format_moment
from xiezhi.policy import Band, band, draw_for_audit
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.challenges import current_challenge
from xiezhi.store.filings import case_numbers_of
from xiezhi.store.links import Link
from xiezhi.store.promotions import current
from xiezhi.store.screenings import Screening

FILED, CORRECTED = "filed", "corrected"
"""Triggers of a first score; that of a later one is the kind of the event that caused it, or `CORRECTED_LINK`."""

CORRECTED_LINK = "corrected_link"
"""Trigger of a score given again because a link it rests on was corrected."""

_NO_MATCHES: Mapping[tuple[str, Moment], Sequence[WatchMatch]] = {}


@dataclass(frozen=True)
class Look:
    """One filing looked at: its version, when, and why. A first look is as of the moment of filing.

    `cause` names what tells it from another look of the same trigger: the correction of a link.
    """

    filing_id: str
    version: int
    as_of: Moment
    scored_at: Moment
    trigger: str = FILED
    cause: str = ""


@dataclass(frozen=True)
class Screener:
    """A model, promoted or of rules alone, beside a rule pack; moments are told in `zone`.

    `challenger` and the drafts of policies on `trial` score silently what is kept. `policy`: the version of the court's
    policy, empty where the model's own cuts hold. `fetch`: where the history of one filing is read.
    """

    scorer: Scorer
    pack: Pack
    zone: str
    challenger: Challenger | None = None
    policy: str = ""
    trials: tuple[Trial, ...] = ()
    fetch: Fetch = fetch_docket

    def screening_id(self, look: Look, matches: Sequence[WatchMatch] = ()) -> str:
        """The same for the same look by the same model, policy, rules and entries of watch lists: screening again
        keeps nothing twice, and a list that now holds somebody of the filing gives a new score."""
        parts = (
            look.filing_id, str(look.version), str(look.as_of), look.trigger,
            self.scorer.bundle.version, self.pack.version, *((self.policy,) if self.policy else ()),
            *sorted(f"{match.term} {match.record_id} {match.entry_no}" for match in matches),
            *([look.cause] if look.cause else ()),
        )  # fmt: skip
        return "s" + blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()

    def screen(
        self,
        table: FeatureTable,
        looks: Sequence[Look],
        links: Mapping[str, Sequence[Link]],
        first: int = 0,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]] = _NO_MATCHES,
        *,
        case_numbers: CaseNumbers,
    ) -> Iterator[Screening]:
        """Score, explain and band as many rows of `table` as there are `looks`, from row `first` on.

        `looks[i]` is row `first + i`'s, `links` are by filing id, `matches` of watch lists by filing id
        and moment of the look, `case_numbers` those the reasons name. Raises BundleError when the model was trained
        on other columns.
        """
        self.scorer.require_features(table.names)
        listings = [tuple(matches.get((look.filing_id, look.as_of), ())) for look in looks]
        judgings = [
            self.pack.judge(values_of(table, row, listed), table.courts[row])
            for row, listed in enumerate(listings, first)
        ]
        bits = np.array([judged.strength for judged in judgings])
        rows = slice(first, first + len(looks))
        words = weigh_words(table.filings[rows], self.scorer.bundle.wording) + np.zeros(len(looks))
        scored = self.scorer.score(table.values[rows], bits, words)
        for place, (look, listed, judged) in enumerate(zip(looks, listings, judgings, strict=True)):
            risk, raw = float(scored.risk[place]), float(scored.raw[place])
            row = first + place
            values = table.row_values(row)
            chosen = self.choose_band(risk, raw, judged)
            parts = scored.contributions[place]
            reasons = explain(
                table, row, parts, self.pack, judged, listed,
                case_numbers=case_numbers, score=self.scorer.raw, sign_weight=self.scorer.bundle.sign_weight,
                wording=float(words[place]), zone=self.zone, reference=self.scorer.bundle.reference,
            )  # fmt: skip
            yield Screening(
                screening_id=self.screening_id(look, listed),
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
                    "account": account(
                        table.names, parts, scored.bias, raw, reasons, float(words[place])
                    ).to_json(),
                    "reasons": [reason.to_json() for reason in reasons],
                    "links": [link_to_json(link) for link in links.get(look.filing_id, ())],
                    "steps": [step_to_json(step) for step in self.pack.steps_for(chosen)],
                },
                features=values,
            )

    def choose_band(self, risk: float, raw: float, judged: Judged) -> Band:
        """The policy's band; signs that stand lift `none` to `notice`, and never higher."""
        return self.pack.lift(band(risk, raw, self.scorer.bundle.thresholds), judged)

    def keep_silent(
        self,
        store: Store,
        table: FeatureTable,
        shown: Sequence[Screening],
        first: int,
        matches: Mapping[tuple[str, Moment], Sequence[WatchMatch]],
        kept_at: Moment,
    ) -> None:
        """Let the challenger and the policies on trial say what they would have said of `shown`. Raises nothing."""
        if self.challenger is not None:
            self.challenger.keep(store, table, shown, first, matches, kept_at)
        for trial in self.trials:
            trial.keep(store, table, shown, first, matches, kept_at)

    def _head(self, look: Look, risk: float, chosen: Band) -> dict[str, Any]:
        head: dict[str, Any] = {
            "filing_id": look.filing_id,
            "scored_at": format_moment(look.scored_at, self.zone),
            "model_version": self.scorer.bundle.version,
            "rules_version": self.pack.version,
            "risk": round(risk, 6),
            "band": chosen,
        }
        # Told only where they are not what a reader of the format expects.
        if self.policy:
            head["policy_version"] = self.policy
        if self.scorer.bundle.kind != "learned":
            head["model_kind"] = self.scorer.bundle.kind
        if look.trigger != FILED:
            return head | {"trigger": look.trigger}
        rate = self.scorer.bundle.policy.audit_rate
        drawn = chosen == "none" and draw_for_audit(look.filing_id, self.scorer.bundle.version, rate)
        return head | {"audit": rate} if drawn else head


def numbers_in(store: Store) -> CaseNumbers:
    """Case numbers as the store knew them."""

    def read(filing_ids: Sequence[str], as_of: Moment) -> dict[str, str]:
        with store.read() as connection:
            return case_numbers_of(connection, filing_ids, as_of)

    return read


def load_screener(
    store: Store, settings: Settings, *, num_threads: int = 1, fetch: Fetch = fetch_docket
) -> Screener:
    """The promoted model with the rule pack, the rules alone where none was promoted yet, under the court's policy."""
    with store.read() as connection:
        is_promoted, challenge = current(connection) is not None, current_challenge(connection)
    bundle = load_current(store, settings) if is_promoted else make_rules_only(settings)
    force = read_in_force(store)
    held = force.policy
    pack = pack_under(settings, None if held is None else held.policy)
    challenger = load_challenger(
        settings, challenge, pack, partial(force.over, store), num_threads=num_threads
    )
    trials = load_trials(store, settings, bundle, force, num_threads)
    policy = "" if held is None else held.version
    scorer = Scorer(force.over(store, bundle), num_threads)
    return Screener(scorer, pack, settings.zone, challenger, policy, trials, fetch)


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
