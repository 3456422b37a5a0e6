"""What is shown to the persons who decide on a promotion, and kept with it."""

from __future__ import annotations

from typing import Any

from training.promotion.compare import compare
from xiezhi.bundle import Bundle, load_current
from xiezhi.clock import Moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.promotion import summarise
from xiezhi.settings import Settings
from xiezhi.store import Store


def gather_evidence(store: Store, settings: Settings, bundle: Bundle, at: Moment) -> dict[str, Any]:
    """Figures of `bundle`, of the model it would replace, and of both on live filings where it challenged.

    Plain JSON types; nothing in it names a filing or a person.
    """
    try:
        champion = summarise(load_current(store, settings))
    except (NotFound, BundleError):
        champion = None  # none, or one that cannot be read: a reason more to promote another
    try:
        live = compare(store, bundle.version, since=0, before=at, labels=at).to_json(settings.zone)
    except NotFound:
        live = None
    return {"model": summarise(bundle), "champion": champion, "live": live}
