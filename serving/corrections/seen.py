"""What was seen (当时所见): the score that held on a day as it was shown then, and who looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from xiezhi.clock import Moment, parse_moment, to_datetime, to_moment
from xiezhi.errors import InputError, NotFound
from xiezhi.store import Store
from xiezhi.store.filings import filed_at_of
from xiezhi.store.screenings import Screening, screenings_of
from xiezhi.store.shown import Sight, held_at, sights_of

_DAY_ALONE = len("2026-03-03")


@dataclass(frozen=True)
class SeenThen:
    """What a reader was shown at `moment`. screening: None where the filing had no score yet.

    sights: who saw that score, whenever; given_since: scores that took its place later.
    """

    moment: Moment
    screening: Screening | None
    sights: tuple[Sight, ...]
    given_since: int


def read_day(text: str, zone: str) -> Moment:
    """The last instant of a day of the court's zone, or the moment itself where a time is given. Raises InputError."""
    text = text.strip()
    try:
        moment = parse_moment(text, zone)
        if len(text) > _DAY_ALONE:
            return moment
        return to_moment(to_datetime(moment, zone) + timedelta(days=1)) - 1
    except (ValueError, OverflowError):
        raise InputError(
            "请写明哪一天，例如 2026-03-03，或 2026-03-03T15:00。",
            "Say which day, such as 2026-03-03, or 2026-03-03T15:00.",
            code="not-a-day",
        ) from None


def read_seen(store: Store, filing_id: str, moment: Moment) -> SeenThen:
    """What was shown of a filing at a moment. Raises NotFound for no such filing."""
    with store.read() as connection:
        if not filed_at_of(connection, [filing_id]):
            raise NotFound("没有这件收案。", "There is no such filing.", code="no-filing")
        held = held_at(connection, filing_id, moment)
        every = screenings_of(connection, filing_id)
        sights = sights_of(connection, held.screening_id) if held else []
    ids = [screening.screening_id for screening in every]
    return SeenThen(moment, held, tuple(sights), ids.index(held.screening_id) if held else len(ids))
