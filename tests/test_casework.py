"""Work on a case: similar filings, differences, histories as of filing, verifications, notes, attachments."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from casework_samples import RARE, client_of, fill, opened
from hypothesis import given
from hypothesis import strategies as st
from serving_samples import NOW

from serving.casework.attachments import LARGEST, attach, fetch, sniff
from serving.casework.checks import tick_off
from serving.casework.compare import compare_filings
from serving.casework.differences import compare_texts
from serving.casework.notes import withdraw_note, write_note
from serving.file_names import clean_name
from serving.rare import mark_rare
from serving.web.histories import LEFT, draw_history
from xiezhi.audit.check import check_store
from xiezhi.backup.keep import back_up, restore
from xiezhi.clock import parse_moment
from xiezhi.errors import Conflict, InputError, NotFound, StoreError
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.audit import newest_entries

TEXTS = st.text(alphabet="原告借款。，；0123\n甲乙丙𠮷", max_size=120)


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_difference_are_the_texts(left: str, right: str) -> None:
    found = compare_texts(left, right)
    assert "".join(piece.text for piece in found.left) == left
    assert "".join(piece.text for piece in found.right) == right
    same = ["".join(p.text for p in side if p.mark == "same") for side in (found.left, found.right)]
    assert same[0] == same[1]
    assert 0 <= found.ratio <= 1
    assert (found.ratio == 1) == (left == right)
    assert {p.mark for p in found.left} <= {"same", "left"}
    assert {p.mark for p in found.right} <= {"same", "right"}


def test_only_what_differs_is_marked() -> None:
    found = compare_texts("借款30000元，现金交付。利息另计。", "借款50000元，现金交付。")
    assert [p.text for p in found.left if p.mark == "left"] == ["3", "利息另计。"]
    assert [p.text for p in found.right if p.mark == "right"] == ["5"]


def test_a_long_text_is_compared_by_phrase() -> None:
    text = "".join(f"原告与被告签订第{n}号合同，" for n in range(900))
    found = compare_texts(text, "补充：" + text)
    assert found.right[0].text == "补充："
    assert found.ratio > 0.99
    longer = compare_texts(text * 3, text * 3 + "完")
    assert "".join(piece.text for piece in longer.right) == text * 3 + "完"


def test_similar_filings_are_earlier_or_later(store: Store) -> None:
    fill(store)
    _, work = opened(store)
    earlier = {one.stored.filing.filing_id: one for one in work.similar.earlier}
    assert set(earlier) == {"F-001", "F-002"}, "the bank tells another story"
    assert {one.stored.filing.filing_id for one in work.similar.later} == {"F-004"}
    one = earlier["F-001"]
    assert {"plaintiff", "defendant", "agent", "cause", "court"} == set(one.agree)
    assert one.wording is not None
    assert 0.9 < one.wording < 1
    assert work.similar.total == 3


def test_a_comparison_masks_numbers_and_names_what_differs(sqlite_store: Store) -> None:
    fill(sqlite_store)
    found = compare_filings(sqlite_store, "F-003", "F-001")
    differing = {pair.name for pair in found.fields if pair.differs}
    assert {"claim_amount", "filed_at", "parties", "element:principal_agreed"} <= differing
    assert "agents" not in differing
    assert found.left.parties[0].id_number == "**************123X"
    with pytest.raises(NotFound):
        compare_filings(sqlite_store, "F-003", "F-999")


def test_histories_are_as_of_filing(store: Store) -> None:
    fill(store)
    _, work = opened(store)
    by_name = {one.name: one for one in work.histories}
    assert by_name["周明礼"].count == 2
    assert by_name["周明礼"].outcomes == {"withdrawn": 1, "mediated": 1}
    assert by_name["陈大海"].outcomes == {"pending": 1, "withdrawn": 1, "mediated": 1}
    assert by_name["陈大海"].sides == {"defendant": 3}
    assert RARE not in by_name, "who appears for the first time has no history"
    first = opened(store, "F-001")[1]
    assert first.histories == ()


def test_the_creditor_who_is_not_in_the_room_is_named(store: Store) -> None:
    fill(store)
    _, work = opened(store)
    (owed,) = work.owed
    assert owed.creditors == ("张掖甘州农村商业银行股份有限公司",)
    assert owed.outcome == "pending", "that it was paid became known after the filing"
    assert "S16" in {item.key for item in work.items}
    assert opened(store, "B-001")[1].owed[0].creditors == ("周明礼",), (
        "for the bank, the others are the pair's suits"
    )


def test_items_have_grounds_and_keep_every_result(store: Store) -> None:
    fill(store)
    _, work = opened(store)
    assert all(item.basis["instrument"] for item in work.items)
    assert {item.kind for item in work.items} == {"step", "sign", "owed"}
    key = work.items[0].key
    tick_off(store, "F-003", item=key, result="open", note="", by="李伟", at=NOW)
    tick_off(store, "F-003", item=key, result="clear", note="看过原件", by="李伟", at=NOW + 1)
    item = next(item for item in opened(store)[1].items if item.key == key)
    assert [check.result for check in item.told] == ["open", "clear"]
    assert item.latest is not None
    assert item.latest.note == "看过原件"


@pytest.mark.parametrize(
    ("item", "result", "by"), [("S10", "guilty", "李伟"), ("", "clear", "李伟"), ("S10", "clear", " ")]
)
def test_a_result_needs_an_item_and_a_person(sqlite_store: Store, item: str, result: str, by: str) -> None:
    fill(sqlite_store)
    with pytest.raises(InputError):
        tick_off(sqlite_store, "F-003", item=item, result=result, note="", by=by, at=NOW)


def test_a_note_is_taken_back_and_stays(store: Store) -> None:
    fill(store)
    note = write_note(store, "F-003", text=" 已电话联系 ", by="李伟", at=NOW)
    withdraw_note(store, "F-003", note.note_id, reason="记错", by="王芳", at=NOW + 1)
    (written,) = opened(store)[1].notes
    assert written.note.text == "已电话联系"
    assert written.withdrawn is not None
    assert written.withdrawn.text == "记错"
    with pytest.raises(Conflict):
        withdraw_note(store, "F-003", note.note_id, reason="再次", by="王芳", at=NOW + 2)
    with pytest.raises(NotFound):
        withdraw_note(store, "F-001", note.note_id, reason="他案", by="王芳", at=NOW + 2)
    with pytest.raises(NotFound):
        write_note(store, "F-999", text="x", by="李伟", at=NOW)
    with pytest.raises(InputError):
        write_note(store, "F-003", text="  ", by="李伟", at=NOW)


def test_everything_laid_beside_a_case_is_in_the_trail(store: Store) -> None:
    fill(store)
    settings = Settings()
    tick_off(store, "F-003", item="S10", result="clear", note="", by="李伟", at=NOW)
    write_note(store, "F-003", text="x", by="李伟", at=NOW)
    attach(store, settings, "F-003", name="a.pdf", content=b"%PDF-", by="李伟", at=NOW)
    with store.read() as connection:
        assert check_store(connection).whole
        told = [entry.action for entry in newest_entries(connection, 3)]
    assert told == ["check", "note", "attachment"]
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE case_notes SET text = 'y'")
    with store.read() as connection:
        assert [c.action for c in check_store(connection).changed] == ["note"]


def test_an_attachment_is_sealed_and_checked(sqlite_store: Store) -> None:
    fill(sqlite_store)
    settings, content = Settings(), b"%PDF-1.7 110101199003070257"
    row = attach(sqlite_store, settings, "F-003", name="借条.pdf", content=content, by="李伟", at=NOW)
    assert (row.kind, row.size, row.digest) == (
        "application/pdf",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    file = settings.home / "attachments" / row.digest[:2] / row.digest
    assert b"110101199003070257" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert fetch(sqlite_store, settings, row.attachment_id, by="li", at=NOW) == (row, content)
    with sqlite_store.read() as connection:
        assert newest_entries(connection, 1)[0].action == "downloaded"
    other = sqlite_store.vault.seal_bytes(b"something else")
    for harm, code in ((other, "attachment-changed"), (b"short", "sealed-damaged")):
        file.write_bytes(harm)
        with pytest.raises(StoreError) as told:
            fetch(sqlite_store, settings, row.attachment_id, by="", at=NOW)
        assert told.value.code == code
    file.unlink()
    with pytest.raises(StoreError, match="not in XIEZHI_HOME"):
        fetch(sqlite_store, settings, row.attachment_id, by="", at=NOW)
    for content in (b"", b"0" * (LARGEST + 1)):
        with pytest.raises(InputError):
            attach(sqlite_store, settings, "F-003", name="x", content=content, by="李伟", at=NOW)


def test_an_attachment_is_on_the_disk_before_its_row(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    happened: list[object] = []
    monkeypatch.setattr("os.fsync", lambda number: happened.append(os.fstat(number).st_ino))
    monkeypatch.setattr(
        "serving.casework.attachments.add_attachment", lambda _, row: happened.append(row.attachment_id)
    )
    settings = Settings()
    row = attach(sqlite_store, settings, "F-003", name="a", content=b"paper", by="李伟", at=NOW)
    file = settings.home / "attachments" / row.digest[:2] / row.digest
    written = [file, file.parent, file.parent.parent, settings.home]
    assert happened == [*(path.stat().st_ino for path in written), row.attachment_id]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("借条.pdf", "借条.pdf"),
        ("C:\\temp\\..\\note.docx", "note.docx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x\r\nSet-Cookie: a", "xSet-Cookie: a"),
        ("", "—"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("𠮷䶮.png", "𠮷䶮.png"),
    ],
)
def test_a_file_keeps_its_name_and_nothing_else(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<html><script>", "application/octet-stream"),
        (b"<svg onload=x>", "application/octet-stream"),
        (b"MZ", "application/octet-stream"),
    ],
)
def test_few_kinds_are_told(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


def test_attachments_are_in_the_backup(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    row = attach(sqlite_store, Settings(), "F-003", name="a", content=b"paper", by="李伟", at=NOW)
    back_up(sqlite_store, Settings(), tmp_path / "court.backup", NOW)
    monkeypatch.setenv("XIEZHI_SECRET_KEY", Settings().secret().decode())
    monkeypatch.setenv("XIEZHI_HOME", str(tmp_path / "other"))
    restore(Settings(), tmp_path / "court.backup")
    back = open_store(Settings())
    try:
        assert fetch(back, Settings(), row.attachment_id, by="", at=NOW) == (row, b"paper")
    finally:
        back.close()


def test_rare_characters_tell_their_code_point() -> None:
    assert str(mark_rare("<张𠮷>")) == '&lt;张<span class="rare" title="U+20BB7">𠮷</span>&gt;'
    assert str(mark_rare("周明礼")) == "周明礼"
    assert 'title="U+4DAE"' in mark_rare("䶮")


def test_the_pages_of_casework(sqlite_store: Store) -> None:
    fill(sqlite_store)
    client = client_of(sqlite_store)
    page = client.get("/filings/F-003").text
    assert 'href="/filings/F-003/compare/F-001"' in page
    assert "张掖甘州农村商业银行股份有限公司" in page
    compared = client.get("/filings/F-003/compare/F-001").text
    assert "<del>" in compared
    assert "<ins>" in compared
    assert "62070219880101123X" not in compared
    sent = {"item": "S10", "result": "doubt", "note": "<b>流水不符</b>", "by": "李伟"}
    answer = client.post("/filings/F-003/checks", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/filings/F-003#checks")
    client.post("/filings/F-003/notes", data={"text": "一条备注", "by": "李伟"})
    client.post("/filings/F-003/attachments", data={"by": "李伟"}, files={"file": ("借𠮷.html", b"<script>")})
    page = client.get("/filings/F-003").text
    assert "&lt;b&gt;流水不符" in page
    assert "一条备注" in page
    (row,) = opened(sqlite_store)[1].attachments
    assert row.digest in page
    got = client.get(f"/attachments/{row.attachment_id}")
    assert got.content == b"<script>"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%80%9F%F0%A0%AE%B7.html"


def test_a_slip_is_told_beside_the_form(sqlite_store: Store) -> None:
    fill(sqlite_store)
    client = client_of(sqlite_store)
    answer = client.post("/filings/F-003/notes?lang=en", data={"text": "written before", "by": ""})
    assert answer.status_code == 422
    assert "Give your name" in answer.text
    assert "written before</textarea>" in answer.text
    empty = client.post("/filings/F-003/attachments?lang=en", data={"by": "李伟"}, files={"file": ("a", b"")})
    assert (empty.status_code, "at most 20 MB" in empty.text) == (422, True)
    assert client.post("/filings/F-999/notes", data={"text": "x", "by": "y"}).status_code == 404
    assert client.get("/attachments/none").status_code == 404


def test_an_id_with_slashes_has_its_pages_too(sqlite_store: Store) -> None:
    fill(sqlite_store)
    client = client_of(sqlite_store)
    filing = {"filing_id": "2026/民初/1号", "court": "甘0702", "cause": "民间借贷纠纷"}
    assert parse_moment("2026-11-13", "Asia/Shanghai") < NOW
    parties = [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "周明礼"},
        {"party_id": "p2", "role": "defendant", "kind": "person", "name": "陈大海"},
    ]
    client.post("/api/v1/screenings", json={**filing, "filed_at": "2026-11-13T09:00", "parties": parties})
    own = "/filings/2026%2F%E6%B0%91%E5%88%9D%2F1%E5%8F%B7"
    for path in ("", "/compare/F-001", "/sheet"):
        assert client.get(own + path).status_code == 200
    sent = client.post(f"{own}/notes", data={"text": "x", "by": "y"})
    assert sent.headers["location"] == f"{own}#notes"


def test_a_mass_filer_is_counted_whole_and_listed_in_part(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    monkeypatch.setattr("serving.review.case.MOST_EARLIER", 1)
    monkeypatch.setattr("serving.casework.histories.MOST_LISTED", 2)
    by_name = {one.name: one for one in opened(sqlite_store)[1].histories}
    assert (by_name["陈大海"].count, len(by_name["陈大海"].filings)) == (3, 2)
    assert [past.earlier.filing_id for past in by_name["陈大海"].filings] == ["B-001", "F-002"]
    drawn = draw_history(by_name["陈大海"], NOW)
    assert [dot.side for dot in drawn.dots] == ["defendant", "defendant"]
    assert LEFT <= min(dot.x for dot in drawn.dots) <= max(dot.x for dot in drawn.dots) <= drawn.end
