"""A filing's parties against the watch lists, as of the filing: who may be on which, with the linker's probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.watch.kinds import LISTS, Kind, Place, watch_term
from xiezhi.clock import Moment, to_datetime


@dataclass(frozen=True)
class WatchMatch:
    """A party, agent or place of a filing that may be an entry of a list. since, until: how long the entry holds."""

    kind: Kind
    place: Place
    record_id: str
    entry_no: int
    entry_name: str
    since: Moment
    until: Moment | None
    probability: float

    @property
    def term(self) -> str:
        """The name by which rules read it."""
        return watch_term(self.kind, self.place)


def say_match(match: WatchMatch, language: str) -> str:
    """The match in words, with the days the entry holds."""
    of = LISTS[match.kind]
    since = to_datetime(match.since).date().isoformat()
    until = None if match.until is None else to_datetime(match.until).date().isoformat()
    if language == "zh":
        return (
            f"与{of.zh}第 {match.entry_no} 条（{match.entry_name}）匹配，"
            f"{since} 至 {until or '未定'}，概率 {match.probability:.0%}"
        )
    return (
        f"matches entry {match.entry_no} ({match.entry_name}) of the {of.en}, "
        f"{since} to {until or 'open'}, probability {match.probability:.0%}"
    )


def strongest(matches: Iterable[WatchMatch]) -> dict[str, float]:
    """Term -> the highest probability among the matches."""
    found: dict[str, float] = {}
    for match in matches:
        found[match.term] = max(found.get(match.term, 0.0), match.probability)
    return found
