"""Explanations and histories as JSON. Keys are stable; what is not known is null; identity numbers never appear."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from features.link.explain.cluster import Bridge, Tie, Ties
from features.link.explain.evidence import Part, Step, Waterfall
from features.link.explain.explanation import Explanation
from features.link.explain.history import Arrival, History
from features.link.explain.known import Known
from features.link.explain.pair import Pair
from features.link.explain.screen import say_reason
from features.link.words import Words
from xiezhi.clock import format_moment
from xiezhi.store.entities import EntityEvent


def describe_explanation(explanation: Explanation, zone: str) -> dict[str, Any]:
    """The whole explanation as plain JSON types."""
    return {
        **_pair(explanation.pair, zone),
        "links": None if explanation.ties is None else _ties(explanation.ties),
        "bridge": None if explanation.bridge is None else _bridge(explanation.bridge),
    }


def describe_history(history: History, zone: str) -> dict[str, Any]:
    """A history as plain JSON types."""
    return {
        "entity_id": history.entity_id,
        "standing_for": list(history.standing_for),
        "kind": history.kind,
        "mentions": history.mentions,
        "left_out": history.left_out,
        "probability": history.probability,
        "arrivals": [_arrival(arrival, zone) for arrival in history.arrivals],
        "said": [_event(event, zone) for event in history.said],
        "links": None if history.ties is None else _ties(history.ties),
        "bridge": None if history.bridge is None else _bridge(history.bridge),
    }


def _pair(pair: Pair, zone: str) -> dict[str, Any]:
    deciding = pair.deciding
    return {
        "left": {**_known(pair.left, zone), "entity_id": pair.entities[0]},
        "right": {**_known(pair.right, zone), "entity_id": pair.entities[1]},
        "linked": pair.linked,
        "reason": {
            "code": pair.reason,
            "zh": say_reason(pair, Words("zh", zone)),
            "en": say_reason(pair, Words("en", zone)),
        },
        "threshold": pair.threshold,
        "threshold_bits": pair.cut,
        "probability": None if deciding is None else deciding.probability,
        "with_entity": None if pair.offer is None else _waterfall(pair.offer, None, pair.right),
        "alone": None if pair.alone is None else _waterfall(pair.alone, pair.left, pair.right),
        "rival": None if pair.rival is None else {"entity_id": pair.rival.entity_id, "bits": pair.rival.bits},
        "would_do": [[asdict(missing) for missing in several] for several in pair.would_do],
        "keys": {name: list(keys) for name, keys in asdict(pair.keys).items()},
    }


def _waterfall(waterfall: Waterfall, left: Known | None, right: Known) -> dict[str, Any]:
    running = waterfall.prior
    steps = []
    for step in waterfall.steps:
        running += step.bits
        steps.append({**_step(step, left, right), "running": running})
    return {
        "prior": waterfall.prior,
        "steps": steps,
        "total": waterfall.total,
        "probability": waterfall.probability,
    }


def _step(step: Step, left: Known | None, right: Known) -> dict[str, Any]:
    return {
        "field": step.field,
        "level": step.level,
        "left": (left.said(step.field) or None) if left else None,
        "right": right.said(step.field) or None,
        "bits": step.bits,
        "parts": [_part(part) for part in step.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    counted = part.counted
    return {
        "level": part.level,
        "times": part.times,
        "bits": part.bits,
        "m": part.m,
        "u": part.u,
        "others": counted.others if counted else None,
        "mentions": counted.mentions if counted else None,
        "frequency_bits": counted.frequency if counted else None,
    }


def _known(known: Known, zone: str) -> dict[str, Any]:
    row = known.row
    return {
        "mention": known.reference,
        "filing_id": row.filing_id,
        "record_id": row.record_id,
        "kind": row.kind,
        "side": row.side,
        "filed_at": format_moment(row.filed_at, zone),
        "entity_id": row.entity_id,
        "name": known.said("name") or None,
    }


def _ties(ties: Ties) -> dict[str, Any]:
    return {
        "mentions": ties.mentions,
        "pairs": ties.pairs,
        "forbidden": ties.vetoed,
        "average_bits": ties.average,
        "strongest": _tie(ties.strongest),
        "weakest": _tie(ties.weakest),
    }


def _tie(tie: Tie) -> dict[str, Any]:
    bits = None if tie.waterfall is None else tie.bits
    return {"left": tie.left.reference, "right": tie.right.reference, "bits": bits}


def _bridge(bridge: Bridge) -> dict[str, Any]:
    return {**_tie(bridge.tie), "apart": [known.reference for known in bridge.apart], "rest": bridge.rest}


def _arrival(arrival: Arrival, zone: str) -> dict[str, Any]:
    evidence = arrival.evidence
    return {
        **_known(arrival.known, zone),
        "founding": arrival.founding,
        "beside": arrival.beside,
        "by_number": arrival.by_number,
        "probability": arrival.known.row.probability,
        "changed": arrival.changed,
        "evidence": None if evidence is None else _waterfall(evidence, None, arrival.known),
    }


def _event(event: EntityEvent, zone: str) -> dict[str, Any]:
    return {
        "at": format_moment(event.at, zone),
        "what": event.what,
        "by": event.by or None,
        "reason": event.reason or None,
        "mention": None if event.mention is None else str(event.mention),
        "against": None if event.against is None else str(event.against),
        "other_id": event.other_id or None,
        "verdict": event.verdict or None,
        "proposal_id": event.proposal_id,
    }
