"""Writes the docket in the filing format, and the truth in a folder of its own."""

from __future__ import annotations

import csv
import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from features.simulate.cases import Filed
from features.simulate.findings import Found
from features.simulate.noise import Typist
from features.simulate.proceedings import Event
from features.simulate.world import World

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Writer:
    """Open files of one docket. Nothing dated after ``last`` (the docket's end) is written."""

    def __init__(self, out: Path, world: World, last: datetime) -> None:
        self._world, self._last = world, last
        self._typist = Typist(world.params.docket, world.params.noise, world.rng)
        truth = out / "truth"
        truth.mkdir(parents=True, exist_ok=True)
        self._stack = ExitStack()
        self._filings, self._events, self._findings = (
            self._open(out / f"{name}.jsonl") for name in ("filings", "events", "findings")
        )
        self._truth = self._table(
            truth / "filings.csv",
            ["filing_id", "false", "scheme", "ring_id", "caught_at", "variant", "look_alike"],
        )
        self._entities = self._table(truth / "entities.csv", ["filing_id", "record_id", "entity_id"])
        self._claims = self._table(truth / "claims.csv", ["filing_id", "claim_id"])

    def _open(self, path: Path) -> TextIO:
        return self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))

    def _table(self, path: Path, header: list[str]) -> Any:
        table = csv.writer(self._open(path), lineterminator="\n")
        table.writerow(header)
        return table

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def filing(self, filed: Filed) -> None:
        """The filing as received, and who its parties truly are."""
        suit, world = filed.suit, self._world
        ids: dict[str, str] = {}
        for i, seat in enumerate(suit.seats, 1):
            ids.setdefault(seat.actor.entity_id, f"p{i}")
            self._entities.writerow([filed.filing_id, f"p{i}", seat.actor.entity_id])
        line: dict[str, Any] = {
            "filing_id": filed.filing_id,
            "case_number": filed.case_number.replace("(", "（").replace(")", "）")
            if world.chance(0.4)
            else filed.case_number,
            "court": suit.court.code,
            "filed_at": filed.filed_at.isoformat(),
            "received_via": self._channel(filed),
            "proceeding": suit.proceeding,
            "cause": suit.cause,
        }
        if suit.amount is not None:
            line["claim_amount"], line["currency"] = suit.amount, "CNY"
        line.update(claims=suit.claims, facts=suit.facts, **suit.flags)
        if suit.related:
            line["related_case_numbers"] = suit.related
        line["parties"] = [
            self._typist.party(s, f"p{i}", ids, suit.proceeding) for i, s in enumerate(suit.seats, 1)
        ]
        if suit.retainers:
            line["agents"] = [self._typist.agent(r, f"a{i}", ids) for i, r in enumerate(suit.retainers, 1)]
            for i, r in enumerate(suit.retainers, 1):
                self._entities.writerow([filed.filing_id, f"a{i}", r.agent.entity_id])
        if suit.evidence:
            line["evidence"] = suit.evidence
        if suit.elements:
            line["elements"] = suit.elements
        self._filings.write(_dumps(line) + "\n")
        self._claims.writerow([filed.filing_id, suit.claim_id])

    def _channel(self, filed: Filed) -> str:
        docket = self._world.params.docket
        if filed.filed_at.weekday() >= 5:
            return "online"
        draw = self._world.rng.random()
        for channel, share in (("online", docket.online), ("mail", docket.mail), ("mobile", docket.mobile)):
            if draw < share:
                return channel
            draw -= share
        return "counter"

    def event(self, filing_id: str, event: Event) -> None:
        """One event, unless the docket ends before it was recorded."""
        noise, rng = self._world.params.noise, self._world.rng
        recorded = event.at
        if rng.random() < noise.late_record:
            recorded += timedelta(days=rng.expovariate(1 / noise.late_record_days))
            recorded = recorded.replace(microsecond=0)
        if recorded > self._last:
            return
        line: dict[str, Any] = {"filing_id": filing_id, "at": event.at.isoformat(), "kind": event.kind}
        if recorded != event.at:
            line["recorded_at"] = recorded.isoformat()
        if event.amount is not None:
            line["amount"] = event.amount
        if event.detail is not None:
            line["detail"] = event.detail
        self._events.write(_dumps(line) + "\n")

    def found(self, filed: Filed, found: Found) -> None:
        """The findings known within the docket, and the whole truth beside it."""
        for line in found.lines:
            if datetime.fromisoformat(line.get("recorded_at", line["at"])) <= self._last:
                self._findings.write(_dumps(line) + "\n")
        if found.set_aside is not None:
            self.event(filed.filing_id, Event(found.set_aside, "set_aside"))
        truth = filed.suit.truth
        self._truth.writerow(
            [
                filed.filing_id,
                int(bool(truth.scheme)),
                truth.scheme,
                truth.ring_id,
                found.caught_at.isoformat() if found.caught_at else "",
                truth.variant,
                " ".join(filed.suit.look_alike),
            ]
        )
