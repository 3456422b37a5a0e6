"""Other people's programs: a client generated from our document, and the example, against a real server."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import open_accounts, password_of
from serving_live import serve
from serving_samples import NOW, loan, promote_toy

from serving.app import build_app
from serving.jobs.worker import working_beside
from serving.parts import Parts
from serving.screening.promoted import PromotedModel
from xiezhi.clock import Moment
from xiezhi.settings import Settings
from xiezhi.store import Store

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "api_client" / "screen_filings.py"
PACKAGE = "generated_court_client"


@pytest.fixture
def clock(sqlite_store: Store) -> Callable[[], Moment]:
    promote_toy(sqlite_store, Settings())
    ticks = count(NOW)
    return lambda: next(ticks)


def parts_of(store: Store, clock: Callable[[], Moment]) -> Parts:
    return Parts(store, Settings(), PromotedModel(store, Settings()), clock)


@pytest.fixture
def generated(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Modules of a client made of the document by openapi-python-client, by name."""
    settings = Settings()
    app = build_app(sqlite_store, settings, PromotedModel(sqlite_store, settings), hosts=None)
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(app.openapi(), ensure_ascii=False), encoding="utf-8")
    tools = Path(sys.executable).parent
    made = subprocess.run(
        [tools / "openapi-python-client", "generate", "--path", document, "--output-path", tmp_path / PACKAGE,
         "--meta", "none", "--fail-on-warning"],
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout
    monkeypatch.syspath_prepend(tmp_path)
    for name in [m for m in sys.modules if m.split(".")[0] == PACKAGE]:
        monkeypatch.delitem(sys.modules, name)
    return lambda name: importlib.import_module(f"{PACKAGE}{name}")


def test_a_generated_client_screens_reads_flags_and_decides(
    sqlite_store: Store, clock: Callable[[], Moment], generated: Callable[[str], Any]
) -> None:
    models = generated(".models")
    with (
        serve(sqlite_store, clock) as address,
        generated("").Client(base_url=address, raise_on_unexpected_status=True) as client,
    ):
        filing = models.FilingIn.from_dict(loan("F-001", "2026-11-20T09:00", 3_000_000))
        screen = generated(".api.screenings.post_screening").sync_detailed
        first = screen(client=client, body=filing, idempotency_key="one")
        assert (first.status_code, first.parsed.band) == (201, "review")
        assert screen(client=client, body=filing, idempotency_key="one").parsed == first.parsed
        page = generated(".api.flags.get_flags").sync(client=client, band="review")
        assert [flag.screening_id for flag in page.items] == [first.parsed.screening_id]
        assert page.items[0].reasons[0].text.zh
        read = generated(".api.filings.get_filing").sync_detailed("F-001", client=client)
        decide = generated(".api.flags.post_decision").sync_detailed
        asked = models.DecisionIn(
            decision=models.DecisionInDecision("cleared"), reason="转账凭证属实", decided_by="李法官"
        )
        made = decide(page.items[0].screening_id, client=client, body=asked, if_match=read.headers["etag"])
        assert (made.status_code, made.parsed.decision) == (201, "cleared")
        late = decide(page.items[0].screening_id, client=client, body=asked, if_match=read.headers["etag"])
        assert (late.status_code, late.parsed.code) == (412, "changed-since")


def test_a_generated_client_follows_a_job(
    sqlite_store: Store, clock: Callable[[], Moment], generated: Callable[[str], Any]
) -> None:
    models, types = generated(".models"), generated(".types")
    text = "\n".join(json.dumps(loan(f"F-{n:03}", "2026-11-20T09:00", n * 1e6)) for n in range(1, 4))
    with (
        serve(sqlite_store, clock) as address,
        working_beside(parts_of(sqlite_store, clock)),
        generated("").Client(base_url=address, raise_on_unexpected_status=True) as client,
    ):
        file = types.File(payload=text.encode(), file_name="filings.jsonl")
        job = generated(".api.jobs.post_job").sync(client=client, body=models.BodyPostJob(files=[file]))
        results: list[Any] = []
        cursor = None
        while cursor is not types.UNSET:
            page = generated(".api.jobs.get_results").sync(job.job_id, client=client, cursor=cursor)
            results += page.items
            cursor = page.next_ if page.next_ is not None else types.UNSET
    assert sorted((r.row, r.filing_id, r.code) for r in results) == [
        (n, f"F-{n:03}", "screened") for n in range(1, 4)
    ]


def run_example(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", EXAMPLE, *arguments],
        capture_output=True, text=True, timeout=60, encoding="utf-8",
    )  # fmt: skip


def test_the_example_screens_a_file(
    sqlite_store: Store, clock: Callable[[], Moment], tmp_path: Path, quick_passwords: None
) -> None:
    file = tmp_path / "filings.jsonl"
    records = [loan("F-001", "2026-11-20T09:00", 80_000), loan("F-002", "2026-11-21T09:00", 3e6)]
    file.write_text("\n".join([*map(json.dumps, records), "{"]), encoding="utf-8")
    secret = tmp_path / "password"
    secret.write_text(password_of("sun") + "\n", encoding="utf-8")
    with serve(sqlite_store, clock) as address, working_beside(parts_of(sqlite_store, clock)):
        told = run_example(address, str(file), "--language", "en")
        assert told.returncode == 0, told.stderr
        lines = sorted(told.stdout.splitlines())
        assert lines[0] == "filings.jsonl:1  F-001  none"
        assert lines[1].startswith("filings.jsonl:2  F-002  review")
        assert lines[2].startswith("filings.jsonl:3  not-json  ")
        assert sorted(run_example(address, str(file), "--language", "en").stdout.splitlines()) == lines
        open_accounts(sqlite_store, "sun")
        refused = run_example(address, str(file), "--language", "en")
        assert (refused.returncode, refused.stderr) == (1, "login-required: Log in first.\n")
        known = run_example(
            address, str(file), "--language", "en", "--name", "sun", "--password-file", str(secret)
        )
        assert sorted(known.stdout.splitlines()) == lines, known.stderr
