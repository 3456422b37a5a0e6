"""Rule packs: complete, checked, and silent on what is unknown."""

from __future__ import annotations

import pytest

from features.registry import FEATURE_NAMES, FEATURES
from features.signs import load_pack
from features.signs.pack import read_pack
from xiezhi.errors import InputError, NotFound

PACKS = ["cn", "us-federal"]
_HEAD = 'version = "x"\njurisdiction = "x"\n'


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_every_sign_of_a_feature_has_title_and_article_in_both_languages(jurisdiction: str) -> None:
    pack = load_pack(jurisdiction)
    for feature in FEATURES:
        sign = pack.signs[feature.sign]
        assert sign.zh
        assert sign.en
        assert sign.legal_basis.instrument
        assert sign.legal_basis.version


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_no_step_refuses_or_delays_a_filing(jurisdiction: str) -> None:
    steps = load_pack(jurisdiction).steps
    assert steps
    for step in steps:
        assert "不予" not in step.zh
        assert not any(word in step.en.lower() for word in ("reject", "suspend", "postpone"))


@pytest.mark.parametrize("jurisdiction", PACKS)
def test_unknown_values_fire_no_rule(jurisdiction: str) -> None:
    pack = load_pack(jurisdiction)
    assert pack.fired(dict.fromkeys(FEATURE_NAMES)) == []
    assert pack.fired(dict.fromkeys(FEATURE_NAMES, 0.0)) == []


def test_a_lender_over_the_zhejiang_threshold_fires_the_rule() -> None:
    row: dict[str, float | None] = dict.fromkeys(FEATURE_NAMES)
    row["plaintiff_loans_1095d"] = 19
    row["plaintiff_is_person"] = 1
    assert load_pack("cn").fired(row) == []
    row["plaintiff_loans_1095d"] = 20
    assert [rule.sign for rule in load_pack("cn").fired(row)] == ["S12"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("version = x\njurisdiction", "line 1"),
        ('version = "x"', "signs"),
        (_HEAD + "signs = []\n[[rules]]\nsign = 'S99'\nfeature = 'plaintiffs'\nwhen = []", "S99"),
        (_HEAD + "signs = []", "S00"),
    ],
)
def test_a_bad_pack_is_refused_with_its_place(text: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        read_pack(text)


def test_an_unknown_jurisdiction_is_told() -> None:
    with pytest.raises(NotFound):
        load_pack("atlantis")
