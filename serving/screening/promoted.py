"""What screens now, the promoted model or the rules alone, loaded once and again when another is promoted or
challenges, or a policy changes."""

from __future__ import annotations

from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from features.history.fetch import Fetch, fetch_docket
from serving.screening.one import screen_and_keep
from serving.screening.screener import Screener, load_screener
from xiezhi.bundle import Kind
from xiezhi.clock import Moment
from xiezhi.errors import XiezhiError
from xiezhi.records import Filing
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.in_force import newest_numbers
from xiezhi.store.promotions import current
from xiezhi.store.screenings import Screening


class PromotedModel:
    """Screens with whatever is promoted now, so that a server need not be started again after a promotion."""

    def __init__(self, store: Store, settings: Settings, fetch: Fetch = fetch_docket) -> None:
        self._store = store
        self._settings = settings
        self._fetch = fetch
        self._lock = Lock()
        self._loaded: tuple[tuple[int, ...], Screener] | None = None

    def version(self) -> str | None:
        """The version of the promoted model; None where there is none."""
        with self._store.read() as connection:
            promotion = current(connection)
        return None if promotion is None else promotion.model_version

    def is_synthetic(self) -> bool:
        """Whether the promoted model was trained on a simulated docket; False where none can be loaded."""
        try:
            return bool(self.screener().scorer.bundle.card.get("synthetic"))
        except (XiezhiError, SQLAlchemyError):
            return False

    def kind(self) -> Kind:
        """What the scores rest on now; `learned` where the promoted model cannot be loaded."""
        try:
            return self.screener().scorer.bundle.kind
        except (XiezhiError, SQLAlchemyError):
            return "learned"

    def keep(self, filing: Filing, *, source: str, scored_at: Moment) -> tuple[Screening, bool]:
        """Score and keep a filing; the score, and whether it is new. Raises BundleError."""
        return screen_and_keep(self._store, self.screener(), filing, source=source, scored_at=scored_at)

    def screener(self) -> Screener:
        """What screens now. Raises BundleError."""
        with self._store.read() as connection:
            numbers = newest_numbers(connection)
        with self._lock:
            if self._loaded is None or self._loaded[0] != numbers:
                self._loaded = numbers, load_screener(self._store, self._settings, fetch=self._fetch)
            return self._loaded[1]
