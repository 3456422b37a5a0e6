"""Explanations and histories as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from features.link.explain.cluster import Tie, Ties
from features.link.explain.evidence import Waterfall
from features.link.explain.explanation import Explanation
from features.link.explain.history import Arrival, History
from features.link.explain.known import Known
from features.link.explain.lacking import Missing
from features.link.explain.pair import Pair
from features.link.explain.waterfall import draw_waterfall
from features.link.weights import load_weights
from features.link.words import Words, write_bits, write_probability
from xiezhi.store.entities import EntityEvent

_MAIN = 3
"""Fields named as the main evidence of a joining."""


_NAMED = 6
"""Mentions listed by name in a sentence."""


def show_explanation(explanation: Explanation, words: Words) -> str:
    """The whole explanation."""
    lines: list[str] = []
    pair = explanation.pair
    if explanation.ties is not None:
        lines += _ties(explanation.ties, words, "ties_within" if explanation.bridge else "ties")
        if explanation.bridge:
            lines.append(
                _bridge(explanation.bridge.tie, explanation.bridge.apart, explanation.bridge.rest, words)
            )
        shown = words.say("screen.shown_pair", left=pair.left.reference, right=pair.right.reference)
        lines += ["", shown]
    return "\n".join([*lines, *_pair(pair, words)])


def show_history(history: History, words: Words) -> str:
    """How the entity came to be."""
    head = words.say(
        "history.title",
        entity=history.entity_id,
        kind=words.name("kind", history.kind),
        mentions=history.mentions,
    )
    lines = [head]
    if history.standing_for:
        lines.append(words.say("history.standing_for", ids=words.listed(list(history.standing_for))))
    lines += [words.say("history.probability", probability=write_probability(history.probability)), ""]
    for i, arrival in enumerate(history.arrivals):
        lines += _arrival(arrival, words)
        if i == 0 and history.left_out:
            lines.append("  " + words.say("history.left_out", count=history.left_out))
    if history.said:
        lines += ["", words.say("history.said"), *(_event(event, words) for event in history.said)]
    lines.append("")
    if history.ties is None or history.bridge is None:
        lines.append(words.say("history.single"))
    else:
        lines += _ties(history.ties, words, "ties_within")
        lines.append(_bridge(history.bridge.tie, history.bridge.apart, history.bridge.rest, words))
    return "\n".join(lines)


def say_reason(pair: Pair, words: Words) -> str:
    """The sentence that says why they are one or are not."""
    shown = pair.deciding
    return words.say(
        f"{'linked' if pair.linked else 'apart'}.{pair.reason}",
        probability=write_probability(shown.probability) if shown else "",
        bits=write_bits(shown.total) if shown else "",
        threshold=f"{pair.threshold:.2f}",
        cut=write_bits(pair.cut),
        left=words.name("kind", pair.left.row.kind),
        right=words.name("kind", pair.right.row.kind),
        hub=load_weights().hub,
        rival=pair.rival.entity_id if pair.rival else "",
        rival_bits=write_bits(pair.rival.bits) if pair.rival else "",
    )


def main_evidence(waterfall: Waterfall, words: Words) -> str:
    """The fields that speak most for one bearer, with their weight."""
    return words.listed(
        [
            f"{words.name('field', step.field)} {words.name('level', step.level)} {write_bits(step.bits)}"
            for step in waterfall.steps[:_MAIN]
            if step.bits > 0
        ]
    )


def _pair(pair: Pair, words: Words) -> Iterator[str]:
    for label, known, entity in zip(
        ("earlier", "later"), (pair.left, pair.right), pair.entities, strict=True
    ):
        yield f"{words.say(f'screen.{label}')}  {_described(known, entity, words)}"
    yield from ("", say_reason(pair, words))
    several = pair.offer is not None and pair.offer != pair.alone
    if pair.offer is not None and several:
        considered = load_weights().considered
        yield from ("", words.say("screen.with_entity", considered=considered))
        yield from draw_waterfall(pair.offer, pair.cut, words, None, pair.right)
    if pair.alone is not None:
        decided = pair.offer is not None and not several
        yield from ("", words.say("screen.alone_deciding" if decided else "screen.alone"))
        yield from draw_waterfall(pair.alone, pair.cut, words, pair.left, pair.right)
    yield from _would_do(pair, words)
    yield ""
    yield words.say("screen.keys_shared", keys=_keys(pair.keys.shared, words))
    if pair.keys.crowded:
        yield words.say("screen.keys_crowded", keys=_keys(pair.keys.crowded, words))
    if not pair.linked:
        yield words.say("screen.keys_left", keys=_keys(pair.keys.left, words))
        yield words.say("screen.keys_right", keys=_keys(pair.keys.right, words))


def _described(known: Known, entity: str, words: Words) -> str:
    row = known.row
    parts = (
        known.reference,
        known.said("name"),
        words.name("kind", row.kind),
        words.name("side", row.side),
        words.day(row.filed_at),
        entity,
    )
    return " · ".join(part for part in parts if part)


def _would_do(pair: Pair, words: Words) -> Iterator[str]:
    short = pair.deciding
    if pair.linked or short is None or short.total >= pair.cut:
        return
    gap = f"{pair.cut - short.total:.1f}"
    yield ""
    if not pair.would_do:
        yield words.say("screen.would_do_none", gap=gap)
        return
    together = len(pair.would_do[0]) > 1
    yield words.say("screen.would_do_all" if together else "screen.would_do_any", gap=gap)
    for missing in (one for several in pair.would_do for one in several):
        yield "  " + _missing(missing, words)


def _missing(missing: Missing, words: Words) -> str:
    level = words.name("level", missing.level)
    return words.say(
        "screen.missing", field=words.name("field", missing.field), level=level, bits=f"{missing.bits:.1f}"
    )


def _keys(names: tuple[str, ...], words: Words) -> str:
    return words.listed([words.name("key", name) for name in names])


def _ties(ties: Ties, words: Words, key: str) -> Iterator[str]:
    average = "—" if ties.vetoed == ties.pairs else write_bits(ties.average)
    yield words.say(
        f"screen.{key}", mentions=ties.mentions, pairs=ties.pairs, vetoed=ties.vetoed, average=average
    )
    if ties.strongest.waterfall is None:
        return
    yield "  " + _tie(ties.strongest, words, "strongest")
    yield "  " + _tie(ties.weakest, words, "weakest" if ties.weakest.waterfall else "vetoed")


def _tie(tie: Tie, words: Words, key: str) -> str:
    left, right = tie.left.reference, tie.right.reference
    return words.say(f"screen.{key}", left=left, right=right, bits=write_bits(tie.bits))


def _bridge(tie: Tie, apart: tuple[Known, ...], rest: int, words: Words) -> str:
    return words.say(
        "screen.bridge",
        left=tie.left.reference,
        right=tie.right.reference,
        bits=write_bits(tie.bits),
        apart=words.listed([known.reference for known in apart[:_NAMED]]),
        more=words.say("screen.more", count=len(apart) - _NAMED) if len(apart) > _NAMED else "",
        rest=rest,
    )


def _event(event: EntityEvent, words: Words) -> str:
    return words.say(
        f"said.{event.what}",
        day=words.day(event.at),
        by=event.by,
        reason=event.reason,
        left=event.mention or "",
        right=event.against or "",
        other=event.other_id,
        verdict=words.name("verdict", event.verdict),
    )


def _arrival(arrival: Arrival, words: Words) -> Iterator[str]:
    row = arrival.known.row
    probability = write_probability(row.probability)
    if arrival.founding:
        how = words.say("history.founding")
    else:
        which = "beside" if arrival.beside else "by_number" if arrival.by_number else "joined"
        how = words.say(f"history.{which}", probability=probability)
    name = arrival.known.said("name")
    yield f"{words.day(row.filed_at)}  {arrival.known.reference}  {name} · {words.name('side', row.side)} · {how}"
    if arrival.evidence is not None:
        yield "            " + words.say("history.evidence", evidence=main_evidence(arrival.evidence, words))
    if arrival.changed:
        now = write_probability(arrival.evidence.probability) if arrival.evidence else "—"
        yield "            " + words.say("history.changed", then=probability, now=now)
