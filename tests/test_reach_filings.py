"""Two courts in one home: filings, papers, jobs and the trail of the other are not there for whoever is bound to one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from reach_samples import API, OURS, PASSWORD, ROOT, THEIRS, Home, code, two_courts
from serving_samples import NOW, loan
from sqlalchemy import update

from features.intake.schema import parse_filing
from features.normalise.courts import court_name
from serving.access import FILING_OF
from serving.casework.attachments import attach
from serving.jobs.ask import ask_for
from serving.jobs.run import claim, run_job
from xiezhi.accounts.administer import add_user, set_courts
from xiezhi.accounts.keys import add_key
from xiezhi.accounts.reach import courts_of_account, require_own
from xiezhi.clock import DAY
from xiezhi.errors import NotPermitted
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import read_entries
from xiezhi.store.audit_reach import foreign_entries
from xiezhi.store.contests import open_contests
from xiezhi.store.jobs import InputFile, results_of
from xiezhi.store.tables import screenings

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def two(sqlite_store: Store) -> Home:
    """See `two_courts`."""
    return two_courts(sqlite_store)


def test_similar_filings_of_another_court_are_told_without_a_link(two: Home) -> None:
    page = two.enter("li").get("/filings/O-001?lang=en").text
    section = page[page.index('id="similar"') :].split("</section>")[0]
    assert "/filings/O-002" in section
    assert "(2026)甘0602民初T-001号" in section, "their number"
    assert court_name(THEIRS) in section
    assert "/T-001" not in section, "and no way there"
    free = two.enter("zhang").get("/filings/O-001?lang=en").text
    assert "/filings/T-001" in free[free.index('id="similar"') :].split("</section>")[0]


def test_compare_and_attachments_are_named_in_their_paths(two: Home) -> None:
    li, zhang = two.enter("li"), two.enter("zhang")
    file = attach(
        two.store, Settings(), "T-001", name="a.pdf", content=b"%PDF-1.7 x", by="wang", at=NOW + DAY
    )
    assert {"filing_id", "other_id", "attachment_id"} <= FILING_OF.keys()
    for path in ("/filings/O-001/compare/T-001", f"/attachments/{file.attachment_id}"):
        assert li.get(path).status_code == 404
        assert zhang.get(path).status_code == 200
    assert li.get("/filings/O-001/compare/O-002").status_code == 200
    sent = {"file": ("b.pdf", b"%PDF-1.7 y")}
    assert li.post("/filings/T-001/attachments", files=sent).status_code == 404


def mixed() -> tuple[InputFile, list[dict[str, Any]]]:
    """Ours, theirs, and one of theirs said to be ours."""
    rows = [
        loan("O-101", "2026-11-10T09:00", 9_000),
        loan("T-101", "2026-11-10T10:00", 9_000, court=THEIRS),
        loan("T-001", "2026-11-10T11:00", 9_000),
    ]
    return InputFile("f.jsonl", "\n".join(json.dumps(r) for r in rows).encode()), rows


def test_a_job_keeps_the_rows_of_its_court(two: Home) -> None:
    file, _ = mixed()
    token = add_key(two.store, "efiling", scopes=["screen"], courts=[OURS], expires_at=None, by=ROOT, at=NOW)
    assert token
    codes = {}
    for asker in ("clerk", "key:efiling", "zhang"):
        job = ask_for(two.store, "screen", [file], source="api", asked_by=asker, at=two.parts.now())
        held = claim(two.parts, "w", job.job_id)
        assert held is not None
        assert run_job(two.parts, held, "w").state == "done"
        with two.store.read() as connection:
            codes[asker] = [one.row.code for one in results_of(connection, job.job_id, 0, 10)]
    assert codes == {
        "clerk": ["screened", "court-foreign", "court-foreign"],
        "key:efiling": ["screened-before", "court-foreign", "court-foreign"],
        "zhang": ["screened-before", "screened", "screened"],
    }


def test_what_is_typed_at_the_desk_is_of_its_court(two: Home) -> None:
    clerk, (_, (own, foreign, taken)) = two.enter("clerk"), mixed()
    for filing in (foreign, taken):
        told = clerk.post("/desk?lang=en", data=typed(filing))
        assert told.status_code == 403
        assert "its own court hands it in" in told.text
        assert filing["filing_id"] in told.text, "what was typed is kept"
        assert code(clerk.post(f"{API}/screenings", json=filing)) == (403, "court-foreign")
    answer = clerk.post("/desk", data=typed(own))
    assert (answer.status_code, answer.headers["location"][:14]) == (303, "/desk/answers/")
    file = {"files": ("f.jsonl", mixed()[0].content)}
    page = clerk.post("/desk/uploads", files=file).headers["location"]
    rows = clerk.get(f"{page.split('?')[0]}/results.csv").text
    assert [rows.count(word) for word in ("court-foreign", "screened")] == [2, 1]


def typed(filing: dict[str, Any]) -> dict[str, str]:
    """As the form of the desk sends it."""
    return {
        **{name: str(filing[name]) for name in ("filing_id", "court", "filed_at", "cause", "claim_amount")},
        "family": "private_loan", "facts": "借款未还。", "claims": "还款。",
        "parties.0.role": "plaintiff", "parties.0.kind": "person", "parties.0.name": "赵一",
        "parties.1.role": "defendant", "parties.1.kind": "person", "parties.1.name": "钱二",
    }  # fmt: skip


def test_own_and_others_filings(two: Home) -> None:
    _, (own, foreign, taken) = mixed()
    for filing in (own, foreign, taken):
        require_own(two.store, (), parse_filing(filing, Settings()))
    require_own(two.store, {OURS}, parse_filing(own, Settings()))
    for filing in (foreign, taken):
        with pytest.raises(NotPermitted):
            require_own(two.store, {OURS}, parse_filing(filing, Settings()))
    assert courts_of_account(two.store, "clerk") == {OURS}
    assert courts_of_account(two.store, "zhang") == courts_of_account(two.store, "") == frozenset()


def test_the_trail_tells_of_what_is_within_reach(two: Home) -> None:
    add_user(two.store, "wu", display_name="wu", roles=["auditor"], password=PASSWORD, by=ROOT, at=2)
    set_courts(two.store, "wu", [OURS], by=ROOT, at=3)
    judge = two.enter("zhang")
    for name in ("O-001", "T-001"):
        path = f"/filings/{name}"
        assert judge.get(path).status_code == 200
        assert judge.post(f"{path}/notes", data={"text": "已核对"}).status_code == 303
        form = {"party_id": "p1", "about": "flag", "text": "出借属实"}
        assert judge.post(f"{path}/contests", data=form).status_code == 303
        assert judge.get(f"{path}/sheet").status_code == 200
    with two.store.read() as connection:
        contest = open_contests(connection, 9)[-1]
    assert contest.filing_id == "T-001"
    answer = {"outcome": "not_upheld", "reason": "凭证齐备"}
    assert judge.post(f"/contests/{contest.contest_id}/answers", data=answer).status_code == 303
    wu = two.enter("wu")
    with two.store.read() as connection:
        entries = list(read_entries(connection))
        foreign = foreign_entries(connection, entries, {OURS})
        assert foreign_entries(connection, entries, ()) == set()
    acts = {entry.action for entry in entries if entry.entry_no in foreign}
    assert {"score", "saw", "note", "contest", "contest_answer", "sheet", "exported_page"} <= acts
    assert {entry.subject for entry in entries if entry.entry_no in foreign} & {two.flags["O-001"]} == set()
    page = wu.get("/court/audit?lang=en").text
    assert two.flags["O-001"] in page
    assert two.flags["T-001"] not in page
    assert page.count("a filing of another court") == sum(entry.entry_no in foreign for entry in entries)
    assert "bound to courts" in page
    rows = wu.get("/court/audit", params={"subject": two.flags["T-001"]}).text
    assert '<th scope="row"' not in rows, "that it is there is not told either"
    assert '<th scope="row"' in wu.get("/court/audit", params={"subject": two.flags["O-001"]}).text
    assert "The trail is whole" in wu.post("/court/audit?lang=en", data={"head": ""}).text
    assert wu.get("/court/audit/trail.jsonl").status_code == 403
    with two.store.write() as connection:
        connection.execute(update(screenings).where(screenings.c.filing_id == "T-001").values(risk=0.0))
    broken = wu.post("/court/audit?lang=en", data={"head": ""}).text
    assert "a filing of another court" in broken
    assert two.flags["T-001"] not in broken
