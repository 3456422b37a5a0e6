"""What runs out: flags nobody decided on in time, and entries of lists a score rests on."""

from __future__ import annotations

from dataclasses import dataclass

from features.watch.match import WatchMatch, open_book
from serving.parts import Model
from serving.review.case import Case
from xiezhi.clock import Moment
from xiezhi.errors import XiezhiError
from xiezhi.policy import Policy, expires_at, open_since
from xiezhi.store import Store
from xiezhi.store.screenings import Screening


@dataclass(frozen=True)
class EntryBehind:
    """An entry of a list that the score rests on; `is_over`: it has expired since."""

    match: WatchMatch
    is_over: bool


def flag_months(model: Model) -> int:
    """Months after which a flag expires, by the policy of the model that screens; the default where none loads."""
    try:
        return model.screener().scorer.bundle.policy.flag_months
    except XiezhiError:
        return Policy().flag_months


def flags_since(model: Model, now: Moment, zone: str) -> Moment:
    """Flags given before this moment have expired. zone: the court's."""
    return open_since(now, flag_months(model), zone)


def is_expired(case: Case, since: Moment) -> bool:
    """Whether the flag of a case has expired: it is older, and nobody ever decided anything about it."""
    return case.flag is not None and case.latest_decision is None and case.flag.scored_at < since


def expiry_of(flag: Screening, latest_decision: str | None, months: int, zone: str) -> Moment | None:
    """When a flag expires, or has expired; None for one that somebody decided about. zone: the court's."""
    return expires_at(flag.scored_at, months, zone) if latest_decision is None else None


def entries_behind(store: Store, case: Case, now: Moment) -> list[EntryBehind]:
    """The entries of lists that the score which holds rests on, likeliest first, and whether they hold still."""
    if case.newest is None:
        return []
    with store.read() as connection:
        book = open_book(store, connection)
        found = book.find(connection, case.stored.filing, case.newest.as_of)
    return [EntryBehind(match, match.until is not None and match.until <= now) for match in found]
