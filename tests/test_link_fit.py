"""`xiezhi link fit`: from mentions and what people judged of them to a file of weights, and from the file to links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from link_samples import START, empty, entity_of, filing, person, put

from features.link.docket import link_pending
from features.link.judge import find_mention, judge
from features.link.weights import Weights, load_weights, read_weights
from xiezhi.cli import NOTHING_DONE, run
from xiezhi.clock import DAY
from xiezhi.records import Filing
from xiezhi.store import Store
from xiezhi.store.judgements import Verdict
from xiezhi.store.links import every_link

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "海明丽文斌国秀兰建平晓梅"
PEOPLE = 60


@pytest.fixture(autouse=True)
def weights_are_read_anew() -> Iterator[None]:
    load_weights.cache_clear()
    yield
    load_weights.cache_clear()


def docket() -> list[Filing]:
    """Everybody twice: the same name and birth, another telephone."""
    return [
        filing(
            f"f{i:03d}{which}",
            2 * i + n,
            person(
                "p1",
                "plaintiff",
                SURNAMES[i % 10] + GIVEN[i % 12] + GIVEN[i // 12],
                birth_date=f"19{60 + i % 40}-{1 + i % 12:02}-{1 + i % 28:02}",
                phone=f"13{5 - n}{(80_000_000 + 7_919 * i) * (n + 1) % 10**8:08}",
            ),
        )
        for i in range(PEOPLE)
        for n, which in enumerate("ab")
    ]


def fitted(out: Path) -> Weights:
    assert run(["link", "fit", "--out", str(out)]) == 0
    return read_weights(out)


def say(store: Store, verdict: Verdict) -> None:
    with store.write() as connection:
        for i in range(PEOPLE):
            pair = find_mention(connection, f"f{i:03d}a/p1"), find_mention(connection, f"f{i:03d}b/p1")
            judge(connection, *pair, verdict, by="法官甲", reason="核对", at=START + (500 + i) * DAY)


def other_phone(weights: Weights) -> float:
    return weights.kinds["person"].levels["phone"]["other"].m


def test_what_people_judged_moves_the_weights(sqlite_store: Store, tmp_path: Path) -> None:
    put(sqlite_store, docket())
    link_pending(sqlite_store)
    plain = fitted(tmp_path / "deep" / "plain.toml")
    say(sqlite_store, "different")
    apart = fitted(tmp_path / "apart.toml")
    say(sqlite_store, "same")
    same = fitted(tmp_path / "same.toml")
    assert other_phone(apart) < other_phone(plain)
    assert other_phone(same) > other_phone(load_weights())
    # A file with a prior is used as it is; the one shipped has none.
    assert plain.kinds["person"].prior_bits is not None
    assert load_weights().kinds["person"].prior_bits is None
    # What the store says nothing of stays as it is.
    assert plain.kinds["organization"].levels == load_weights().kinds["organization"].levels
    assert (plain.threshold, plain.ask) == (load_weights().threshold, load_weights().ask)


def test_the_file_is_what_links_next(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = docket()
    put(sqlite_store, rows)
    assert run(["link"]) == 0
    before = probabilities(sqlite_store)
    say(sqlite_store, "same")
    out = tmp_path / "weights.toml"
    fitted(out)
    empty(sqlite_store)
    put(sqlite_store, rows)
    monkeypatch.setenv("XIEZHI_LINK_WEIGHTS", str(out))
    load_weights.cache_clear()
    assert load_weights() == read_weights(out)
    assert run(["link"]) == 0
    after = probabilities(sqlite_store)
    assert before.keys() == after.keys()
    assert before != after
    assert len(set(entity_of(sqlite_store).values())) == PEOPLE


def probabilities(store: Store) -> dict[str, float]:
    with store.read() as connection:
        return {one.filing_id: one.probability for one in every_link(connection)}


def test_a_store_without_mentions_fits_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    assert run(["link", "fit", "--out", str(tmp_path / "weights.toml")]) == NOTHING_DONE
    assert not (tmp_path / "weights.toml").exists()
