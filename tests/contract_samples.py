"""A service in which something of everything the API tells of has happened, under the ids of the document's examples."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from job_samples import Office, lines
from serving_samples import loan
from starlette.testclient import TestClient

from features.intake.schema import parse_filing
from serving.access import COOKIE
from serving.api.examples import EXAMPLES
from serving.app import build_app
from xiezhi.accounts.administer import add_user
from xiezhi.accounts.roles import ROLES
from xiezhi.accounts.sessions import log_in
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.jobs import Job
from xiezhi.store.judgements import MentionRef
from xiezhi.store.proposals import Effect, Evidence, Part, Proposal, Step, replace_proposals

PASSWORD = "four plain words here"
FILING_ID = EXAMPLES["FilingIn"]["filing_id"]
FALSE = {"decision": "false", "measures": ["referred"], "grounds": ["collusion"]}

MADE: Mapping[str, tuple[str, str]] = {
    "webhook_id": ("webhooks", "WebhookIn"),
    "contest_id": (f"filings/{FILING_ID}/contests", "ContestIn"),
    "recusal_no": ("recusals", "RecusalIn"),
    "off_no": ("time-off", "TimeOffIn"),
    "correction_id": ("corrections", "CorrectionIn"),
}
"""Parameter of a path -> where what it names is made, and the body's schema."""

BEFORE: Mapping[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "answers": (("decisions", "DecisionIn", FALSE),),
    "reopenings": (("decisions", "DecisionIn", {}),),
    "referrals": (("decisions", "DecisionIn", FALSE), ("answers", "AnswerIn", {})),
}
"""What is done to a flag before: where, the body's schema, and how it differs from the example."""


class Service:
    """A service with flags, a job, and whoever asks: anybody, or with accounts `li`, who has every role."""

    def __init__(self, store: Store, *, accounts: bool) -> None:
        self._office = Office(store)
        self._numbers = count(1)
        self._store = store
        settings = Settings(webhook_hosts="cases.court.example")
        self.app = build_app(store, settings, self._office.model, hosts=None, clock=self._office.tick)
        self._people: dict[str, dict[str, str]] = {"li": {}, "wang": {}}
        if accounts:
            root = None
            for name in ("root", *self._people):
                made = add_user(
                    store, name, display_name=name, roles=sorted(ROLES), password=PASSWORD, by=root, at=1
                )
                root = root or made
            for name in self._people:
                self._people[name][COOKIE] = log_in(store, name, PASSWORD, self._office.tick())[1]
        job = self._ask_for_job()
        self._office.work()
        flag = next(row.screening_id for row in self._office.rows(job) if row.band == "review")
        assert flag is not None
        self._propose()
        told = self._ask("li", "GET", f"filings/{FILING_ID}")
        entity = told["links"][0]["entity_id"]
        self._ids = {"filing_id": FILING_ID, "screening_id": flag, "job_id": job.job_id, "entity_id": entity}
        self._ids |= {"proposal_id": "M-1", "correction_id": self._make("correction_id")}

    @property
    def cookies(self) -> dict[str, str]:
        """Of who asks."""
        return self._people["li"]

    def ids_for(self, method: str, path: str) -> dict[str, str]:
        """What the parameters of `path` name, made anew where the operation may change it."""
        known = {name: i for name, i in self._ids.items() if f"{{{name}}}" in path}
        if method == "POST" and path.startswith("/api/v1/flags/"):
            known["screening_id"] = self._flag_for(path.rpartition("/")[2])
        if path.endswith("/cancel"):
            known["job_id"] = self._ask_for_job().job_id
        return known | {
            name: self._make(name) for name in MADE if f"{{{name}}}" in path and name not in known
        }

    def _ask_for_job(self) -> Job:
        loans = [
            loan("F-2025-118", "2025-11-02T09:00", 80_000),
            loan(FILING_ID, "2026-10-20T09:00", 3_000_000),
        ]
        return self._office.ask(lines([*loans, "{"]), asked_by="li" if self.cookies else "")

    def _flag_for(self, act: str) -> str:
        """A new flag in the state in which `act` is done."""
        at = f"2026-11-{next(self._numbers):02}"
        filing = parse_filing(loan(f"F-{at}", f"{at}T09:00", 3_000_000), Settings())
        flag = self._office.model.keep(filing, source="test", scored_at=self._office.tick())[0].screening_id
        who = "wang"
        for place, model, differs in BEFORE.get(act, ()):
            if place == "answers" and not self.cookies:  # without accounts there is no second person
                continue
            self._ask(who, "POST", f"flags/{flag}/{place}", EXAMPLES[model] | differs)
            who = "li"
        return flag

    def _make(self, name: str) -> str:
        place, model = MADE[name]
        return str(self._ask("wang", "POST", place, EXAMPLES[model])[name])

    def _ask(self, who: str, method: str, place: str, body: Mapping[str, Any] | None = None) -> Any:
        client = TestClient(self.app, cookies=self._people[who])
        answer = client.request(method, f"/api/v1/{place}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _propose(self) -> None:
        left, right = MentionRef("F-2025-118", "p2", "person"), MentionRef(FILING_ID, "p2", "person")
        proposal = Proposal(
            "M-1", "merge", "person", self._office.tick(), 0.9, (Part("e1", (left,)), Part("e2", (right,))),
            Evidence(left, right, 3.5, (Step("name", "same", 3.5),)), Effect(2, 2, (FILING_ID,)),
        )  # fmt: skip
        with self._store.write() as connection:
            replace_proposals(connection, [proposal])
