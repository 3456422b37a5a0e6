"""MinHash signatures and bands: an estimate of Jaccard similarity, the same alone and in company."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.link.claims.minhash import SHINGLE, bands, keyed, likeness, signatures

ROWS = 400
_texts = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)


def jaccard(a: str, b: str) -> float:
    """Exact Jaccard similarity of two texts' sets of shingles."""
    one, other = ({t[i : i + SHINGLE] for i in range(max(1, len(t) - SHINGLE + 1))} for t in (a, b))
    return len(one & other) / len(one | other)


@settings(max_examples=60, deadline=None)
@given(
    st.text("原告被告借款催要约定还", min_size=40, max_size=160),
    st.lists(st.tuples(st.integers(0, 159), st.sampled_from("甲乙丙丁")), max_size=12),
)
def test_equal_rows_estimate_jaccard(text: str, changes: list[tuple[int, str]]) -> None:
    """Six standard errors: one run in a billion is further off by chance."""
    other = list(text)
    for place, letter in changes:
        other[place % len(other)] = letter
    changed = "".join(other)
    one, two = signatures([text, changed], ROWS)
    exact = jaccard(text, changed)
    error = math.sqrt(max(exact * (1 - exact), 1 / ROWS) / ROWS)
    assert abs(float((one == two).mean()) - exact) <= 6 * error


@settings(max_examples=60, deadline=None)
@given(st.lists(_texts, min_size=1, max_size=6), st.integers(0, 5))
def test_a_text_has_one_signature_alone_and_among_others(texts: list[str], which: int) -> None:
    text = texts[which % len(texts)]
    among = signatures(texts, 8)[which % len(texts)]
    np.testing.assert_array_equal(signatures([text], 8)[0], among)


def test_signatures_of_many_texts_are_made_in_parts() -> None:
    texts = ["".join(chr(0x4E00 + (i * 7_919 + j * j) % 20_000) for j in range(240)) for i in range(3_000)]
    together = signatures(texts, 4)
    np.testing.assert_array_equal(together[2_900], signatures([texts[2_900]], 4)[0])
    assert len(np.unique(together[:, 0])) > 2_900


def test_bands_of_like_texts_meet_and_of_others_do_not() -> None:
    said = "2020年3月5日被告以进货为由向原告借款三万元并出具借条约定半年内归还到期后经多次催要被告一直推托"
    near = said.replace("进货", "装修")
    far = "原被告经人介绍相识婚后感情不和长期分居现感情确已破裂请求判令离婚并依法分割夫妻共同财产婚生子由原告抚养"
    one, two, three = (set(row.tolist()) for row in bands(signatures([said, near, far], 16), 4))
    assert one & two
    assert not one & three
    assert len(one) == 4


def test_no_texts_have_no_bands() -> None:
    assert bands(signatures([], 16), 4).shape[0] == 0


def test_keys_of_a_band_differ_by_filer_and_fit_the_store() -> None:
    found = {keyed(band, by) for band in (5, -7, 2**63 - 1) for by in (1, -1, 2**62)}
    assert len(found) == 9
    assert all(-(2**63) <= key < 2**63 for key in found)


def test_likeness_is_nothing_below_the_least() -> None:
    assert likeness("abcd", "abcd", 0.9) == 1.0
    assert likeness("abcd", "abxy", 0.9) == 0.0
    assert likeness("abcd", "abxy", 0.4) == 0.5
