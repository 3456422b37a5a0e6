"""Jobs: done once whatever happens to the workers, followed by whoever asked, forgotten when they are over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from threading import Event, Thread
from time import sleep

import pytest
from job_samples import Killed, Office, lines, some_loans
from serving_samples import loan
from sqlalchemy import func, select, text

from serving.jobs.ask import ask_for, cancel_job, read_job
from serving.jobs.kinds import KINDS
from serving.jobs.run import LEASE, MOST_CLAIMS, claim
from serving.jobs.worker import working_beside
from xiezhi.errors import Conflict, InputError, NotFound
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.advisory import TURN
from xiezhi.store.audit import read_entries
from xiezhi.store.jobs import InputFile, JobRow, find_job, list_jobs, results_in_order
from xiezhi.store.tables import filings, job_inputs, screenings
from xiezhi.store.turn import take_turn


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


@pytest.fixture
def local(sqlite_store: Store) -> Office:
    return Office(sqlite_store)


def count_of(office: Office, table: object) -> int:
    with office.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_every_record_has_its_row_and_time_decides_the_order(office: Office) -> None:
    early, late = loan("F-001", "2026-10-01T09:00", 80_000), loan("F-002", "2026-10-02T09:00", 3e6)
    event = {"filing_id": "F-001", "kind": "answered", "at": "2026-10-20"}
    bad = loan("F-003", "2026-10-03T09:00", -5)
    job = office.ask(lines([late, "{", event, bad, early]))
    ended = office.work()
    assert ended is not None
    assert (ended.job_id, ended.state, ended.done, ended.total) == (job.job_id, "done", 5, 5)
    assert [(r.row, r.code, r.filing_id, r.field) for r in office.rows(job)] == [
        (2, "not-json", None, "record"),
        (3, "other-record", None, None),
        (4, "negative", None, "claim_amount"),
        (5, "screened", "F-001", None),
        (1, "screened", "F-002", None),
    ]
    assert {r.file for r in office.rows(job)} == {"filings.jsonl"}, "not the folder it was spooled in"
    assert all(r.zh and r.en for r in office.rows(job))
    with office.store.read() as connection:
        assert [r.row.row for r in results_in_order(connection, job.job_id)] == [1, 2, 3, 4, 5]
    assert [r.band for r in office.rows(job) if r.filing_id] == ["none", "review"]
    assert office.work() is None
    again = office.ask(lines([early, late]))
    office.work()
    assert [r.code for r in office.rows(again)] == ["screened-before"] * 2
    assert count_of(office, screenings) == count_of(office, filings) == 2


def test_the_input_is_sealed_and_forgotten_when_the_job_has_ended(office: Office) -> None:
    office.ask(lines(some_loans(1)), lines(some_loans(2), "more.jsonl"))
    with office.store.read() as connection:
        kept = "".join(connection.execute(select(job_inputs.c.content)).scalars())
    assert kept.startswith("sealed:")
    assert "62070219880101123X" not in kept
    office.work()
    assert count_of(office, job_inputs) == 0


def test_spreadsheets_and_tables_are_read_as_at_the_desk(local: Office) -> None:
    tables = (
        InputFile("filings.csv", "filing_id,court,filed_at,cause\nC-1,甘0702,2026-10-01,民间借贷纠纷\n".encode("gb18030")),
        InputFile("parties.csv", "filing_id,role,kind,name\nC-1,plaintiff,person,周明礼\nC-1,defendant,person,陈大海\n".encode()),
    )  # fmt: skip
    job = local.ask(*tables)
    local.work()
    assert [(r.file, r.row, r.code, r.filing_id) for r in local.rows(job)] == [
        ("filings.csv", 2, "screened", "C-1")
    ]
    wrong = local.ask(InputFile("../../etc/list.exe", b"MZ"))
    local.work()
    assert [(r.file, r.code) for r in local.rows(wrong)] == [("list.exe", "unknown-format")]
    beside = InputFile("g.jsonl", json.dumps(loan("J-2", "2026-10-05", 5)).encode())
    packed = local.ask(InputFile("a/F.Parquet", b"PAR1"), beside)
    local.work()
    assert [(r.file, r.code) for r in local.rows(packed)] == [
        ("F.Parquet", "not-uploaded"),
        ("g.jsonl", "screened"),
    ]
    alone = local.ask(InputFile("f.parquet", b"PAR1"))
    local.work()
    assert [r.code for r in local.rows(alone)] == ["not-uploaded"]
    whole = local.ask(InputFile("one.json", json.dumps(loan("J-1", "2026-10-05", 5)).encode()))
    local.work()
    assert [(r.row, r.filing_id) for r in local.rows(whole)] == [(1, "J-1")]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_killed_workers_job_goes_on_where_it_stopped(office: Office, moment: str, at: int) -> None:
    job = office.ask(lines(["{", *some_loans(5)]))

    def die(number: int) -> None:
        if number == at:
            raise Killed

    setattr(office.model, moment, die)
    with pytest.raises(Killed):
        office.work("killed")
    assert office.work("early") is None, "its lease is not over"
    office.now += LEASE
    ended = office.work("next")
    assert ended is not None
    assert (ended.state, ended.done, ended.total) == ("done", 6, 6)
    rows = office.rows(job)
    assert sorted(r.row_no for r in rows) == [0, 1, 2, 3, 4, 5], "nothing lost, nothing twice"
    assert [r.code for r in rows] == ["not-json", *["screened"] * 5]
    assert count_of(office, screenings) == 5
    assert office.model.kept.count(f"F-00{at}") == 2, "it was at this one when it was killed"
    assert len(office.model.kept) == 6, "and did no other again"


def test_who_lost_his_lease_keeps_nothing_more(office: Office) -> None:
    job = office.ask(lines(some_loans(3)))

    def fall_asleep(number: int) -> None:
        if number == 2:
            office.now += 2 * LEASE
            ended = office.work("quick")
            assert ended is not None
            assert ended.state == "done"

    office.model.after = fall_asleep
    slow = office.work("slow")
    assert slow is not None
    assert (slow.state, slow.worker, slow.done) == ("done", "quick", 3)
    assert [r.code for r in office.rows(job)] == ["screened"] * 3
    assert count_of(office, screenings) == 3


def test_a_job_is_claimed_by_one_worker(office: Office) -> None:
    asked = {office.ask(lines(some_loans(1), f"{n}.jsonl")).job_id for n in range(12)}
    claimed: list[str] = []
    ready = Event()

    def grab(worker: str) -> None:
        ready.wait()
        while (job := claim(office.parts, worker)) is not None:
            claimed.append(job.job_id)

    threads = [Thread(target=grab, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(asked), "each once"


def test_a_job_is_cancelled_after_the_row_it_is_at(office: Office) -> None:
    job = office.ask(lines(some_loans(4)))

    def cancel(number: int) -> None:
        if number == 2:
            cancel_job(office.store, job.job_id, "", office.tick())

    office.model.after = cancel
    ended = office.work()
    assert ended is not None
    assert (ended.state, ended.done, ended.total) == ("cancelled", 2, 4)
    assert [r.filing_id for r in office.rows(job)] == ["F-001", "F-002"], "what was done is told"
    with pytest.raises(Conflict):
        cancel_job(office.store, job.job_id, "", office.tick())
    office.now += 2 * LEASE
    assert office.work() is None
    waiting = office.ask(lines(some_loans(1)))
    cancel_job(office.store, waiting.job_id, "", office.tick())
    assert office.work() is None
    assert count_of(office, job_inputs) == 0


def test_one_record_that_fails_here_leaves_the_others_their_turn(local: Office) -> None:
    def stumble(number: int) -> None:
        if number == 2:
            raise ZeroDivisionError

    local.model.before = stumble
    job = local.ask(lines(some_loans(3)))
    ended = local.work()
    assert ended is not None
    assert ended.state == "done"
    assert [r.code for r in local.rows(job)] == ["screened", "row-failed", "screened"]


def test_a_job_that_ends_its_workers_is_given_up(local: Office) -> None:
    def die(_number: int) -> None:
        raise Killed

    job = local.ask(lines(some_loans(2)))
    local.model.before = die
    for _ in range(MOST_CLAIMS):
        with pytest.raises(Killed):
            local.work()
        local.now += LEASE
    ended = local.work()
    assert ended is not None
    assert (ended.state, ended.code) == ("failed", "job-stuck")
    assert ended.zh
    assert ended.en
    assert local.rows(job) == []


def test_a_job_too_large_is_told_so(local: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.jobs.screen.MOST_RECORDS", 2)
    local.ask(lines(some_loans(3)))
    ended = local.work()
    assert ended is not None
    assert (ended.state, ended.code, ended.done) == ("failed", "too-many", 0)


def test_a_job_is_its_askers_alone(local: Office) -> None:
    mine, other = (
        local.ask(lines(some_loans(1)), asked_by="li"),
        local.ask(lines(some_loans(1)), asked_by="wu"),
    )
    assert read_job(local.store, mine.job_id, "li").input_digest == other.input_digest
    refused: list[Callable[[], object]] = [
        lambda: read_job(local.store, other.job_id, "li"),
        lambda: cancel_job(local.store, other.job_id, "li", 1),
        lambda: read_job(local.store, "j404", "li"),
    ]
    for act in refused:
        with pytest.raises(NotFound):
            act()
    with local.store.read() as connection:
        assert [job.job_id for job in list_jobs(connection, "li", None, 10)] == [mine.job_id]
        told = [(e.action, e.actor, e.subject, e.content) for e in read_entries(connection)]
    assert ("job_asked", "li", mine.job_id, mine.input_digest) in told
    for files in ([], [InputFile("a.csv", b" \n")], [InputFile("a.csv", b"x")] * 21):
        with pytest.raises(InputError):
            ask_for(local.store, "screen", files, source="api", asked_by="li", at=1)


def test_every_kind_has_its_words() -> None:
    assert all(name == kind.name and kind.zh and kind.en for name, kind in KINDS.items())


def test_a_turn_is_one_workers_in_other_processes_too(office: Office) -> None:
    inside = Event()

    def enter() -> None:
        with take_turn(office.store):
            inside.set()

    thread = Thread(target=enter)
    other = open_store(Settings())
    try:
        if other.engine.dialect.name == "postgresql":
            with other.engine.connect() as connection:
                connection.execute(text(f"SELECT pg_advisory_lock({TURN})"))
                thread.start()
                assert not inside.wait(0.3)
        else:
            holder = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
            path = f"{other.engine.url.database}-turn"
            with subprocess.Popen(
                [sys.executable, "-c", holder, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as held:
                assert held.stdout is not None
                held.stdout.readline()
                thread.start()
                assert not inside.wait(0.3)
                held.communicate(b"\n")
    finally:
        other.close()
    assert inside.wait(120)
    thread.join()


STOPPED_AT_A_ROW = """
import os, signal
from serving.screening import promoted
from xiezhi.cli import run
keep, asked = promoted.screen_and_keep, []
def keep_and_be_told(*given, **more):
    asked.append(given)
    if len(asked) == 3:
        os.kill(os.getpid(), signal.SIGTERM)
    return keep(*given, **more)
