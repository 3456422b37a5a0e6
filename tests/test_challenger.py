"""A challenger scores what is screened, and nobody at the desk can tell."""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from accounts_samples import open_accounts
from link_samples import person
from relation_samples import keep_known, known
from serving_samples import NOW, REVIEW_FROM, ZONE, keep_toy, loan, promote_toy
from sqlalchemy import select
from starlette.testclient import TestClient
from test_screening_commands import write_docket

import serving.screening.challenger as challenging
from features.intake.schema import parse_filing
from serving.app import build_app
from serving.screening.one import screen_one
from serving.screening.promoted import PromotedModel
from serving.screening.screener import load_screener
from serving.security import hosts_for
from training.evaluation.clusters import join
from training.evaluation.measures import (
    average_precision,
    average_precision_difference,
    average_precision_interval,
)
from training.evaluation.rates import rate
from training.promotion.challenge import end_challenge, start_challenge
from training.promotion.compare import compare
from training.promotion.promote import promote
from xiezhi.accounts.roles import sole_user
from xiezhi.bundle import Bundle, bundle_folder
from xiezhi.cli import run
from xiezhi.clock import DAY, parse_moment
from xiezhi.errors import BundleError, Conflict, NotFound, NotPermitted
from xiezhi.records import Filing, Finding
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.challenges import ShadowScore, current_challenge, put_shadow_scores
from xiezhi.store.happenings import put_findings
from xiezhi.store.model_reports import newest_report
from xiezhi.store.screenings import Screening, put_screenings, screenings_of
from xiezhi.store.tables import screenings, shadow_scores

LI = sole_user("li")
AMOUNTS = {"F-001": 50.0, "F-002": 500_000.0, "F-003": 3_000_000.0}


def challenge(store: Store, version: str | None) -> None:
    start_challenge(store, Settings(), version, by=LI, at=NOW)


def filing_of(name: str) -> Filing:
    return parse_filing(loan(name, f"2026-11-0{name[-1]}T09:00", AMOUNTS[name]), Settings())


def keep(model: PromotedModel, name: str) -> Screening:
    return model.keep(filing_of(name), source="api", scored_at=NOW)[0]


