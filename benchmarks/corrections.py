"""What a correction of a link touches and how long it takes, on a home that has screened (it is changed: use a copy).

    XIEZHI_HOME=copy python benchmarks/corrections.py [--corrections 30] [--again]

Entities are drawn by lot, by how many mentions they have; of each the first and the last mention are judged different.
`--again` links the whole store anew in the end and tells how many mentions stand elsewhere than the corrections put
them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from statistics import median

from features.link.relink import link_again
from serving.corrections.carry import carry_through
from serving.corrections.make import correct_pair
from serving.corrections.read import read_correction
from serving.screening.screener import load_screener
from xiezhi.clock import now
from xiezhi.errors import Conflict
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.judgements import MentionRef
from xiezhi.store.links import every_link

SIZES = ((2, 5), (6, 20), (21, 100), (101, 1_000), (1_001, 10**9))
"""Mentions of an entity, from and to."""


def main() -> None:
    """Correct, and tell by size of entity."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--corrections", type=int, default=30, help="of each size, at most")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--again", action="store_true")
    options = asked.parse_args()
    settings = Settings()
    store = open_store(settings)
    by_entity: dict[str, list[MentionRef]] = {}
    with store.read() as connection:
        for link in every_link(connection):
            if link.kind in ("person", "organization"):
                by_entity.setdefault(link.entity_id, []).append(
                    MentionRef(link.filing_id, link.record_id, link.kind)
                )
    print(
        "| mentions | corrections | linked again | scores looked at | moved | another band | seconds, median | most |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for low, high in SIZES:
        chosen = sorted(refs for refs in by_entity.values() if low <= len(refs) <= high)
        random.Random(options.seed).shuffle(chosen)
        tell(store, f"{low} to {high}" if high < 10**9 else f"{low} and more", chosen[: options.corrections])
    if options.again:
        compare(store)
    store.close()


def tell(store: Store, size: str, chosen: Sequence[Sequence[MentionRef]]) -> None:
    """Correct each of these entities, and print a row."""
    screener = load_screener(store, Settings())
    rows = []
    for refs in chosen:
        since = time.process_time()
        try:
            made = correct_pair(store, refs[0], refs[-1], "different", by="benchmark", reason="lot", at=now())
        except Conflict:
            continue
        carry_through(store, screener, made.correction_id, now=now)
        seconds = time.process_time() - since
        told = read_correction(store, made.correction_id)
        moved = sum(effect.band_before != effect.band_after for effect in told.effects)
        rows.append((told.linked.steps, told.scored.steps, len(told.effects), moved, seconds))
    if rows:
        linked, scored, given, banded, seconds_ = zip(*rows, strict=True)
        middle = " | ".join(f"{median(column):.0f}" for column in (linked, scored, given))
        print(
            f"| {size} | {len(rows)} | {middle} | {sum(banded)} of {sum(given)} | {median(seconds_):.2f} | {max(seconds_):.2f} |"
        )


def compare(store: Store) -> None:
    """Link the store anew, and tell how many mentions stand elsewhere."""
    with store.read() as connection:
        before = {(x.filing_id, x.record_id, x.kind): x.entity_id for x in every_link(connection)}
    since = time.process_time()
    link_again(store, now())
    seconds = time.process_time() - since
    with store.read() as connection:
        after = {(x.filing_id, x.record_id, x.kind): x.entity_id for x in every_link(connection)}
    elsewhere = sum(before[mention] != entity for mention, entity in after.items())
    print(
        f"\nlinked anew in {seconds:.0f} s of processor: {elsewhere} of {len(after)} mentions stand elsewhere"
    )


if __name__ == "__main__":
    main()
