"""Monitoring over kept scores: what moved is named, and nothing later than the date asked for is seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from features.registry import BY_NAME, FEATURE_NAMES
from serving.app import build_app
from serving.screening.promoted import PromotedModel
from training.evaluation.measures import Interval
from training.monitoring.monitor import Monitoring, monitor
from training.monitoring.monitor_page import draw
from training.monitoring.monitor_report import tell_alert
from training.monitoring.reference import count_bins
from xiezhi.bundle import Bundle, Calibration, bundle_folder, save
from xiezhi.cli import run
from xiezhi.clock import DAY, Moment, parse_moment
from xiezhi.errors import NotFound
from xiezhi.policy import Thresholds
from xiezhi.records import Filing, Finding, Party
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.filings import put_filings
from xiezhi.store.happenings import put_findings
from xiezhi.store.promotions import Promotion, promote
from xiezhi.store.screenings import Screening, put_screenings

ZONE = "Asia/Shanghai"
START = parse_moment("2025-01-01", ZONE)
AMOUNT, LOANS = "claim_magnitude", "plaintiff_loans_365d"
A_MONTH = 400


def described(values: np.ndarray) -> dict[str, object]:
    edges = np.unique(np.quantile(values, np.arange(1, 10) / 10, method="lower"))
    return {"edges": edges.tolist(), "counts": count_bins(values, edges).tolist(), "gain": 0.5}


@pytest.fixture
def bundle(home: Path) -> Bundle:
    """A model of two features, with what its training year looked like."""
    generator = np.random.default_rng(0)
    reference = {
        "filings": 5000,
        "features": {
            AMOUNT: described(generator.normal(5, 1, 5000)),
            LOANS: described(generator.poisson(2, 5000)),
        },
        "score": described(generator.normal(-4, 1, 5000)),
    }
    made = Bundle(
        "tree\n", FEATURE_NAMES, Calibration("platt", (-9.0, 9.0), (0.0, 1.0)), Thresholds(0.0, -1.0, 0.0, 0.0),
        "cn-test", START, zone=ZONE, reference=reference,
    )  # fmt: skip
    folder = bundle_folder(Settings(), "new")
    named = save(made, folder)
    folder.rename(bundle_folder(Settings(), named.version))
    return named


@pytest.fixture
def live(sqlite_store: Store, bundle: Bundle) -> Callable[..., Bundle]:
    """Fills the store with months of scores by the bundle: `shift` moves the amounts from the third month on."""

    def fill(*, shift: float = 0.0, found_as_often: float = 1.0) -> Bundle:
        generator = np.random.default_rng(1)
        filings, kept, findings = [], [], []
        for place in range(4 * A_MONTH + 20):
            at = START + place * 30 * DAY // A_MONTH
            moved = shift if place >= 2 * A_MONTH else 0.0
            risk = float(generator.beta(0.3, 6))
            filing = Filing(
                f"F{place:05d}",
                "甘0702",
                at,
                "民间借贷纠纷",
                (Party("p1", "plaintiff", "person", f"甲{place}"),),
            )
            filings.append((filing, "private_loan", "test"))
            values = {AMOUNT: float(generator.normal(5, 1)) + moved, LOANS: float(generator.poisson(2))}
            kept.append(
                Screening(
                    f"s{place}", filing.filing_id, at, at, "filed", bundle.version, "cn-test", risk,
                    float(generator.normal(-4, 1)), "notice" if risk > 0.2 else "none", {}, values,
                )
            )  # fmt: skip
            if generator.random() < risk * found_as_often:
                known = at + int(generator.uniform(1, 60)) * DAY
                findings.append((Finding(filing.filing_id, known, "false", "judgment", known), "test"))
        with sqlite_store.write() as connection:
            put_filings(connection, sqlite_store.vault, filings, START)
            put_screenings(connection, kept, START)
            put_findings(connection, findings, START)
            promote(connection, Promotion(START, "test", bundle.version, bundle.digest))
        return bundle

    return fill


END = START + 200 * DAY


def watch(store: Store, bundle: Bundle, as_of: Moment = END) -> Monitoring:
    return monitor(store, bundle, as_of=as_of)


def test_a_quiet_year_is_quiet(sqlite_store: Store, live: Callable[..., Bundle]) -> None:
    found = watch(sqlite_store, live())
    assert [m.filings for m in found.months] == [414, 373, 413, 400, 20]
    assert found.alerts == ()
    assert found.months[-1].drift[AMOUNT].state == "too_few"
    assert found.ripeness.ratio.low < 1 < found.ripeness.ratio.high
    assert found.ripeness.share == pytest.approx(1, abs=0.02), "all of it is older than the longest lag"


def test_what_moved_is_named_with_its_months_and_direction(
    sqlite_store: Store, live: Callable[..., Bundle]
) -> None:
    found = watch(sqlite_store, live(shift=1.0))
    (alert,) = found.alerts
    assert (alert.kind, alert.name, alert.months) == ("feature", AMOUNT, ("2025-03", "2025-04"))
    assert {d.direction for d in alert.drifts} == {"higher"}


@pytest.mark.parametrize(("as_often", "kind"), [(0.3, "too_few_found"), (2.5, "too_many_found")])
def test_findings_beside_the_risks_are_told(
    sqlite_store: Store, live: Callable[..., Bundle], as_often: float, kind: str
) -> None:
    found = watch(sqlite_store, live(found_as_often=as_often))
    assert [a.kind for a in found.alerts] == [kind]
    assert "(2025-01 to 2025-05, 5 months)" in tell_alert(found.alerts[0], "en")


def test_findings_still_to_come_are_not_missed(sqlite_store: Store, live: Callable[..., Bundle]) -> None:
    """In the middle of the fourth month many findings are not there yet, and are not due."""
    found = watch(sqlite_store, live(), as_of=START + 105 * DAY)
    last = found.months[-1].ripeness
    assert last.expected < 0.5 * last.risk
    assert found.months[0].ripeness.share > 0.95
    assert found.alerts == ()


def test_nothing_later_is_seen(sqlite_store: Store, live: Callable[..., Bundle]) -> None:
    bundle = live(shift=1.0)
    early = START + 59 * DAY
    before = watch(sqlite_store, bundle, as_of=early)
    assert before.alerts == ()
    assert [m.month for m in before.months] == ["2025-01", "2025-02"]
    assert sum(m.filings for m in before.months) == -(-59 * A_MONTH // 30)


def test_a_bundle_without_a_reference_says_so(sqlite_store: Store, bundle: Bundle) -> None:
    with pytest.raises(NotFound, match="train and promote again"):
        watch(sqlite_store, replace(bundle, reference={}))
    with pytest.raises(NotFound, match="had screened nothing"):
        watch(sqlite_store, bundle)


def test_the_command_tells_a_person_and_a_program(
    sqlite_store: Store, live: Callable[..., Bundle], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(shift=1.0)
    page = tmp_path / "page.html"
    assert run(["monitor", "--as-of", "2025-07-01", "--html", str(page)]) == 0
    screen = capsys.readouterr().out
    assert BY_NAME[AMOUNT].en in screen
    assert "higher" in screen
    assert len(screen.splitlines()) <= 40
    assert run(["monitor", "--as-of", "2025-07-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["alerts"][0]["months"] == ["2025-03", "2025-04"]
    assert BY_NAME[AMOUNT].zh in told["alerts"][0]["zh"]
    assert told["months"][-1]["drift"][AMOUNT]["index"]["value"] is None
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 3
    assert "<table" in html
    assert not re.search(r"(src|href)=|https?:", html)


def test_what_is_kept_is_what_the_page_shows(sqlite_store: Store, live: Callable[..., Bundle]) -> None:
    live(shift=1.0)
    assert run(["monitor", "--as-of", "2025-07-01", "--keep"]) == 0
    app = build_app(
        sqlite_store, Settings(), PromotedModel(sqlite_store, Settings()), hosts=None, clock=lambda: START
    )
    page = TestClient(app).get("/court/models?lang=en").text
    assert f"{BY_NAME[AMOUNT].en}: higher" in page
    assert '<th scope="row">2025-03</th>' in page


def test_a_plot_leaves_blank_what_makes_no_sense() -> None:
    nan = float("nan")
    drawn = draw(["2025-01", "2025-02"], [Interval(0.2, 0.1, 0.3), Interval(nan, nan, nan)], 0.25, "x")
    assert drawn.count("<circle") == 1
    assert drawn.count("stroke-dasharray") == 1
    assert "<circle" not in draw(["2025-01"], [Interval(nan, nan, nan)], None, "x")