def shadows(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        rows = connection.execute(
            select(shadow_scores).order_by(shadow_scores.c.as_of, shadow_scores.c.screening_id)
        )
        return [{k: v for k, v in row._asdict().items() if k != "kept_at"} for row in rows]


def strict_toy() -> Bundle:
    """A toy that asks for review from a quarter of what the champion does."""
    return keep_toy(Settings(), as_of="2026-04-01", review_from=REVIEW_FROM / 4)


def test_it_scores_the_same_filings_and_changes_nothing(store: Store) -> None:
    champion = promote_toy(store, Settings())
    alone = keep(PromotedModel(store, Settings()), "F-001")
    challenge(store, strict_toy().version)
    model = PromotedModel(store, Settings())
    shown = [keep(model, name) for name in ("F-002", "F-003")]
    assert [s.band for s in (alone, *shown)] == ["none", "notice", "review"]
    assert {s.model_version for s in shown} == {champion.version}
    assert [(s["filing_id"], s["band"], s["screening_id"]) for s in shadows(store)] == [
        ("F-002", "review", shown[0].screening_id),
        ("F-003", "review", shown[1].screening_id),
    ]
    assert [s["raw"] for s in shadows(store)] == [s.rank_score for s in shown], "one booster, two thresholds"
    with store.read() as connection:
        kept = [s for name in AMOUNTS for s in screenings_of(connection, name)]
    assert kept == [alone, *shown]


def test_it_says_what_it_would_say_if_it_were_promoted(store: Store) -> None:
    promote_toy(store, Settings())
    toy = strict_toy()
    challenge(store, toy.version)
    model = PromotedModel(store, Settings())
    for name in AMOUNTS:
        keep(model, name)
    promote(store, Settings(), toy.version, "li", NOW)
    screener = load_screener(store, Settings())
    for said in shadows(store):
        would = screen_one(store, screener, filing_of(said["filing_id"]), scored_at=NOW)
        assert (said["risk"], said["raw"], said["band"]) == (would.risk, would.rank_score, would.band)


def test_the_desk_and_the_stream_get_the_same(store: Store, tmp_path: Path) -> None:
    promote_toy(store, Settings())
    challenge(store, strict_toy().version)
    rows = [loan(name, f"2026-11-0{name[-1]}T09:00", amount) for name, amount in AMOUNTS.items()]
    events = [{"filing_id": "F-001", "at": "2026-11-09T10:00", "kind": "mediated"}]
    folder = write_docket(tmp_path / "docket", rows, events)
    out = ["--out", str(tmp_path / "scores.jsonl"), "--rescores", str(tmp_path / "later.jsonl")]
    assert run(["screen", str(folder), "--stream", *out]) == 0
    streamed = shadows(store)
    assert [s["filing_id"] for s in streamed] == ["F-001", "F-002", "F-003", "F-001"], "the later score too"
    assert run(["screen", str(folder), "--stream", *out]) == 0
    assert shadows(store) == streamed, "once more keeps nothing twice"
    with store.write() as connection:
        connection.execute(shadow_scores.delete())
        connection.execute(screenings.delete())
    model = PromotedModel(store, Settings())
    for name in AMOUNTS:
        keep(model, name)
    assert shadows(store) == streamed[:3]


def test_starting_and_ending_need_no_restart(store: Store) -> None:
    promote_toy(store, Settings())
    model = PromotedModel(store, Settings())
    keep(model, "F-001")
    challenge(store, strict_toy().version)
    keep(model, "F-002")
    end_challenge(store, by=LI, at=NOW)
    keep(model, "F-003")
    assert [s["filing_id"] for s in shadows(store)] == ["F-002"]
    with pytest.raises(NotFound):
        end_challenge(store, by=LI, at=NOW)


def test_a_promoted_challenger_challenges_no_longer(store: Store) -> None:
    promote_toy(store, Settings())
    toy = strict_toy()
    challenge(store, toy.version)
    promote(store, Settings(), toy.version, "li", NOW)
    with store.read() as connection:
        assert current_challenge(connection) is None
    with pytest.raises(Conflict):
        challenge(store, toy.version)


def break_file(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    (bundle_folder(Settings(), bundle.version) / "booster.txt").write_text("tree")


def break_columns(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BundleError("列", "columns")

    monkeypatch.setattr(challenging.Challenger, "score", refuse)


def break_keeping(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("周明礼")

    monkeypatch.setattr(challenging, "put_shadow_scores", refuse)


@pytest.mark.parametrize("broken", [break_file, break_columns, break_keeping])
def test_its_failure_disturbs_nothing(
    store: Store, broken: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    promote_toy(store, Settings())
    alone = keep(PromotedModel(store, Settings()), "F-003")
    toy = strict_toy()
    challenge(store, toy.version)
    broken(toy, monkeypatch)
    with store.write() as connection:
        connection.execute(screenings.delete())
    with caplog.at_level(logging.WARNING):
        assert keep(PromotedModel(store, Settings()), "F-003") == alone
    assert shadows(store) == []
    assert toy.version in caplog.text
    assert "周明礼" not in caplog.text, "an error's text may hold names"


def test_no_answer_and_no_page_shows_it(sqlite_store: Store) -> None:
    def told(model: PromotedModel) -> list[str]:
        app = build_app(sqlite_store, Settings(), model, hosts=hosts_for("127.0.0.1"), clock=lambda: NOW)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            body = json.dumps(loan("F-002", "2026-11-02T09:00", AMOUNTS["F-002"])).encode()
            answers = [client.post("/api/v1/screenings", content=body)]
            answers += [client.get(p) for p in ("/queue", "/filings/F-002", "/api/v1/flags")]
            assert [a.status_code for a in answers] in ([201, 200, 200, 200], [200] * 4)
            return [a.text for a in answers]

    promote_toy(sqlite_store, Settings())
    before = told(PromotedModel(sqlite_store, Settings()))
    with sqlite_store.write() as connection:
        connection.execute(screenings.delete())
    toy = strict_toy()
    challenge(sqlite_store, toy.version)
    after = told(PromotedModel(sqlite_store, Settings()))
    assert len(shadows(sqlite_store)) == 1
    assert after == before
    assert toy.version not in "".join(after)


def test_who_may_challenge(store: Store) -> None:
    people = open_accounts(store, "chen", "sun")
    promote_toy(store, Settings())
    toy = strict_toy()
    with pytest.raises(NotPermitted):
        start_challenge(store, Settings(), toy.version, by=people["sun"], at=NOW)
    start_challenge(store, Settings(), toy.version, by=people["chen"], at=NOW)
    with pytest.raises(NotPermitted):
        end_challenge(store, by=people["sun"], at=NOW)


BANDS = ("none", "notice", "review")


def fill(store: Store, filings: int, positives: int) -> tuple[list[bool], list[float], list[float]]:
    """Scores of a champion by lot and of a challenger who knows; the positives stand at known places."""
    random = np.random.default_rng(5)
    positive = [i % (filings // positives) == 0 for i in range(filings)]
    champion = random.normal(size=filings).tolist()
    challenger = [c + 3 * p for c, p in zip(random.normal(size=filings).tolist(), positive, strict=True)]
    start = parse_moment("2026-01-01", ZONE)
    shown, silent, found = [], [], []
    for i in range(filings):
        name, at = f"F{i:05d}", start + i * DAY // 10
        band = BANDS[int(champion[i] > 1) + int(champion[i] > 2)]
        other = BANDS[int(challenger[i] > 1) + int(challenger[i] > 2)]
        shown.append(
            Screening(
                f"s{i}", name, at, at, "filed", "20260101-champion", "cn", 0.1, champion[i], band, {}, {}
            )
        )
        silent.append(ShadowScore(f"s{i}", "20260102-silent", name, at, 0.1, challenger[i], other))
        if positive[i]:
            found.append(
                (
                    Finding(
                        filing_id=name, finding="false", source="judgment", at=at + DAY, recorded_at=at + DAY
                    ),
                    "test",
                )
            )
    later = Screening(
        "later", "F00000", NOW, NOW, "mediated", "20260101-champion", "cn", 0.1, 9.0, "review", {}, {}
    )
    with store.write() as connection:
        put_screenings(connection, [*shown, later], NOW)
        put_shadow_scores(
            connection, [*silent, ShadowScore("later", "20260102-silent", "F00000", NOW, 0, -9, "none")], NOW
        )
        put_findings(connection, found, NOW)
    return positive, champion, challenger


def test_champion_beside_challenger(store: Store) -> None:
    positive, champion, challenger = fill(store, 2_000, 40)
    found = compare(store, "20260102-silent", since=0, before=NOW + DAY, labels=NOW)
    truth = np.array(positive)
    assert (found.filings, found.positives, found.labelled, found.by_others) == (2_000, 40, 40, 0)
    assert sum(found.bands.values()) == 2_000
    changed = sum(n for (shown, other), n in found.bands.items() if shown != other)
    assert len(found.changes) == changed > 0
    assert found.same_band.value == 1 - changed / 2_000
    assert found.same_band.low < found.same_band.value < found.same_band.high
    assert found.ranking is not None
    assert found.ranking.champion.value == average_precision(truth, np.array(champion))
    assert found.ranking.challenger.value == average_precision(truth, np.array(challenger))
    assert found.ranking.difference.low > 0, "the one who knows is better, beyond chance"
    before = compare(
        store, "20260102-silent", since=0, before=NOW + DAY, labels=parse_moment("2026-01-02", ZONE)
    )
    assert (before.ranking, before.positives) == (None, 0), "nothing was found yet"
    with pytest.raises(NotFound):
        compare(store, "20260102-silent", since=NOW + 2 * DAY, before=NOW + 3 * DAY, labels=NOW)


def test_filings_of_one_plaintiff_are_drawn_together(sqlite_store: Store) -> None:
    positive, champion, challenger = fill(sqlite_store, 2_000, 40)
    of_four = {row: f"钱{number % 4}" for number, row in enumerate(np.flatnonzero(positive).tolist())}
    rows = [known(f"F{row:05d}", 0, person("p1", "plaintiff", name)) for row, name in of_four.items()]
    keep_known(sqlite_store, rows)
    found = compare(sqlite_store, "20260102-silent", since=0, before=NOW + DAY, labels=NOW).ranking
    truth, groups = np.array(positive), join(2_000, of_four.items())
    assert len(set(groups)) == 1_964
    assert found is not None
    for told, score in ((found.champion, champion), (found.challenger, challenger)):
        assert told == average_precision_interval(truth, np.array(score), groups=groups)
        assert told != average_precision_interval(truth, np.array(score))


def test_filings_of_another_champion_are_left_out(store: Store) -> None:
    fill(store, 100, 10)
    at = NOW + DAY
    other = Screening("x", "F-new", at, at, "filed", "20260301-another", "cn", 0.1, 0.0, "none", {}, {})
    with store.write() as connection:
        put_screenings(connection, [other], at)
        put_shadow_scores(
            connection, [ShadowScore("x", "20260102-silent", "F-new", at, 0.1, 0.0, "none")], at
        )
    found = compare(store, "20260102-silent", since=0, before=at + DAY, labels=NOW)
    assert (found.champion, found.filings, found.by_others) == ("20260301-another", 1, 100)


def test_by_command(sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare"]) == 4
    champion, toy = promote_toy(sqlite_store, Settings()), strict_toy()
    assert run(["challenge", champion.version, "--by", "li"]) == 4
    assert run(["challenge", toy.version, "--by", "li"]) == 0
    model = PromotedModel(sqlite_store, Settings())
    for name in AMOUNTS:
        keep(model, name)
    assert run(["challenge", "--end", "--by", "li"]) == 0
    assert run(["challenge", "--end", "--by", "li"]) == 4
    capsys.readouterr()
    changes = tmp_path / "changes.csv"
    assert run(["compare", "--json", "--csv", str(changes)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["challenger"], told["champion"], told["filings"]) == (toy.version, champion.version, 3)
    assert told["bands"] == [
        {"shown": "none", "challenger": "none", "filings": 1},
        {"shown": "notice", "challenger": "review", "filings": 1},
        {"shown": "review", "challenger": "review", "filings": 1},
    ]
    with changes.open(encoding="utf-8-sig", newline="") as file:
        assert [row["filing_id"] for row in csv.DictReader(file)] == ["F-002"]
    assert run(["compare", "--keep"]) == 0
    assert "notice → review" in capsys.readouterr().out
    assert [one["model_version"] for one in shadows(sqlite_store)] == [toy.version] * 3
    with sqlite_store.read() as connection:
        kept = newest_report(connection, "comparison", toy.version)
        assert kept is not None
        assert kept.body["filings"] == 3


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Table I of Newcombe (1998), Statistics in Medicine 17: 857-872, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    found = rate(np.arange(of) < hits, np.ones(of, dtype=bool)).share
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_difference_is_paired() -> None:
    random = np.random.default_rng(2)
    positive = random.random(800) < 0.1
    score = random.normal(size=800) + positive
    none = average_precision_difference(positive, score, score.copy(), n=50)
    assert (none.value, none.low, none.high) == (0, 0, 0)
    worse = average_precision_difference(positive, random.normal(size=800), score, n=200)
    assert worse.high < 0
    assert worse.low < worse.value < worse.high
