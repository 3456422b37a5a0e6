"""What happened in a filing, in order of time, whoever said so."""

from __future__ import annotations

from dataclasses import dataclass

from serving.review.case import Case
from serving.web.render import Words
from xiezhi.clock import Moment


@dataclass(frozen=True)
class Entry:
    """One line: when, what kind of line, and the words. `learned_at` when the court knew of it only later."""

    at: Moment
    kind: str
    text: str
    detail: str = ""
    learned_at: Moment | None = None


def tell_history(case: Case, words: Words) -> list[Entry]:
    """Filing, events, findings, scores and decisions, oldest first."""
    filing = case.stored.filing
    entries = [Entry(filing.filed_at, "filed", words.say("history.filed"))]
    for event in case.events:
        learned = event.recorded_at if event.recorded_at > event.at else None
        amount = words.amount(event.amount, filing.currency) if event.amount is not None else ""
        detail = "；".join(part for part in (event.detail or "", amount) if part)
        entries.append(Entry(event.at, "event", words.say(f"event.{event.kind}"), detail, learned))
    for finding in case.findings:
        source, what = words.say(f"source.{finding.source}"), words.say(f"finding.{finding.finding}")
        text = words.say("history.said", by=source, what=what)
        learned = finding.recorded_at if finding.recorded_at > finding.at else None
        entries.append(Entry(finding.at, "finding", text, finding.detail or "", learned))
    for score in case.screenings:
        text = words.say("history.scored", band=words.say(f"band.{score.band}"))
        detail = f"{words.trigger(score.trigger)} · {score.model_version} · {score.rules_version}"
        entries.append(Entry(score.scored_at, "score", text, detail))
    for decision in case.decisions:
        what = words.say(f"decision.{decision.decision}")
        text = words.say("history.said", by=decision.decided_by, what=what)
        entries.append(Entry(decision.decided_at, "decision", text, decision.reason))
    return sorted(entries, key=lambda entry: entry.at)
