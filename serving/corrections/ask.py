"""A correction asked for (提出更正): of two mentions as they are written, or of what the linker proposed; made, and begun."""

from __future__ import annotations

from collections.abc import Collection

from features.link.judge import find_mention
from serving.corrections.carry import AT_ONCE, carry_through
from serving.corrections.make import correct_by_proposal, correct_pair
from serving.corrections.offered import require_mentions, require_offered
from serving.parts import Parts
from xiezhi.errors import InputError
from xiezhi.store.judgements import MentionRef, Verdict


def correct(
    parts: Parts,
    courts: Collection[str],
    *,
    left: str,
    right: str,
    verdict: Verdict,
    proposal_id: str,
    by: str,
    reason: str,
) -> tuple[str, bool]:
    """Make a correction and do its first steps; its id, and whether there is more to do. Without a `proposal_id` it is
    of the two mentions. `courts`: the reach of whoever asks. Raises InputError, NotFound, Conflict, BundleError."""
    screener = parts.model.screener()  # first: a correction is not to be kept where nothing can follow
    at = parts.now()
    if proposal_id:
        with parts.store.read() as connection:
            require_offered(connection, courts, proposal_id)
        made = correct_by_proposal(parts.store, proposal_id, by=by, reason=reason, at=at)
    else:
        pair = find_pair(parts, courts, left, right)
        made = correct_pair(parts.store, *pair, verdict, by=by, reason=reason, at=at)
    done = carry_through(parts.store, screener, made.correction_id, now=parts.now, most=AT_ONCE)
    return made.correction_id, not done


def carry_rest(parts: Parts, correction_id: str) -> None:
    """What is left of a correction, after the answer is sent."""
    carry_through(parts.store, parts.model.screener(), correction_id, now=parts.now)


def find_pair(parts: Parts, courts: Collection[str], left: str, right: str) -> tuple[MentionRef, MentionRef]:
    """Two mentions as written. Raises InputError, NotFound; out of reach is not there."""
    if not left.strip() or not right.strip():
        raise InputError("请选择两处提及。", "Choose two mentions.", code="not-a-pair")
    with parts.store.read() as connection:
        pair = find_mention(connection, left.strip()), find_mention(connection, right.strip())
        require_mentions(connection, courts, *pair)
    return pair
