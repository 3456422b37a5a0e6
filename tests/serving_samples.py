"""A model of one thought (the more is claimed, the higher the risk) and filings to try it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import lightgbm
import numpy as np
from starlette.testclient import TestClient

from features.registry import FEATURE_NAMES
from features.signs import load_pack
from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.bundle import Bundle, Calibration, bundle_folder, save
from xiezhi.clock import Moment, parse_moment
from xiezhi.policy import Policy, Thresholds
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, promote

ZONE = "Asia/Shanghai"
NOW = parse_moment("2026-11-23T10:00", ZONE)

REVIEW_FROM, NOTICE_FROM = 2_000_000, 200_000
"""Amounts from which the toy asks for review, and for notice."""


@dataclass
class Clock:
    """Time as the test sets it."""

    now: Moment = NOW

    def __call__(self) -> Moment:
        return self.now


@cache
def _booster() -> str:
    generator = np.random.default_rng(1)
    rows = np.full((600, len(FEATURE_NAMES)), np.nan)
    magnitude = generator.choice([3.0, 4.5, 5.5, 7.0], len(rows))
    rows[:, FEATURE_NAMES.index("claim_magnitude")] = magnitude
    labels = generator.random(len(rows)) < (magnitude - 2) / 6
    settings = {"objective": "binary", "verbosity": -1, "num_leaves": 4, "seed": 1, "deterministic": True}
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, labels), num_boost_round=8)
    return str(booster.model_to_string())


def raw_of(amount: float) -> float:
    """The toy's raw score of a filing that claims `amount`."""
    row = np.full((1, len(FEATURE_NAMES)), np.nan)
    row[0, FEATURE_NAMES.index("claim_magnitude")] = np.log10(1 + amount)
    return float(lightgbm.Booster(model_str=_booster()).predict(row, raw_score=True)[0])


def keep_toy(
    settings: Settings,
    *,
    as_of: str = "2026-01-01",
    review_from: float = REVIEW_FROM,
    audit_rate: float = 0.0,
) -> Bundle:
    """The toy among the bundles of the home, where nothing uses it yet."""
    thresholds = Thresholds(raw_of(review_from), raw_of(NOTICE_FROM), 0.0, 0.0)
    bundle = Bundle(
        _booster(), FEATURE_NAMES, Calibration("platt", (-4.0, 4.0), (0.02, 0.98)), thresholds,
        load_pack("cn").version, parse_moment(as_of, ZONE), Policy(audit_rate=audit_rate), zone=ZONE,
    )  # fmt: skip
    waiting = settings.home / "toy"
    named = save(bundle, waiting)
    folder = bundle_folder(settings, named.version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    waiting.rename(folder)
    return named


def promote_toy(
    store: Store, settings: Settings, *, as_of: str = "2026-01-01", audit_rate: float = 0.0
) -> Bundle:
    """Make the toy the model that screens."""
    named = keep_toy(settings, as_of=as_of, audit_rate=audit_rate)
    with store.write() as connection:
        promote(connection, Promotion(NOW, "test", named.version, named.digest))
    return named


def loan(filing_id: str, filed_at: str, amount: float, **more: Any) -> dict[str, Any]:
    """A loan suit on the wire: 周明礼 sues 陈大海."""
    return {
        "filing_id": filing_id,
        "case_number": f"(2026)甘0702民初{filing_id[-3:]}号",
        "court": "甘0702",
        "filed_at": filed_at,
        "cause": "民间借贷纠纷",
        "claim_amount": amount,
        "claims": "请求判令被告归还借款本金。",
        "facts": "被告因资金周转向原告借款，身份证110101199003070257，到期未还。<script>alert(1)</script>",
        "parties": [
            {
                "party_id": "p1", "role": "plaintiff", "kind": "person", "name": "周明礼",
                "id_type": "resident_id", "id_number": "62070219880101123X", "phone": "13800138000",
                "address": "张掖市甘州区西大街1号",
            },
            {"party_id": "p2", "role": "defendant", "kind": "person", "name": "陈大海", "phone": "13900139000"},
        ],
        "agents": [
            {"agent_id": "a1", "kind": "lawyer", "name": "王律", "firm": "甘肃某某律师事务所",
             "licence_number": "16207201010123456", "represents": ["p1"], "authority": "special"},
        ],
        "evidence": [{"kind": "iou", "title": "借条", "dated": "2025-12-01", "amount": amount}],
        "elements": {"principal_agreed": amount, "provided_by": "cash", "rate_per_year": 0.15},
        **more,
    }  # fmt: skip


def open_client(store: Store, since: int = NOW) -> TestClient:
    """A client that reads English, of a service whose clock goes on by a microsecond with each look."""
    settings, ticks = Settings(), count(since)
    app = build_app(
        store,
        settings,
        PromotedModel(store, settings),
        hosts=hosts_for("127.0.0.1"),
        clock=lambda: next(ticks),
    )
    return TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": "en"})
