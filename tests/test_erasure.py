"""What identifies a person goes for good, what proves stays whole; on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import open_accounts
from policy_samples import SMALL
from review_samples import decide
from serving_samples import NOW, loan, promote_toy
from sqlalchemy import Connection, select

from features.intake.schema import parse_filing
from features.link.relink import link_again
from serving.screening.one import screen_and_keep
from serving.screening.screener import load_screener
from xiezhi import cli
from xiezhi.accounts.roles import sole_user
from xiezhi.audit import check
from xiezhi.audit.check import check_store
from xiezhi.backup.keep import back_up, note_backup
from xiezhi.clock import DAY, parse_moment
from xiezhi.errors import InputError, NotFound, NotPermitted
from xiezhi.records import Event
from xiezhi.retention.act import apply, erase_person, find_person, plan
from xiezhi.retention.periods import Period, RecordKind, load_periods
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import contents_since_erased
from xiezhi.store.casework import Check, add_check
from xiezhi.store.entities import entity_events
from xiezhi.store.erasures import list_erasures
from xiezhi.store.filings import get_filing, put_filings
from xiezhi.store.happenings import put_events
from xiezhi.store.policies import PolicyShadow, put_policy_shadows
from xiezhi.store.reviews import CLAIMED, FIRST, ReviewAct, add_act
from xiezhi.store.tables import mentions, metadata

ROOT = sole_user("root")
HIS = ("周明礼", "62070219880101123X", "13800138000", "西大街1号")
THEIRS = ("陈大海", "王律")


def keep(store: Store, number: int, day: str, amount: float = SMALL, **more: object) -> str:
    """Screen and keep a loan suit of 周明礼 against 陈大海; the id of its score."""
    filing = parse_filing(loan(f"F-{number:03}", f"{day}T09:00", amount, **more), Settings())
    screener = load_screener(store, Settings())
    return screen_and_keep(store, screener, filing, source="test", scored_at=NOW + number)[0].screening_id


def docket(store: Store) -> None:
    promote_toy(store, Settings())
    keep(store, 1, "2026-10-01")
    flag = keep(store, 2, "2026-11-01", 3e6)
    decide(store, flag, decided_by="li", decision="cleared", reason="转账凭证齐全", decided_at=NOW)
    with store.write() as connection:
        put_events(connection, [(Event("F-001", NOW, "hearing_held", NOW, detail="周明礼到庭"), "t")], NOW)


def everything(store: Store) -> str:
    """Every value of every row."""
    with store.read() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_one_person_goes_and_the_others_stay(store: Store) -> None:
    docket(store)
    assert HIS[0] in everything(store)
    with store.read() as connection:
        before = check_store(connection)
    person = find_person(store, "F-002", "p1")
    assert {name: set(ids) for name, ids in person.places.items()} == {"F-001": {"p1"}, "F-002": {"p1"}}
    done = erase_person(store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
    told = everything(store)
    assert [word for word in HIS if word in told] == []
    assert "到期未还" not in told, "texts may name anybody"
    assert all(word in told for word in THEIRS)
    with store.read() as connection:
        after = check_store(connection)
        assert after.whole
        assert after.entries == before.entries + 2, "the erasure, and the decision without its reason"
        assert list_erasures(connection) == [done]
        kept = get_filing(connection, store.vault, "F-002")
        assert len(entity_events(connection, person.entity_id)) == 2, "the number of his filings stays"
    assert kept is not None
    his, other = kept.filing.parties
    assert (his.party_id, his.role, his.name, his.id_number, his.phone) == (
        "p1",
        "plaintiff",
        "×××",
        None,
        None,
    )
    assert other.name == "陈大海"
    assert (kept.filing.claims, kept.filing.facts, kept.filing.claim_amount) == (None, None, 3e6)


def test_where_he_may_still_be_named_is_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """As a witness, behind a company, in a note; not where a namesake is a party or nothing names him."""
    docket(store)
    others = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "赵大勇"},
        {"party_id": "p2", "role": "defendant", "kind": "organization", "name": "张掖市大地商贸有限公司"},
    ]
    behind = [others[0], others[1] | {"legal_representative": HIS[0]}]
    namesake = [others[0] | {"name": HIS[0], "id_number": "110101199003070257"}, others[1]]
    texts: dict[str, Any] = {"facts": "到期未还", "agents": []}
    keep(store, 3, "2026-11-02", parties=others, **texts | {"facts": f"证人{HIS[0]}在场"})
    keep(store, 4, "2026-11-03", parties=behind, **texts)
    keep(store, 5, "2026-11-04", parties=namesake, **texts)
    keep(store, 6, "2026-11-05", parties=others, **texts)
    keep(store, 7, "2026-11-06", parties=others, **texts)
    with store.write() as connection:
        put_events(connection, [(Event("F-007", NOW, "hearing_held", NOW, detail=f"{HIS[2]}来电"), "t")], NOW)
    person = find_person(store, "F-001", "p1")
    assert person.named_in == ("F-003", "F-004", "F-007")
    done = erase_person(store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
    with store.read() as connection:
        assert [erasure.named_in for erasure in list_erasures(connection)] == [person.named_in]
        assert check_store(connection).whole
        kept = get_filing(connection, store.vault, "F-003")
    assert done.named_in == person.named_in
    assert kept is not None
    assert HIS[0] in (kept.filing.facts or ""), "another's case is left as it is"
    keep(store, 8, "2026-12-01")
    keep(store, 9, "2026-12-02", parties=others, **texts | {"facts": f"证人{HIS[0]}在场"})
    for more in ([], ["--yes"]):
        assert cli.run(["erase", "F-008", "p1", "--ground", "request", *more]) == cli.DONE
        assert "F-003, F-004, F-007, F-009" in capsys.readouterr().out


def test_who_stands_behind_a_company_goes_however_it_is_written(store: Store) -> None:
    promote_toy(store, Settings())
    company = {"party_id": "p2", "role": "defendant", "kind": "organization", "name": "张掖市大地商贸有限公司",
               "legal_representative": "ＪＯＨＮ　Ｓmith"}  # fmt: skip
    man = {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "ＪＯＨＮ　Ｓmith"}
    keep(store, 1, "2026-10-01", parties=[man, company], agents=[])
    erase_person(store, Settings(), find_person(store, "F-001", "p1"), "本人申请", by=ROOT, at=NOW + DAY)
    with store.read() as connection:
        told = " ".join(connection.execute(select(mentions.c.normalised)).scalars())
    assert "大地" in told
    assert "smith" not in told.casefold()


def test_it_does_not_come_back(store: Store) -> None:
    docket(store)
    erase_person(store, Settings(), find_person(store, "F-001", "p1"), "本人申请", by=ROOT, at=NOW + DAY)
    keep(store, 1, "2026-10-01")
    keep(store, 1, "2026-10-01", 90_000, facts="周明礼另有陈述")
    assert HIS[0] not in everything(store)
    link_again(store, NOW + 2 * DAY)
    assert HIS[0] not in everything(store)
    with store.read() as connection:
        entities = connection.execute(
            select(mentions.c.entity_id).where(mentions.c.record_id == "p1", mentions.c.kind == "person")
        ).scalars()
        assert len(set(entities)) == 2, "those who were erased are not one and the same"


def test_an_erasure_under_a_check_is_no_break(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docket(store)
    look = contents_since_erased

    def erase_then(connection: Connection) -> dict[tuple[str, str], str]:
        found = look(connection)
        monkeypatch.setattr(check, "contents_since_erased", look)
        erase_person(store, Settings(), find_person(store, "F-001", "p1"), "本人申请", by=ROOT, at=NOW + DAY)
        return found

    monkeypatch.setattr(check, "contents_since_erased", erase_then)
    for _ in range(2):
        assert cli.run(["audit", "verify"]) == cli.DONE, capsys.readouterr().out


@pytest.mark.parametrize(
    ("record", "again"), [("p1", True), ("p2", False)], ids=["numbered", "without number"]
)
def test_a_later_filing_is_a_new_matter(store: Store, record: str, again: bool) -> None:
    """By the keyed hash of his number alone an entity is known again; who had none is somebody new."""
    docket(store)
    person = find_person(store, "F-001", record)
    erase_person(store, Settings(), person, "本人申请", by=ROOT, at=NOW + DAY)
    keep(store, 3, "2026-11-20")
    later = find_person(store, "F-003", record)
    assert (later.entity_id == person.entity_id) is again
    with store.read() as connection:
        old = get_filing(connection, store.vault, "F-002")
    assert old is not None
    assert "×××" in {party.name for party in old.filing.parties}


def test_backups_made_before_are_named(store: Store, tmp_path: Path) -> None:
    docket(store)
    for name in ("one.backup", "two.backup"):
        made = back_up(store, Settings(), tmp_path / name, NOW)
        note_backup(store, tmp_path / name, made, by="root", at=NOW)
    done = erase_person(
        store, Settings(), find_person(store, "F-001", "p2"), "本人申请", by=ROOT, at=NOW + DAY
    )
    assert set(done.backups) == {"one.backup", "two.backup"}


def periods(years: float) -> dict[RecordKind, Period]:
    return {kind: Period(kind, years, "自定", "own") for kind in load_periods()}


def test_what_is_over_is_erased_and_what_moved_since_is_not(store: Store) -> None:
    docket(store)
    at = parse_moment("2027-10-15", "Asia/Shanghai")
    assert plan(store, periods(1), at).filings == (), "a hearing was recorded within the year"
    at = NOW + 366 * DAY
    assert plan(store, periods(1), at).filings == ("F-001", "F-002")
    keep(store, 3, "2027-06-01")
    done = apply(store, Settings(), periods(1), by=ROOT, at=at)
    assert done.counts["filings"] == 2
    assert plan(store, periods(1), at).filings == ()
    with store.read() as connection:
        assert check_store(connection).whole
        bare = get_filing(connection, store.vault, "F-001")
        there = get_filing(connection, store.vault, "F-003")
    assert bare is not None
    assert there is not None
    assert {party.name for party in bare.filing.parties} == {"×××"}
    assert there.filing.parties[0].name == "周明礼"
    with pytest.raises(NotFound):
        apply(store, Settings(), periods(1), by=ROOT, at=at)


def test_who_is_erased_when_his_filings_are_over_may_be_named_in_others(store: Store) -> None:
    docket(store)
    others = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "赵大勇"},
        {"party_id": "p2", "role": "defendant", "kind": "organization", "name": "张掖市大地商贸有限公司"},
    ]
    his = [others[0] | {"name": THEIRS[0], "id_number": "620702199001014417"}, others[1]]
    for number, parties, facts in (
        (3, others, f"证人{HIS[0]}在场"),
        (4, others, "到期未还"),
        (5, his, f"{THEIRS[0]}到期未还"),  # a namesake who is its party: the text means him
    ):
        keep(store, number, f"2027-06-0{number}", parties=parties, facts=facts, agents=[])
    looked: list[tuple[int, int]] = []
    done = apply(
        store, Settings(), periods(1), by=ROOT, at=NOW + 366 * DAY,
        advance=lambda at, of: looked.append((at, of)),
    )  # fmt: skip
    assert done.counts["filings"] == 2
    assert done.named_in[0] == "F-003"
    assert "F-004" not in done.named_in
    assert looked[-1] == (5, 5)
    with store.read() as connection:
        assert [erasure.named_in for erasure in list_erasures(connection)] == [done.named_in]
        assert check_store(connection).whole


@pytest.mark.parametrize("what", ["check", "claim", "version"])
def test_a_filing_somebody_works_on_is_not_over(store: Store, what: str) -> None:
    docket(store)
    at = NOW + 366 * DAY
    with store.write() as connection:
        if what == "check":
            add_check(connection, Check("c", "F-001", "cash", "open", "", at - DAY, "li"))
        elif what == "claim":
            add_act(connection, ReviewAct("F-001", FIRST, at - DAY, "li", CLAIMED, "li", at + DAY))
        else:
            corrected = parse_filing(loan("F-001", "2026-10-01T09:00", SMALL + 1), Settings())
            put_filings(connection, store.vault, [(corrected, "loan", "test")], at - DAY)
    assert plan(store, periods(1), at).filings == ("F-002",)


def test_silent_scores_alone_may_be_over(store: Store) -> None:
    docket(store)
    row = PolicyShadow("s", 1, "F-001", NOW, "none", "notice")
    with store.write() as connection:
        put_policy_shadows(connection, [row], NOW)
    own = periods(1) | {"filings": Period("filings", 100, "自定", "own")}
    at = NOW + 366 * DAY
    assert plan(store, own, at).silent_scores == 1
    apply(store, Settings(), own, by=ROOT, at=at)
    assert plan(store, own, at).silent_scores == 0
    with store.read() as connection:
        assert check_store(connection).whole


def test_only_an_administrator_erases_and_says_why(sqlite_store: Store, quick_passwords: None) -> None:
    docket(sqlite_store)
    people = open_accounts(sqlite_store, "zhao")
    person = find_person(sqlite_store, "F-001", "p1")
    with pytest.raises(NotPermitted):
        erase_person(sqlite_store, Settings(), person, "x", by=people["zhao"], at=NOW)
    with pytest.raises(NotPermitted):
        apply(sqlite_store, Settings(), periods(1), by=people["zhao"], at=NOW)
    with pytest.raises(InputError):
        erase_person(sqlite_store, Settings(), person, " ", by=people["root"], at=NOW)
    with pytest.raises(NotFound):
        find_person(sqlite_store, "F-001", "p9")


@pytest.mark.parametrize(
    "text", ["x = ", "[filings]\nyears = 3", "", "[filings]\nyears = 0\nground_zh='x'\nground_en='x'"]
)
def test_periods_that_say_nothing_are_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "periods.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        load_periods(file)


def test_the_commands(sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docket(sqlite_store)
    assert cli.run(["backup", str(tmp_path / "court.backup"), "--by", "root"]) == cli.DONE
    assert cli.run(["retention", "plan"]) == cli.DONE
    assert "Over: 0 filings" in capsys.readouterr().out
    assert cli.run(["retention", "apply"]) == cli.NOTHING_DONE
    assert cli.run(["erase", "F-001", "p1", "--ground", "request"]) == cli.DONE
    assert "in 2 filings" in capsys.readouterr().out
    assert HIS[0] in everything(sqlite_store)
    assert cli.run(["erase", "F-001", "p1", "--ground", "request", "--yes"]) == cli.DONE
    assert "court.backup" in capsys.readouterr().out
    assert HIS[0] not in everything(sqlite_store)
    with sqlite_store.read() as connection:
        [done] = list_erasures(connection)
    assert json.dumps(done.ground) == '"request"'
    assert cli.run(["audit", "verify"]) == cli.DONE
