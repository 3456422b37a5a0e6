"""A court's own signs: laid over the pack, checked by line, tried on the past, as are models and cuts."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from court_samples import CUT, END, LABELS, Court
from serving_samples import NOTICE_FROM, promote_toy, raw_of
from training_samples import make_bundle, share_mlruns
from typer.testing import CliRunner

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.signs import load_pack
from features.signs.cli import app as signs_app
from features.signs.read import check_file
from features.simulate import simulate
from training.backtesting.backtest import Backtest, backtest
from training.backtesting.backtest_report import show_backtest, write_csv, write_html
from training.cli import app as training_app
from training.evaluation.period import look_back
from training.evaluation.regime import current_regime, judge, registered_bundle, try_out
from training.tracking import record_run
from xiezhi.bundle import save
from xiezhi.cli import run
from xiezhi.clock import DAY, parse_moment
from xiezhi.errors import InputError, NotFound
from xiezhi.policy import COURT_DAYS_A_YEAR
from xiezhi.progress import silent
from xiezhi.settings import Settings
from xiezhi.store import Store

OVERLAY = """version = "court-1"
off = ["S10", "S11.1"]

[[rules]]
code = "S16.own"
sign = "S16"
tells = "defendant_unpaid_1095d"
zh = "多次终本"
en = "Enforcements ended unpaid"
strength = 9.0
when = ["defendant_unpaid_1095d >= 1"]