promoted.screen_and_keep = keep_and_be_told
raise SystemExit(run(["worker"]))
"""
"""`xiezhi worker`, told to stop when it has begun its third row."""


def test_the_command_finishes_its_row_when_it_is_told_to_stop(local: Office) -> None:
    job = local.ask(lines(some_loans(5)))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    stopped = subprocess.run(
        [sys.executable, "-c", STOPPED_AT_A_ROW], capture_output=True, env=environment, check=False
    )
    assert stopped.returncode == 0, stopped.stderr
    assert f"{job.job_id} running".encode() in stopped.stderr
    assert [r.filing_id for r in local.rows(job)] == ["F-001", "F-002", "F-003"]
    assert count_of(local, screenings) == 3, "no row was left half done"
    with local.store.read() as connection:
        left = find_job(connection, job.job_id)
    assert left is not None
    assert left.leased_until is not None
    local.now = left.leased_until
    ended = local.work("next")
    assert ended is not None
    assert (ended.state, ended.done) == ("done", 5)
    assert local.model.kept == ["F-004", "F-005"], "nothing is done again"


def test_a_server_works_beside(local: Office) -> None:
    with working_beside(local.parts):
        job = local.ask(lines(some_loans(2)))
        for _ in range(2_400):
            if read_job(local.store, job.job_id, "").ended:
                break
            sleep(0.05)
    assert [type(r) for r in local.rows(job)] == [JobRow, JobRow]
