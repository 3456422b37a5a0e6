"""Labels (标签): what authorities have found, as far as it was known at a moment.

A filing without a finding has no label: unlabelled is not genuine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
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
    known = sorted((f for f in findings if _known_at(f) < as_of), key=_age)
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


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of time in which one filing was held to be false or abusive (`positive`), or genuine.

    since: from when it was known. until: from when the opposite was known; None: it holds still. As of t it holds
    where `since < t` and not `until < t`.
    """

    positive: bool
    since: Moment
    until: Moment | None


def held(findings: Iterable[Finding]) -> list[Held]:
    """What held of one filing, one stretch after the other: at every moment what the newest finding known then says.

    Newest as in `labels_as_of`. A finding that confirms what holds begins no new stretch.
    """
    newest: Finding | None = None
    turns: list[tuple[bool, Moment]] = []
    for finding in sorted(findings, key=lambda f: (_known_at(f), _age(f))):
        if newest is not None and _age(finding) < _age(newest):
            continue
        newest, known = finding, _known_at(finding)
        positive = finding.finding != "genuine"
        if turns and turns[-1][1] == known:  # of one instant the newest alone
            turns.pop()
        if not turns or turns[-1][0] != positive:
            turns.append((positive, known))
    ends = (since for _, since in turns[1:])
    return [Held(positive, since, until) for (positive, since), until in zip_longest(turns, ends)]


def _age(finding: Finding) -> tuple[Moment, Moment, float, str]:
    """The order of findings on one filing, the newest last."""
    return finding.at, finding.recorded_at, CERTAINTY[finding.source], finding.finding


def _known_at(finding: Finding) -> Moment:
    return max(finding.at, finding.recorded_at)
