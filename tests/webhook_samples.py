"""A court that screens and a receiver it may tell, with time as the test sets it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from serving_samples import NOW, Clock, loan
from webhook_receiver import Receiver

from features.intake.schema import parse_filing
from serving.screening.promoted import PromotedModel
from serving.webhooks.deliver import (
    Round,
    deliver_due,
)
from serving.webhooks.sending import Sender
from serving.webhooks.subscriptions import read_log, subscribe
from xiezhi.accounts.roles import sole_user
from xiezhi.clock import SECOND
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.webhooks import State

ADMIN = sole_user("root")
HOUR = 3600 * SECOND


@dataclass
class Court:
    """A court that screens, and a receiver it may tell."""

    store: Store
    receiver: Receiver
    clock: Clock = field(default_factory=Clock)
    secret: str = ""
    webhook_id: str = ""

    @property
    def hosts(self) -> str:
        return f"127.0.0.1:{self.receiver.port}"

    def subscribe(self, *events: str, courts: tuple[str, ...] = ()) -> str:
        hook, self.secret = subscribe(
            self.store, self.receiver.url, events=events, courts=courts, hosts=self.hosts, by=ADMIN, at=NOW
        )
        self.webhook_id = hook.webhook_id
        return hook.webhook_id

    def screen(self, number: int, **more: Any) -> str:
        """The flag of a filing that comes in now."""
        filing = parse_filing(loan(f"F-{number:03}", "2026-11-20T09:00", 3_000_000, **more), Settings())
        model = PromotedModel(self.store, Settings())
        return model.keep(filing, source="test", scored_at=self.clock())[0].screening_id

    def deliver(self, patience: float = 60.0) -> Round:
        sender = Sender(self.hosts, patience)
        try:
            return deliver_due(self.store, sender, self.clock, lambda: 1.0)
        finally:
            sender.close()

    def log(self) -> list[tuple[State, list[tuple[int | None, str]]]]:
        """State and attempts of every message, oldest first."""
        rows = read_log(self.store, self.webhook_id, None, by=ADMIN)
        return [(m.state, [(a.status, a.fault) for a in attempts]) for m, attempts in rows][::-1]

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(heard.body) for heard in self.receiver.heard]
