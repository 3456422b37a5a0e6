"""Two namesakes held to be one, and a model that asks for review where the plaintiff sued before."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
from serving_samples import NOW, ZONE, loan

from features.intake.schema import parse_filing
from features.registry import FEATURE_NAMES
from features.signs import load_pack
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi.bundle import Bundle, Calibration, bundle_folder, save
from xiezhi.clock import Moment, parse_moment
from xiezhi.policy import Policy, Thresholds
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, promote
from xiezhi.store.screenings import Screening

ASKED = "plaintiff_filings_365d"

NUMBER = "62070219800101001X"
"""A resident id with a right check digit, borne by nobody on purpose."""


def promote_counting(store: Store, *, as_of: str = "2026-01-01", at: Moment = NOW) -> Bundle:
    """Make a model the one that screens whose risk rises with the plaintiff's filings of the last year alone."""
    generator = np.random.default_rng(3)
    rows = np.full((600, len(FEATURE_NAMES)), np.nan)
    counted = generator.integers(0, 6, len(rows)).astype(float)
    rows[:, FEATURE_NAMES.index(ASKED)] = counted
    labels = generator.random(len(rows)) < counted / 6
    options = {"objective": "binary", "verbosity": -1, "num_leaves": 8, "seed": 1, "deterministic": True}
    booster = lightgbm.train(options, lightgbm.Dataset(rows, labels), num_boost_round=20)

    def raw(filings: float) -> float:
        row = np.full((1, len(FEATURE_NAMES)), np.nan)
        row[0, FEATURE_NAMES.index(ASKED)] = filings
        return float(np.asarray(booster.predict(row, raw_score=True))[0])

    settings = Settings()
    bundle = Bundle(
        str(booster.model_to_string()), FEATURE_NAMES, Calibration("platt", (-4.0, 4.0), (0.02, 0.98)),
        Thresholds(raw(3), raw(1), 0.0, 0.0), load_pack("cn").version, parse_moment(as_of, ZONE), Policy(), zone=ZONE,
    )  # fmt: skip
    waiting = settings.home / "counting"
    named = save(bundle, waiting)
    folder = bundle_folder(settings, named.version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    waiting.rename(folder)
    with store.write() as connection:
        promote(connection, Promotion(at, "test", named.version, named.digest))
    return named


def namesake(
    filing_id: str, filed_at: str, *, home: int = 1, number: str | None = None, **more: Any
) -> dict[str, Any]:
    """A suit of one 欧阳小明, against somebody new each time; `home`: where he lives, `number`: his, if he gives it."""
    place = {1: ("甘州区东大街12号", "13812340001"), 2: ("肃州区西大街77号", "13999990002")}[home]
    suit = loan(filing_id, filed_at, 50_000, **more)
    suit["parties"] = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "欧阳小明",
         "address": place[0], "phone": place[1]},
        {"party_id": "p2", "role": "defendant", "kind": "person", "name": f"被告{filing_id[-3:]}"},
    ]  # fmt: skip
    if number is not None:
        suit["parties"][0] |= {"id_number": number, "id_type": "resident_id"}
    return suit | {"agents": [], "facts": f"事实各不相同，编号{filing_id}。", "evidence": [], "elements": {}}


def screen(store: Store, filing: dict[str, Any], at: Moment) -> Screening:
    """Screen and keep as the desk does."""
    known = parse_filing(filing, Settings())
    return screen_and_keep(store, load_screener(store, Settings()), known, source="test", scored_at=at)[0]


def fill_namesakes(store: Store, filings: int) -> None:
    """Suits of two named 欧阳小明 of one house, a month apart: the first two give no number, the others one number.

    All are held to be one man's; the model asks for review from the fourth on.
    """
    promote_counting(store)
    for place in range(1, filings + 1):
        number = NUMBER if place > 2 else None
        screen(store, namesake(f"F-{place:03}", f"2026-{place:02}-01T09:00", number=number), NOW + place)
