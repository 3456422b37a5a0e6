"""Words beside the features: kept where they tell, left out where they do not, and never a person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_samples import make_bundle, make_dataset

from features.wording import runs_of, weigh_runs, weigh_words, words_of
from training.data.dataset import Dataset
from training.evaluation.measures import average_precision
from training.fairness.blindness import _ONE, _OTHER, disguise
from training.fitting.fit import Fitted
from training.fitting.wording import LEAST_GROUPS, add_wording, learn
from xiezhi.bundle import WORDING, WORDING_BUCKETS, load, save
from xiezhi.errors import BundleError
from xiezhi.records import Agent, Filing, Party
from xiezhi.scoring import Scorer

HONEST = (
    "被告向原告借款用于经营周转",
    "双方签订买卖合同后货款未付",
    "被告拖欠原告工资至今未付",
    "房屋租金逾期未予支付",
)
TELLING = "双方均无异议并同意当庭出具调解书"


def filing(claims: str, facts: str = "", name: str = "欧阳国强", address: str | None = None) -> Filing:
    who = Party(party_id="P1", role="plaintiff", kind="person", name=name, address=address)
    return Filing(
        filing_id="F", court="京0101", filed_at=0, cause="民间借贷纠纷",
        parties=(who,), agents=(Agent("A1", "lawyer", "司徒雅琴"),), claims=claims, facts=facts,
    )  # fmt: skip


@cache
def _runs(text: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return runs_of(filing(text))


def told(telling: Sequence[bool], data: Dataset, seed: int = 0) -> Dataset:
    """The data with words: an everyday sentence each, and one that tells where `telling` says so."""
    random = np.random.default_rng(seed)
    said = [HONEST[k] for k in random.integers(len(HONEST), size=len(telling))]
    words = tuple(_runs(text + TELLING * bool(more)) for text, more in zip(said, telling, strict=True))
    return replace(data, words=words)


def weak_fit(data: Dataset) -> Fitted:
    scores = np.random.default_rng(1).normal(size=len(data.positive)) + data.positive
    return Fitted("", 20, scores, {}, {}, {})


def test_words_that_tell_are_kept_and_rank_better() -> None:
    data = make_dataset(2000, share=0.06)
    random = np.random.default_rng(2)
    data = told(np.where(data.positive, random.random(2000) < 0.7, random.random(2000) < 0.02).tolist(), data)
    weak = weak_fit(data)
    found, wording = add_wording(data, weak, seed=0)
    assert wording.model is not None
    assert wording.gain is not None
    assert wording.gain.low > 0
    before, after = (average_precision(data.positive, f.out_of_fold) for f in (weak, found))
    assert after > before + 0.1
    telling, everyday = weigh_runs([_runs(HONEST[0] + TELLING), _runs(HONEST[0])], wording.model)
    assert telling > everyday + 0.5


@pytest.mark.parametrize("seed", range(2))
def test_words_that_do_not_tell_are_left_out(seed: int) -> None:
    data = make_dataset(2000, share=0.06, seed=seed)
    data = told((np.random.default_rng(seed).random(2000) < 0.1).tolist(), data, seed)
    weak = weak_fit(data)
    found, wording = add_wording(data, weak, seed=0)
    assert found is weak
    assert (wording.weight, wording.model) == (0.0, None)
    assert wording.gain is not None


def test_one_ring_s_template_is_no_gain() -> None:
    """All that tells is the wording of one ring within one group: earlier blocks do not know it."""
    data = make_dataset(2000, share=0.06)
    late = data.positive & (np.arange(2000) > 1500)
    group = data.group.copy()
    group[late] = np.flatnonzero(late)[0]
    data = told(late.tolist(), replace(data, group=group))
    assert add_wording(data, weak_fit(data), seed=0)[1].model is None


def test_without_words_or_with_few_findings_nothing_is_asked() -> None:
    data = make_dataset()
    few = replace(told([False] * 1500, data), positive=np.arange(1500) % 60 == 0)
    for one in (data, few):
        fit = weak_fit(one)
        assert add_wording(one, fit, seed=0)[0] is fit
        assert add_wording(one, fit, seed=0)[1].to_json() == {"weight": 0.0, "gain": None}


def test_what_stands_in_few_groups_gets_no_weight() -> None:
    """A witness nobody named as a party: false filings name him, in fewer groups than count."""
    data = make_dataset(2000, share=0.06)
    named = np.flatnonzero(data.positive)[: LEAST_GROUPS - 1]
    words = [_runs(HONEST[0])] * 2000
    for row in named:
        words[row] = _runs(HONEST[0] + "证人诸葛慕白")
    model = learn(replace(data, words=tuple(words)), np.arange(2000), seed=0)
    own = np.setdiff1d(_runs("诸葛慕白"), _runs(HONEST[0]))
    assert len(own)
    assert not model[own].any()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("原告欧阳国强于2021年3月5日借款给被告", "原告于借款给被告"),
        ("身份证号11010519491231002X，电话13800138000", "身份证号x电话"),
        ("原告住北京市朝阳区建国路88号", "原告住"),
        ("代理人司徒雅琴称", "代理人称"),
        ("案外人王某某、马先生及李女士", "案外人及"),
        ("原告，女，回族；被告，男，维吾尔族", "原告被告"),
        ("借款人民币壹拾万元整", "借款人民币"),
    ],
)
def test_nothing_of_a_person_is_a_word(text: str, left: str) -> None:
    assert words_of(filing(text, address="北京市朝阳区建国路88号")) == left


@given(
    st.text("借款合同利息返还原被告", min_size=1, max_size=40),
    st.sampled_from(["欧阳国强", "马国强", "钱芳"]),
)
def test_the_same_story_of_other_people_has_the_same_runs(text: str, name: str) -> None:
    story = filing(f"{name}称{text}，{name}确认。", name=name)
    one, other = (runs_of(disguise(story, who)) for who in (_ONE, _OTHER))
    np.testing.assert_array_equal(one, other)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_one_text_weighs_alone_what_it_weighs_among_others(texts: list[str]) -> None:
    model = np.random.default_rng(0).normal(size=WORDING_BUCKETS + 1)
    filings = [filing(text) for text in texts]
    together = weigh_words(filings, model)
    np.testing.assert_array_equal(together, [np.asarray(weigh_words([one], model))[0] for one in filings])
    assert weigh_words(filings, None) == 0.0


def test_a_bundle_keeps_the_weights_as_plain_numbers(tmp_path: Path) -> None:
    model = np.random.default_rng(0).normal(size=WORDING_BUCKETS + 1)
    saved = save(replace(make_bundle(), wording=model), tmp_path / "with")
    again = load(tmp_path / "with")
    assert again.digest == saved.digest
    assert again.wording is not None
    np.testing.assert_array_equal(again.wording, model)
    save(make_bundle(), tmp_path / "without")
    assert not (tmp_path / "without" / WORDING).exists()
    assert load(tmp_path / "without").wording is None
    values = np.zeros((2, 4))
    np.testing.assert_allclose(
        Scorer(again).raw(values, 0.0, np.array([0.5, -0.5])) - Scorer(again).raw(values), [0.5, -0.5]
    )


@pytest.mark.parametrize(
    "bad", [np.zeros(3), np.full(WORDING_BUCKETS + 1, np.nan), np.array([{"a": 1}], dtype=object)]
)
def test_other_than_a_weight_a_bucket_is_no_model(tmp_path: Path, bad: np.ndarray) -> None:
    """Numbers of another shape, none at all, and a pickle, which is never opened."""
    save(replace(make_bundle(), wording=np.zeros(WORDING_BUCKETS + 1)), tmp_path / "b")
    np.save(tmp_path / "b" / WORDING, bad, allow_pickle=True)
    sums = (tmp_path / "b" / "SHA256SUMS").read_text().splitlines()
    digest = sha256((tmp_path / "b" / WORDING).read_bytes()).hexdigest()
    kept = [line for line in sums if not line.endswith(WORDING)] + [f"{digest}  {WORDING}"]
    (tmp_path / "b" / "SHA256SUMS").write_text("\n".join(kept) + "\n")
    with pytest.raises(BundleError):
        load(tmp_path / "b")
