"""The audit trail: nothing in it, and no row it tells of, is changed unseen; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_samples import decide
from serving_samples import NOW, loan, promote_toy
from sqlalchemy import delete, insert, update

from features.intake.schema import parse_filing
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi import cli
from xiezhi.audit.chain import EMPTY, Act, Break, Entry, Head, check_chain, follow
from xiezhi.audit.check import Verdict, check_store
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import append_acts, head_of, read_entries
from xiezhi.store.tables import audit_entries, decisions, screenings

texts = st.text(max_size=8)
acts = st.builds(Act, st.integers(0, 2**53), texts, texts, texts, texts)


def chain(told: list[Act]) -> list[Entry]:
    head, entries = EMPTY, []
    for act in told:
        entries.append(follow(head, act))
        head = entries[-1].head
    return entries


@given(st.lists(acts, max_size=6))
def test_a_whole_chain_gives_its_head(told: list[Act]) -> None:
    entries = chain(told)
    head = entries[-1].head if entries else EMPTY
    assert check_chain(entries) == head
    assert check_chain(entries, lodged=head) == head


@given(st.lists(acts, min_size=1, max_size=6), st.data())
def test_one_altered_field_is_found_where_it_is(told: list[Act], data: st.DataObject) -> None:
    entries = chain(told)
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Entry)]))
    was = getattr(entries[place], name)
    other = data.draw(
        (st.integers(0, 9) if isinstance(was, int) else texts).filter(lambda value: value != was)
    )
    changed: dict[str, Any] = {name: other}
    entries[place] = replace(entries[place], **changed)
    found = check_chain(entries)
    assert isinstance(found, Break)
    assert found.entry_no == place + 1


@given(st.lists(acts, min_size=2, max_size=6), st.data())
def test_a_dropped_or_moved_entry_is_found(told: list[Act], data: st.DataObject) -> None:
    entries = chain(told)
    place = data.draw(st.integers(0, len(entries) - 2))
    dropped = entries[:place] + entries[place + 1 :]
    moved = [*entries]
    moved[place], moved[place + 1] = moved[place + 1], moved[place]
    assert check_chain(dropped) == check_chain(moved) == Break(place + 1, "missing")


@given(st.lists(acts, min_size=2, max_size=6), acts)
def test_a_chain_written_anew_is_found_by_a_head_lodged_elsewhere(told: list[Act], other: Act) -> None:
    lodged = chain(told)[0].head
    forged = chain([other, *told[1:]])
    if other == told[0]:
        assert not isinstance(check_chain(forged, lodged), Break)
    else:
        assert check_chain(forged) == forged[-1].head, "a chain alone cannot tell"
        assert check_chain(forged, lodged) == Break(1, "rewritten")
    assert check_chain(chain(told)[:0], lodged) == Break(0, "not_lodged")


def docket(store: Store) -> str:
    """Two filings screened, one decided; returns the flag decided on."""
    promote_toy(store, Settings())
    screener = load_screener(store, Settings())
    flag = ""
    for filing_id, amount in (("F-001", 50), ("F-002", 3_000_000)):
        filing = parse_filing(loan(filing_id, "2026-11-20T09:00", amount), Settings())
        flag = screen_and_keep(store, screener, filing, source="api", scored_at=NOW)[0].screening_id
    decide(store, flag, decided_by="李法官", decision="cleared", reason="已核对原件", decided_at=NOW + 1)
    return flag


def check(store: Store, lodged: Head | None = None) -> Verdict:
    with store.read() as connection:
        return check_store(connection, lodged)


def test_scores_and_decisions_are_told_in_their_order(store: Store) -> None:
    flag = docket(store)
    with store.read() as connection:
        told = [(e.action, e.actor, e.subject) for e in read_entries(connection)]
    assert [(action, actor) for action, actor, _ in told if action != "promotion"] == [
        ("score", "xiezhi"), ("score", "xiezhi"), ("decision", "李法官"), ("decision_detail", "李法官"),
    ]  # fmt: skip
    assert ("score", "xiezhi", flag) in told
    verdict = check(store)
    assert verdict.whole
    assert verdict.head is not None
    assert verdict.head.entry_no == verdict.entries == len(told)


@pytest.mark.parametrize("seen", ["scores", "features", "risk"])
def test_one_altered_byte_of_what_was_shown_is_found(store: Store, seen: str) -> None:
    flag = docket(store)
    with store.write() as connection:
        row = connection.execute(screenings.select().where(screenings.c.screening_id == flag)).one()._mapping
        other = row[seen] + 1e-9 if seen == "risk" else row[seen].replace("1", "2", 1)
        connection.execute(update(screenings).where(screenings.c.screening_id == flag).values({seen: other}))
    verdict = check(store)
    assert not verdict.whole
    assert [(c.action, c.subject, c.gone) for c in verdict.changed] == [("score", flag, False)]


def test_a_row_taken_away_or_slipped_in_is_found(store: Store) -> None:
    flag = docket(store)
    before = check(store).untold
    with store.write() as connection:
        row = dict(connection.execute(decisions.select()).one()._mapping)
        connection.execute(delete(decisions))
        connection.execute(insert(decisions), [row | {"decision_id": "x", "screening_id": flag}])
    verdict = check(store)
    assert [(c.action, c.gone) for c in verdict.changed] == [("decision", True)]
    assert verdict.untold == before | {"decision": 1}


def alter_actor(store: Store) -> None:
    with store.write() as connection:
        last = head_of(connection).entry_no
        connection.execute(update(audit_entries).where(audit_entries.c.entry_no == last).values(actor="别人"))


def drop_first(store: Store) -> None:
    with store.write() as connection:
        connection.execute(delete(audit_entries).where(audit_entries.c.entry_no == 1))


@pytest.mark.parametrize("tamper", [alter_actor, drop_first])
def test_a_changed_trail_is_broken(store: Store, tamper: Callable[[Store], None]) -> None:
    docket(store)
    tamper(store)
    verdict = check(store)
    assert verdict.broken is not None
    assert verdict.head is None


def test_what_is_undone_is_not_told(store: Store) -> None:
    docket(store)
    before = check(store)
    with store.engine.connect() as connection, connection.begin() as transaction:
        append_acts(connection, [Act(NOW, "a", "b", "c", "d")])
        transaction.rollback()
    assert check(store) == before


def test_many_hands_make_one_chain(store: Store) -> None:
    def write(hand: int) -> None:
        for number in range(5):
            with store.write() as connection:
                append_acts(connection, [Act(NOW, f"h{hand}", "act", str(number), "")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with store.read() as connection:
        entries = list(read_entries(connection))
    assert not isinstance(check_chain(entries), Break)
    assert sorted((e.actor, e.subject) for e in entries) == [
        (f"h{h}", str(n)) for h in range(4) for n in range(5)
    ]


def run(*words: str) -> int:
    return cli.run(["audit", *words])


def test_another_office_checks_an_exported_trail(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docket(sqlite_store)
    file = tmp_path / "trail.jsonl"
    assert run("head") == cli.DONE
    head = capsys.readouterr().out.strip()
    assert run("export", str(file)) == cli.DONE
    assert capsys.readouterr().out.strip() == head
    assert run("export", str(file)) == cli.NOTHING_DONE, "what is there is not written over"
    assert "周明礼" not in file.read_text(encoding="utf-8")
    assert run("verify", str(file), "--head", head) == cli.DONE
    assert run("verify", "--head", head) == cli.DONE
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0].replace('"at": 1', '"at": 2', 1), *lines[1:]]), encoding="utf-8")
    capsys.readouterr()
    assert run("verify", str(file)) == cli.NOTHING_DONE
    assert capsys.readouterr().out.startswith("Entry 1 of the trail is not what its digest says.")
    file.write_text(json.dumps({"entry_no": 1}), encoding="utf-8")
    assert run("verify", str(file)) == cli.NOTHING_DONE
    assert "Line 1 of trail.jsonl" in capsys.readouterr().err
    assert run("verify", "--head", "1:xyz") == cli.NOTHING_DONE


def test_the_command_tells_what_was_changed(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flag = docket(sqlite_store)
    with sqlite_store.write() as connection:
        connection.execute(update(decisions).values(reason="未核对"))
    assert run("verify", "--json") == cli.NOTHING_DONE
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["whole"], [c["action"] for c in told["changed"]]) == (False, ["decision"])
    monkeypatch.setenv("XIEZHI_LANGUAGE", "zh")
    assert run("verify") == cli.NOTHING_DONE
    assert "已被改动" in capsys.readouterr().out
    assert run("show", "--subject", flag) == cli.DONE
    assert f"score  {flag}" in capsys.readouterr().out


def test_entries_are_plain_values() -> None:
    entry = follow(EMPTY, Act(1, "a", "b", "c", "d"))
    assert Entry(**json.loads(json.dumps(asdict(entry)))) == entry
