"""The answer (筛查结果) on one screen: what was scored, what was filed before, what is asked, what is done, until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from serving.desk.questions import Answered, Asked, read_questions
from serving.desk.reminders import Reminder, read_reminders
from serving.desk.steps import Step, list_steps, standing
from serving.review.case import MOST_EARLIER
from serving.review.docketing import last_docketing_day
from xiezhi.clock import Moment, to_datetime
from xiezhi.errors import NotFound
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.desk_steps import DeskStep, steps_of
from xiezhi.store.filings import StoredFiling, get_filings
from xiezhi.store.relations import Past, pasts_of
from xiezhi.store.screenings import Screening, get_screening


@dataclass(frozen=True)
class DocketingClock:
    """The days the law gives for docketing: the last one, and how many are left of it (below zero: it is over)."""

    last_day: date
    days_left: int


@dataclass(frozen=True)
class Answer:
    """Everything the page of an answer tells. `pasts`: by entity id, as of filing; `cited`: filings the reasons rest on."""

    screening: Screening
    filing: Filing
    names: Mapping[str, str]
    pasts: Mapping[str, Past]
    cited: Mapping[str, StoredFiling]
    reminders: tuple[Reminder, ...]
    questions: tuple[Asked, ...]
    answered: tuple[Answered, ...]
    steps: tuple[Step, ...]
    done: Mapping[str, DeskStep]
    recorded: tuple[DeskStep, ...]
    clock: DocketingClock | None

    @property
    def is_neutral(self) -> bool:
        """Whether the check-list names no law: what the rule pack advises stands above it."""
        return not any(step.legal_basis for step in self.steps)


def read_answer(
    store: Store,
    settings: Settings,
    screening_id: str,
    *,
    person: str | None,
    at: Moment,
    courts: Collection[str] = (),
) -> Answer:
    """The answer with this id as `person` (None: whoever) of the reach `courts` sees it at a moment. Raises NotFound."""
    with store.read() as connection:
        screening = get_screening(connection, screening_id)
        if screening is None:
            raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
        scores = screening.scores
        cited = [i for reason in scores["reasons"] for i in reason["filings"]]
        known = get_filings(connection, store.vault, list(dict.fromkeys([screening.filing_id, *cited])))
        filing = known[screening.filing_id].filing
        entities = [link["entity_id"] for link in scores["links"]]
        asked, answered = read_questions(connection, store, filing, person, courts)
        recorded = steps_of(connection, filing.filing_id)
        return Answer(
            screening=screening,
            filing=filing,
            names=filing.names,
            pasts=pasts_of(connection, entities, filing.filed_at, MOST_EARLIER),
            cited=known,
            reminders=read_reminders(connection, store, filing),
            questions=asked,
            answered=answered,
            steps=list_steps(settings.jurisdiction),
            done=standing(recorded),
            recorded=tuple(recorded),
            clock=docketing_clock(settings, filing.filed_at, at),
        )


def docketing_clock(settings: Settings, filed_at: Moment, at: Moment) -> DocketingClock | None:
    """The docketing clock (立案期限) at a moment. It follows from the day of filing and the court's calendar alone."""
    last = last_docketing_day(settings, filed_at)
    if last is None:
        return None
    return DocketingClock(last, (last - to_datetime(at, settings.zone).date()).days)
