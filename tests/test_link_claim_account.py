"""The account of a filing's claim: in words, as JSON, as a table, and naming nobody."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from claim_samples import DEBTORS, LENDER, against, loan, note, related, suit
from typer.testing import CliRunner

from features.link.claims.account import account_for
from features.link.claims.command import WORDS
from features.link.claims.relation import KINDS
from features.link.cli import app as link_app
from xiezhi.errors import NotFound
from xiezhi.records import PROCEEDINGS
from xiezhi.store import Store


def test_an_unknown_filing_has_no_account(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection, pytest.raises(NotFound):
        account_for(connection, "nobody")


def test_no_evidence_names_anybody(sqlite_store: Store) -> None:
    rows = [
        suit(
            f"f{i}",
            600 + i,
            LENDER,
            against(DEBTORS[i % 2]),
            claim_amount=48_000.0 - i,
            facts=loan(debtor=DEBTORS[i % 2]),
            evidence=(note("2022-03-05", 48_000.0 - i),),
        )
        for i in range(4)
    ]
    found = related(sqlite_store, *rows)
    assert {r.kind for r in found} <= set(KINDS)
    assert found
    for one in found:
        assert not any(name in one.evidence for name in ("刘强", *DEBTORS))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("sued again", "changed: amount", "not a verdict")),
        ("zh", ("再次起诉", "变化：金额", "不是结论")),
    ],
)
def test_the_account_in_words(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("XIEZHI_LANGUAGE", language)
    related(
        sqlite_store,
        suit("a", 0, facts=loan(), evidence=(note("2020-03-05", 30_000.0),)),
        suit("b", 90, facts=loan(), claim_amount=36_000.0, evidence=(note("2020-03-05", 30_000.0),)),
    )
    told = CliRunner().invoke(link_app, ["claims", "b"])
    assert told.exit_code == 0
    assert all(word in told.output for word in words)


def test_the_account_as_json_and_the_table_of_relations(sqlite_store: Store, tmp_path: Path) -> None:
    rows = [
        suit("a", 600, claim_amount=48_000.0, evidence=(note("2022-03-05", 48_000.0),)),
        suit("b", 602, claim_amount=47_000.0, evidence=(note("2022-03-05", 47_000.0),)),
        suit(
            "c",
            700,
            claim_amount=48_000.0,
            proceeding="enforcement",
            evidence=(note("2022-03-05", 48_000.0),),
        ),
    ]
    related(sqlite_store, *rows)
    told = CliRunner().invoke(link_app, ["claims", "a", "--json"])
    said = json.loads(told.output)
    assert [f["filing_id"] for f in said["filings"]] == ["c"]
    assert said["filings"][0]["agreement"]["agree"] == ["instrument"]
    assert {(r["filing_id"], r["kind"], r["later"]) for r in said["relations"]} == {
        ("b", "split", True),
        ("c", "appeal", True),
    }
    out = tmp_path / "relations.csv"
    assert CliRunner().invoke(link_app, ["export", "--relations", str(out)]).exit_code == 0
    with out.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["filing_id", "other_filing_id", "kind", "score"]
    assert [(r["filing_id"], r["other_filing_id"], r["kind"]) for r in table] == [
        ("b", "a", "split"),
        ("c", "a", "appeal"),
    ]


def test_every_word_of_the_account_is_in_both_languages() -> None:
    assert set(WORDS["zh"]) == set(WORDS["en"])
    assert set(KINDS) | {"bank", "public_body", *PROCEEDINGS} <= set(WORDS["zh"])
