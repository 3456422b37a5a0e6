"""Weights: fitted to a table, written, read, and used again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from link_samples import IDS
from numpy.typing import NDArray

from features.link.compare import levels_of
from features.link.fitted import fitted_weights
from features.link.profile import Profile, party_profile
from features.link.records import TableLinks, link_table
from features.link.table.columns import from_profiles
from features.link.table.em import TOO_LITTLE, Model, Patterns, find_patterns, fit, sure_share, weigh
from features.link.table.engine import Judged, link_columns
from features.link.table.levels import Compared
from features.link.weights import KindWeights, Level, Weights, dump_weights, load_weights, read_weights
from xiezhi.errors import InputError
from xiezhi.records import Party

NONE = np.empty((0, 2), np.int32)


def read_back(weights: Weights, folder: Path) -> Weights:
    path = folder / "weights.toml"
    path.write_text(dump_weights(weights), encoding="utf-8")
    return read_weights(path)


def test_written_and_read_weights_are_the_same(tmp_path: Path) -> None:
    shipped = load_weights()
    assert read_back(shipped, tmp_path) == shipped
    kinds = dict(shipped.kinds)
    kinds["person"] = replace(kinds["person"], prior_bits=-12.5)
    fitted = replace(shipped, kinds=kinds)
    assert read_back(fitted, tmp_path) == fitted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold = ", "treshold = "),
        ("[person.name]", "[person.nome]"),
        ("exact = { m = ", "exact = { n = "),
        ("[person]", "[person"),
        ("repeat = 0.3", "repeats = 0.3"),
    ],
)
def test_what_is_no_file_of_weights(tmp_path: Path, old: str, new: str) -> None:
    text = dump_weights(load_weights())
    assert old in text
    (tmp_path / "weights.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        link_with(read_weights(tmp_path / "weights.toml"))
    assert raised.value.code == "weights"


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_weights(tmp_path / "none.toml")
    assert raised.value.code == "weights"


SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志华文斌玉兰晓东海燕",
)


STREETS = (
    "东大街",
    "西大街",
    "南环路",
    "北环路",
    "县府街",
    "民主街",
    "长寿街",
    "税亭街",
    "青年街",
    "火车站路",
)


def records(people: int = 150) -> pa.Table:
    """Two or three records of each of some people, of whom every fourth moved and every fifth changed telephones."""
    rng = np.random.default_rng(3)
    rows: list[tuple[str, ...]] = []
    for i in range(people):
        name = str(rng.choice(list(SURNAMES))) + "".join(rng.choice(list(GIVEN), 2))
        birth = f"19{rng.integers(50, 99)}-{rng.integers(1, 13):02d}-{rng.integers(1, 28):02d}"
        phone, other_phone = (f"13{number}" for number in rng.integers(10**8, 10**9, 2))
        home, other_home = (f"甘州区{street}{rng.integers(1, 300)}号" for street in rng.choice(STREETS, 2))
        for again in range(2 + i % 2):
            phone = other_phone if again and i % 5 == 0 else phone
            address = other_home if again and i % 4 == 0 else home
            rows.append((f"r{len(rows):04d}", name, birth if rng.random() < 0.7 else "", phone, address))
    fields = ("record_id", "name", "birth_date", "phone", "address")
    table = pa.table({field: [row[i] for row in rows] for i, field in enumerate(fields)})
    kind = ["person"] * len(table)
    ids = [IDS[0] if i in (0, 1) else "" for i in range(len(table))]
    return table.append_column("kind", pa.array(kind)).append_column("id_number", pa.array(ids))


def link_with(weights: Weights | None) -> TableLinks:
    return link_table(records(), (), weights)


def test_saved_weights_link_as_the_run_they_are_of(tmp_path: Path) -> None:
    first = link_with(None)
    saved = read_back(fitted_weights(first.linked), tmp_path)
    assert saved.kinds["person"].prior_bits is not None
    again = link_with(saved)
    assert again.entities.equals(first.entities)
    ours, theirs = again.pairs(), first.pairs()
    assert ours.drop_columns("match_probability").equals(theirs.drop_columns("match_probability"))
    np.testing.assert_allclose(
        ours["match_probability"].to_numpy(), theirs["match_probability"].to_numpy(), atol=1e-4
    )
    assert fitted_weights(again.linked, saved) == saved


def test_an_edited_weight_counts(tmp_path: Path) -> None:
    fitted = fitted_weights(link_with(None).linked)
    person = fitted.kinds["person"]
    levels = {**person.levels, "birth": {**person.levels["birth"], "same": Level(0.5, 0.5)}}
    edited = replace(fitted, kinds={**fitted.kinds, "person": replace(person, levels=levels)})
    weighed = [link_with(weights).linked[0] for weights in (fitted, read_back(edited, tmp_path))]
    at = weighed[0].compared.levels[:, weighed[0].compared.fields.index("birth")] == 1
    assert (weighed[0].bits[at] > weighed[1].bits[at]).all()
    assert weighed[0].bits[~at] == pytest.approx(weighed[1].bits[~at])


def compared(fields: tuple[str, ...], levels: NDArray[np.uint8]) -> Compared:
    return Compared(fields, levels, np.zeros(len(levels), np.bool_))


def pattern_of(fields: tuple[str, ...], **levels: int) -> Patterns:
    row = np.array([[levels.get(field, 0) for field in fields]], np.uint8)
    return find_patterns(compared(fields, row), np.zeros(1, np.int16))


def drawn(fields: dict[str, tuple[list[float], list[float]]], pairs: int, same: int) -> np.ndarray[Any, Any]:
    """Levels of pairs of which the first `same` are of one bearer: independent, by m and u."""
    rng = np.random.default_rng(0)
    columns = []
    for m, u in fields.values():
        ours = rng.choice(len(m), same, p=np.array(m)) + 1
        columns.append(np.concatenate([ours, rng.choice(len(u), pairs - same, p=np.array(u)) + 1]))
    return np.stack(columns, axis=1).astype(np.uint8)


TRUE = {
    "birth": ([0.7, 0.05, 0.1, 0.05, 0.05, 0.05], [0.01, 0.01, 0.02, 0.03, 0.03, 0.9]),
    "phone": ([0.6, 0.1, 0.3], [0.01, 0.01, 0.98]),
    "name": ([0.8, 0.1, 0.1], [0.03, 0.03, 0.94]),
}


def test_em_finds_m_and_how_many_repeat() -> None:
    """From a start far off, on patterns of 60,000 pairs of which 4,000 are of one bearer."""
    levels = drawn(TRUE, 60_000, 4_000)
    patterns = find_patterns(compared(tuple(TRUE), levels), np.zeros(len(levels), np.int16))
    start = {
        field: np.linspace(2, 1, len(m)) / np.linspace(2, 1, len(m)).sum() for field, (m, _) in TRUE.items()
    }
    u = {field: np.array(u) for field, (_, u) in TRUE.items()}
    mentions = 347  # 60,000 pairs in all
    model = fit(patterns, start, u, 0.01, "organization", mentions, np.zeros((2, len(patterns.counts))))
    for field, (m, _) in TRUE.items():
        np.testing.assert_allclose(model.m[field], m, atol=0.03)
    assert 2**model.prior / (1 + 2**model.prior) == pytest.approx(4_000 / 60_031, rel=0.35)
    found = weigh(patterns, model, "organization", 9)[patterns.of] > 0
    assert found[:4_000].mean() > 0.75
    assert found[4_000:].mean() < 0.02


def test_patterns_are_what_the_pairs_show() -> None:
    levels = drawn(TRUE, 500, 100)
    half_bits = np.random.default_rng(1).integers(-3, 9, 500).astype(np.int16)
    patterns = find_patterns(compared(tuple(TRUE), levels), half_bits)
    assert patterns.counts.sum() == 500
    np.testing.assert_array_equal(patterns.levels[patterns.of], levels)
    np.testing.assert_array_equal(patterns.rarity[patterns.of] * 2, half_bits)
    assert len(np.unique(np.column_stack([patterns.levels, patterns.rarity]), axis=0)) == len(patterns.counts)


def test_sure_pairs_tell_how_many_repeat() -> None:
    fields = ("name", "number", "phone", "region")
    rows = [(1, 0, 1, 0), (1, 0, 0, 1), (7, 1, 0, 0), (7, 0, 1, 0), (1, 5, 3, 0)]
    patterns = find_patterns(compared(fields, np.array(rows, np.uint8)), np.zeros(len(rows), np.int16))
    assert sure_share(patterns, 5) == pytest.approx(2 / 0.7 / 10)  # the first and the third


def test_a_chinese_name_alone_and_no_name_at_all_need_more() -> None:
    fields = ("name", "number", "birth", "phone", "address", "region", "court")
    model = Model(
        {field: np.full(7, 0.5) for field in fields}, {field: np.full(7, 2**-20.0) for field in fields}, 0.0
    )
    nothing = (
        {"phone": 1},
        {"region": 1, "phone": 1},
        {"phone": 1, "address": 1},
        {"number": 5, "region": 1},
        {"birth": 2},
    )
    for namesakes in ({"name": 1}, {"name": 1, "phone": 3, "court": 1}):
        pattern = pattern_of(fields, **namesakes)
        seldom = replace(model, prior=-10.0)
        few, many = (weigh(pattern, seldom, "person", mentions)[0] for mentions in (20, 20_000))
        assert many - few == pytest.approx(np.log2(1_000))
    assert weigh(pattern_of(fields, name=1), model, "organization", 9)[0] > 0
    enough = (
        {"name": 1, "phone": 2},
        {"name": 1, "region": 1},
        {"number": 1},
        {"number": 2},
        {"number": 3},
        {"birth": 1},
        {"birth": 1, "phone": 1},
    )
    assert [float(weigh(pattern_of(fields, **levels), model, "person", 20_000)[0]) for levels in nothing] == [
        TOO_LITTLE
    ] * len(nothing)
    assert all(weigh(pattern_of(fields, **levels), model, "person", 20_000)[0] > 0 for levels in enough)


def person(name: str, **more: Any) -> Profile:
    return party_profile(Party("p1", "plaintiff", "person", name, **more), "甘0702", str)


def fitted_m(judged: Judged, weights: KindWeights) -> float:
    """m of another telephone, among people of one name and birth."""
    phones = np.random.default_rng(1).integers(10**8, 10**9, 200).tolist()
    rows = [
        person(twin(i // 2), phone=f"13{phone}", birth_date="1976-05-03") for i, phone in enumerate(phones)
    ]
    linked = link_columns(from_profiles("person", rows), weights, (), judged)
    return float(linked.model.m["phone"][levels_of("person", "phone").index("other")])


def twin(i: int) -> str:
    return SURNAMES[i % 20] + GIVEN[i % 30] + GIVEN[i // 5 + 5]


def test_labels_move_weights() -> None:
    weights = load_weights().kinds["person"]
    twins = np.array([(i, i + 1) for i in range(0, 200, 2)], np.int32)
    plain, same, different = (
        fitted_m(judged, weights) for judged in (Judged(NONE, NONE), Judged(twins, NONE), Judged(NONE, twins))
    )
    assert different < same
    assert different <= plain <= same
    assert same > 0.75


def test_numbers_of_a_fitted_run_are_in_bounds() -> None:
    for one in link_with(None).linked:
        for field in one.compared.fields:
            assert one.model.m[field].sum() == pytest.approx(1)
            assert ((one.model.m[field] > 0) & (one.model.u[field] > 0) & (one.model.u[field] <= 1)).all()