[[rules]]
code = "S12.zj2"
strength = 1.5
"""
ZONE = "Asia/Shanghai"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    path = tmp_path / "court.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    return path


def test_an_overlay_adds_changes_and_switches_off(overlay: Path) -> None:
    today, tried = load_pack("cn"), load_pack("cn", overlay)
    assert re.fullmatch(rf"{re.escape(today.version)}\+court-1\.[0-9a-f]{{8}}", tried.version)
    rules = {rule.code: rule for rule in tried.rules}
    assert not any(code.startswith("S10.") for code in rules)
    assert rules["S12.zj2"].strength == 1.5
    assert rules["S12.zj2"].when == next(r.when for r in today.rules if r.code == "S12.zj2")
    assert len(rules) == len(today.rules) + 1 - 1 - sum(r.sign == "S10" for r in today.rules)


@pytest.mark.parametrize(
    ("text", "line", "zh", "en"),
    [
        ('version = "x"\noff = ["S99"]', 2, "S99", "S99"),
        ('version = "x"\n\n[[rules]]\ncode = "S12.zj1"\nbeside = false', 3, "起诉数量", "number of filings"),
        ('version = "x"\n[[rules]]\ncode = "S16.x"\nsign = "S16"', 2, "缺少", "missing"),
        ('version = "x"\n[[signs]]\ncode = "S16"\nzh = ""', 4, "没有文字", "no text"),
    ],
)
def test_a_bad_overlay_is_told_by_line(tmp_path: Path, text: str, line: int, zh: str, en: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    problem = check_file(path, "cn")[0]
    assert problem.line == line
    assert zh in problem.zh
    assert en in problem.en
    with pytest.raises(InputError, match=r"bad\.toml line"):
        load_pack("cn", path)


def test_the_command_checks_a_file(home: Path, overlay: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(signs_app, ["check", str(overlay)]).exit_code == 0
    bad = tmp_path / "bad.toml"
    bad.write_text('version = "x"\noff = ["S99"]', encoding="utf-8")
    done = CliRunner().invoke(signs_app, ["check", str(bad)])
    assert done.exit_code == 4
    assert "bad.toml line 2" in done.output


def test_a_backtest_tells_what_fires_and_which_bands_change(
    sqlite_store: Store, overlay: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings()
    simulate(tmp_path / "docket", filings=500, years=2.0, seed=3, start=date(2020, 1, 1))
    take_in(
        sqlite_store, [tmp_path / "docket"], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent
    )  # fmt: skip
    link_pending(sqlite_store)
    since, before = (parse_moment(day, ZONE) for day in ("2021-01-01", "2022-01-01"))
    today = current_regime(sqlite_store, settings)
    tried = try_out(today, settings, signs=overlay)
    period = look_back(sqlite_store, ZONE, since=since, before=before, labels_as_of=before)
    found = backtest(period, today, tried)
    assert 0 < found.filings < 500
    assert found.regimes[0].model is None
    assert found.seen == (0, 0)
    assert found.fired["S10"][0] > 0
    assert found.fired["S10"][1] == 0
    assert found.fired["S16"][1] > found.fired["S16"][0]
    raised = [c for c in found.changes if (c.before, c.after) == ("none", "notice")]
    assert raised
    assert found.agreement[1].flagged - found.agreement[0].flagged == 2 * len(raised) - len(found.changes)
    assert sum(m.raised for m in found.who if m.facet == "court") == len(raised)
    show_backtest(found, "en")
    told = " ".join(capsys.readouterr().out.split())
    assert f"{len(found.changes)} change band" in told
    write_csv(found, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["filing_id"] for row in csv.DictReader(file)} == {c.filing_id for c in found.changes}
    assert "S16" in (tmp_path / "out.signs.csv").read_text(encoding="utf-8-sig")
    write_html(found, tmp_path / "out.html", "zh")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert raised[0].filing_id in page
    assert "http" not in page
    assert backtest(period, today, today).changes == ()
    with pytest.raises(NotFound):
        look_back(sqlite_store, ZONE, since=0, before=1, labels_as_of=before)
    with pytest.raises(InputError, match="no cuts to try"):
        try_out(today, settings, capacity=1.0)


def test_another_model_is_compared_on_what_neither_has_seen(court: Court, court_store: Store) -> None:
    today = current_regime(court_store, court.settings)
    assert today.model == court.bundle.version
    tried = try_out(today, court.settings, model=court.other.version)
    period = look_back(court_store, ZONE, since=CUT - 100 * DAY, before=END, labels_as_of=LABELS)
    found = backtest(period, today, tried)
    in_training = int((period.filed_at < CUT).sum())
    assert found.seen == (in_training, in_training)
    assert {c.seen for c in found.changes} == {True, False}
    assert found.found_bad == int(period.positive[period.filed_at >= CUT].sum())
    for side, regime in enumerate((today, tried)):
        bands = np.array(judge(regime, period).bands)
        unseen = (bands != "none") & (period.filed_at >= CUT)
        assert found.agreement[side].flagged == unseen.sum()
        assert found.agreement[side].bad == (unseen & period.positive).sum()
        assert found.agreement[side].flagged + found.agreement_seen[side].flagged == (bands != "none").sum()
    assert found.gain is not None
    told = [one.value for one in found.average_precision if one is not None]
    assert found.gain.value == pytest.approx(told[1] - told[0])


def test_a_capacity_tried_is_filled_and_a_floor_keeps(court: Court, court_store: Store) -> None:
    today = current_regime(court_store, court.settings)
    period = look_back(court_store, ZONE, since=CUT, before=END, labels_as_of=LABELS)
    days = (period.filed_at.max() - period.filed_at.min()) / DAY * COURT_DAYS_A_YEAR / 365
    for capacity in (0.05, 0.2):
        tried = try_out(today, court.settings, capacity=capacity, floor=0.0)
        review = judge(tried, period).bands.count("review")
        assert capacity * days - 2 < review <= capacity * days
    none = try_out(today, court.settings, floor=1e6)
    assert "review" not in judge(none, period).bands


def test_the_command_says_what_training_has_seen(
    court: Court, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in court.environment().items():
        monkeypatch.setenv(name, value)
    period = ["--since", "2020-06-01", "--before", "2021-01-01"]
    files = ["--csv", str(tmp_path / "c.csv"), "--html", str(tmp_path / "c.html")]
    assert run(["backtest", "--model", court.other.version, "--capacity", "0.1", *period, *files]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "The whole period was seen in training" in told
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "The whole period was seen in training" in page
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["seen_in_training"] for row in csv.DictReader(file)} == {"yes"}
    assert run(["backtest", *period]) == 2


def test_a_model_that_was_never_promoted_is_fetched_from_the_registry(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    share_mlruns(monkeypatch, tmp_path_factory)
    settings = Settings()
    bundle = save(replace(make_bundle(), lineage={"year": "1999"}), tmp_path / "1999")
    record_run(settings, bundle, tmp_path / "1999", {"rounds": 20}, {"oof": 0.5})
    assert registered_bundle(settings, bundle.version) == bundle
    with pytest.raises(NotFound, match="20200101-nobody00"):
        registered_bundle(settings, "20200101-nobody00")


def test_a_backtest_beside_a_promoted_model(sqlite_store: Store, overlay: Path, tmp_path: Path) -> None:
    """Signs lift only what the model leaves unflagged; by the command, too."""
    settings = Settings()
    simulate(tmp_path / "docket", filings=300, years=1.0, seed=5, start=date(2020, 1, 1))
    take_in(
        sqlite_store, [tmp_path / "docket"], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent
    )  # fmt: skip
    link_pending(sqlite_store)
    since, before = (parse_moment(day, ZONE) for day in ("2020-01-01", "2021-01-01"))
    period = look_back(sqlite_store, ZONE, since=since, before=before, labels_as_of=before)

    def compare() -> Backtest:
        regime = current_regime(sqlite_store, settings)
        return backtest(period, regime, try_out(regime, settings, signs=overlay))

    alone = compare()
    bundle = promote_toy(sqlite_store, settings)
    beside = compare()
    with (tmp_path / "docket" / "filings.jsonl").open(encoding="utf-8") as file:
        told = {f["filing_id"]: f.get("claim_amount", 0.0) for f in map(json.loads, file)}
    by_model = {i for i, amount in told.items() if raw_of(amount) >= raw_of(NOTICE_FROM)}
    assert beside.regimes[0].model == bundle.version
    assert 0 < len(by_model) < beside.filings == 300
    assert beside.fired == alone.fired
    assert [c.filing_id for c in beside.changes] == [
        c.filing_id for c in alone.changes if c.filing_id not in by_model
    ]
    assert len(beside.changes) < len(alone.changes)
    for signs, both in zip(alone.agreement, beside.agreement_seen, strict=True):
        assert len(by_model) <= both.flagged <= len(by_model) + signs.flagged
    done = CliRunner().invoke(
        training_app,
        ["backtest", "--signs", str(overlay), "--since", "2020-01-01", "--before", "2021-01-01",
         "--csv", str(tmp_path / "out.csv")],
    )  # fmt: skip
    assert done.exit_code == 0
    assert bundle.version in done.output
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["filing_id"] for row in csv.DictReader(file)] == [c.filing_id for c in beside.changes]
