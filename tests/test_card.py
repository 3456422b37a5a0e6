"""The card and the impact assessment: limits first, both languages, figures filled in, open questions left open."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_samples import make_bundle

from training.cards.card import write_card
from training.cards.impact import DUTIES, HARMS, QUESTIONS, write_impact
from training.evaluation.measures import measure
from training.monitoring.maturity import estimate_arrival
from xiezhi.bundle import IMPACT, SUMS, bundle_folder, load, save
from xiezhi.cli import run
from xiezhi.clock import DAY, parse_moment
from xiezhi.errors import BundleError
from xiezhi.policy import Policy, Thresholds
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion, promote

LANGUAGES = ("zh", "en")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def make_card(**more: object) -> dict[str, object]:
    positive = np.arange(400) % 20 == 0
    arrival = estimate_arrival(np.array([100, 200, 730, 900]) * DAY, np.full(4, 2000 * DAY))
    return write_card(
        as_of=parse_moment("2026-01-01", "Asia/Shanghai"), zone="Asia/Shanghai",
        counts={"filings": 400, "positives": 20, "genuine": 3, "unlabelled": 377}, features=7,
        measures=measure(positive, np.arange(400.0), n=20), calibration="platt", policy=Policy(),
        thresholds=Thresholds(0.0, 0.0, 0.1, 0.05), synthetic=True, **{"arrival": arrival, **more},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_stand_first_and_every_duty_is_there(language: str) -> None:
    card = str(make_card()[language])
    headings = re.findall(r"^## (.+)$", card, re.MULTILINE)
    assert headings[0] in ("限度", "Limits")
    assert len(headings) == 6
    assert "{" not in card
    assert "xiezhi monitor" in card
    for word in ("2022", "24", "56", "impact.md"):
        assert word in card


def test_the_lateness_of_findings_is_told() -> None:
    assert "half within 0.5 years of filing, 50% within one" in str(make_card()["en"])
    nothing = estimate_arrival(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert "| how late findings come | unknown |" in str(make_card(arrival=nothing)["en"])


def test_what_is_promised_and_measured_is_told_where_it_is() -> None:
    assert "**Promise**: none is made." in str(make_card()["en"])
    told = make_card(guarantee={"zh": "精度至少三成", "en": "three in ten"}, fairness={"zh": "甲", "en": "A"})
    assert "**Promise**: three in ten" in str(told["en"])
    assert "**承诺**：精度至少三成" in str(told["zh"])
    assert "**Fairness**: A" in str(told["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_assessment_leaves_to_the_court_what_is_the_courts(language: str) -> None:
    text = write_impact("2026-01-01", 400, synthetic=False)[language]
    assert text.count("（待填）" if language == "zh" else "(to be filled in)") == len(QUESTIONS) + 1
    assert "simulated" not in text
    assert "模拟" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(HARMS) + len(DUTIES) + len(QUESTIONS) + 3
    assert text.index("## ") == text.index("## 先说限度" if language == "zh" else "## Limits first")


def test_both_languages_are_in_their_own_words() -> None:
    texts = [cell for h in HARMS for cell in (h.what, h.whom, h.measure, h.left)]
    texts += [cell for d in DUTIES for cell in (d.norm, d.asks, d.serves)] + list(QUESTIONS)
    assert all(CHINESE.search(text["zh"]) for text in texts)
    assert not [text["en"] for text in texts if CHINESE.search(text["en"]) or not text["en"].strip()]


def test_the_bundle_holds_the_assessment_under_its_digest(tmp_path: Path) -> None:
    bundle = make_bundle()
    plain = save(bundle, tmp_path / "plain")
    assert IMPACT not in (tmp_path / "plain" / SUMS).read_text(encoding="utf-8")
    card = {**bundle.card, "impact": {"zh": "评估", "en": "assessment"}}
    with_it = save(replace(bundle, card=card), tmp_path / "with")
    assert (tmp_path / "with" / IMPACT).read_text(encoding="utf-8").startswith("评估")
    assert load(tmp_path / "with").digest == with_it.digest != plain.digest
    (tmp_path / "with" / IMPACT).write_text("other", encoding="utf-8")
    with pytest.raises(BundleError, match=IMPACT):
        load(tmp_path / "with")


def test_the_command_shows_the_card_and_the_assessment(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings()
    texts: tuple[dict[str, object], ...] = (make_card(), {"zh": "# 卡\n", "en": "# A card of old\n"})
    for place, card in enumerate(texts):
        folder = bundle_folder(settings, f"new{place}")
        made = save(replace(make_bundle(), card=card), folder)
        folder.rename(bundle_folder(settings, made.version))
        with sqlite_store.write() as connection:
            promote(connection, Promotion(place, "test", made.version, made.digest))
        assert run(["card"]) == 0
        assert capsys.readouterr().out.startswith("# Model card" if place == 0 else "# A card of old")
        assert run(["card", "--impact"]) == (0 if place == 0 else 4)
        told = capsys.readouterr()
        assert told.out.startswith("# Impact assessment") if place == 0 else "train and promote" in told.err
