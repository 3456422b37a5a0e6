"""A toy model that keeps its scores, so that a court may cut elsewhere, and filings it screened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from serving_samples import NOW, keep_toy, loan, raw_of

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.bundle import Bundle, bundle_folder, save
from xiezhi.policy import CourtPolicy
from xiezhi.policy_cuts import Tail
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, promote
from xiezhi.store.screenings import Screening

LARGE, MIDDLE, SMALL = 3_000_000, 300_000, 80_000
"""Amounts: by the toy's own cuts for review, for a notice, and neither."""

MORE = CourtPolicy(capacity_per_day=4.5, floor=0.0, notice_factor=1.0)
"""So many reviews a day that the toy's middling filings are among them."""


def promote_with_tail(store: Store, settings: Settings, *, as_of: str = "2026-02-01") -> Bundle:
    """The toy, that keeps ten days with 10 large, 30 middling and 200 small claims."""
    toy = keep_toy(settings, as_of=as_of)
    scores = [raw_of(amount) for amount, n in ((LARGE, 10), (MIDDLE, 30), (SMALL, 200)) for _ in range(n)]
    tail = Tail(np.array(scores), len(scores), 10.0, 0.02).to_json()
    waiting = settings.home / f"tail-{as_of}"
    named = save(replace(toy, tail=tail, version="", digest=""), waiting)
    waiting.rename(bundle_folder(settings, named.version))
    with store.write() as connection:
        promote(connection, Promotion(NOW, "test", named.version, named.digest))
    return named


def screen_amount(store: Store, number: int, amount: float, day: str = "2026-11-02") -> Screening:
    """Screen and keep the filing `F-<number>` by whatever holds now."""
    filing = parse_filing(loan(f"F-{number:03}", f"{day}T09:{number % 60:02}", amount), Settings())
    screener = load_screener(store, Settings())
    return screen_and_keep(store, screener, filing, source="test", scored_at=NOW + number)[0]
