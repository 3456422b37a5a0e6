"""Labels (标签): what authorities have found, as far as it was known at a moment.

A filing without a finding has no label: unlabelled is not genuine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xiezhi.clock import Moment
from xiezhi.records import Finding, FindingSource

CERTAINTY: Mapping[str, float] = MappingProxyType(
    {"review": 0.6, "procuratorate": 0.8, "judgment": 0.9, "sanction": 0.9, "conviction": 0.99}
)
"""How sure a finding of each source is. Only the order (review < procuratorate < judgment < conviction)
has a ground, the standard of proof of each; the figures are assumptions."""


@dataclass(frozen=True, slots=True)
class Label:
    """What holds for one filing: false or abusive (`positive`), or found genuine.

    `known_at` is since when this outcome has been on record without a break, so a conviction that
    confirms a judgment does not make the label younger. `overturned`: the opposite had been found before.
    """

    positive: bool
    certainty: float
    known_at: Moment
    source: FindingSource
    overturned: bool = False


def labels_as_of(findings: Iterable[Finding], as_of: Moment) -> dict[str, Label]:
    """The label of every filing with a finding known before `as_of`. The newest one known holds.

    Known means recorded and made: `max(at, recorded_at) < as_of`. Newest is by when the finding was
    made, so a judgment that reaches the record late does not undo the reversal that followed it.
    """
    known = [f for f in findings if _known_at(f) < as_of]
    known.sort(key=lambda f: (f.at, f.recorded_at, CERTAINTY[f.source], f.finding))
    labels: dict[str, Label] = {}
    for finding in known:
        positive = finding.finding != "genuine"
        since = _known_at(finding)
        before = labels.get(finding.filing_id)
        overturned = False
        if before is not None:
            overturned = before.overturned or before.positive != positive
            if before.positive == positive:
                since = min(since, before.known_at)
        labels[finding.filing_id] = Label(
            positive, CERTAINTY[finding.source], since, finding.source, overturned
        )
    return labels


def _known_at(finding: Finding) -> Moment:
    return max(finding.at, finding.recorded_at)
