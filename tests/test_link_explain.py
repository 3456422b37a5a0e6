"""Explanations: every reason to be one or not, the linker's own numbers, the history, the words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from link_samples import (
    IDS,
    START,
    dockets,
    empty,
    entity_of,
    filing,
    narrow_weights,
    organization,
    person,
    put,
)

from features.link import docket as docket_module
from features.link.compare import levels_of
from features.link.docket import link_pending
from features.link.explain import history as history_module
from features.link.explain import pair as pair_module
from features.link.explain.document import describe_explanation, describe_history
from features.link.explain.evidence import Weigher
from features.link.explain.explanation import Explanation, explain
from features.link.explain.history import tell_history
from features.link.explain.known import read
from features.link.explain.pair import APART, LINKED, index_at
from features.link.explain.screen import show_explanation, show_history
from features.link.judge import find_mention, judge
from features.link.profile import Profile
from features.link.relink import link_again
from features.link.score import offers_for
from features.link.table.block import RULES
from features.link.weights import load_weights
from features.link.words import Words, flatten, write_bits, write_percent, write_probability
from xiezhi.cli import run
from xiezhi.clock import DAY
from xiezhi.errors import InputError, NotFound
from xiezhi.records import Agent, Filing
from xiezhi.store import Store
from xiezhi.store.judgements import Verdict
from xiezhi.store.mentions import every_mention

HERE, THERE = "甘州区东大街12号", "民乐县西街3号"
PHONE = "13812340001"


def resident(serial: int) -> str:
    """A resident id with a right check digit (GB 11643)."""
    body = f"62070219820303{serial:03}"
    total = sum(int(digit) * 2 ** (17 - i) for i, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def one(filing_id: str, day: float, name: str, **more: Any) -> Filing:
    """A filing of one plaintiff."""
    court = more.pop("court", "甘0702")
    return filing(filing_id, day, person("p1", "plaintiff", name, **more), court=court)


def company(filing_id: str, day: float, name: str, **more: Any) -> Filing:
    return filing(filing_id, day, organization("p1", "plaintiff", name, **more))


def lawyer(name: str, **more: Any) -> Agent:
    return Agent("a1", "lawyer", name, represents=("p1",), licence_number="16207201510000001", **more)


TWO_AGENTS = tuple(
    Agent(agent_id, "lawyer", "陈建军", firm="甘肃正则律师事务所", represents=("p1",))
    for agent_id in ("a1", "a2")
)
DOCKET = (
    one("numbered", 0, "刘强", id_number=IDS[2]),
    one("numbered-again", 1, "刘 强", id_number=IDS[2]),
    one("other-number", 2, "刘强", id_number=IDS[0]),
    filing("namesakes", 3, person("p1", "plaintiff", "张伟"), person("p2", "defendant", "张伟")),
    one("masked", 4, "李某某", phone=PHONE),
    one("masked-too", 5, "李某某", address=HERE),
    one("stranger", 6, "欧阳小明"),
    one("name-alone", 7, "周小华"),
    one("name-alone-too", 8, "周小华", court="甘0722"),
    company("head-office", 9, "张掖宇祥商贸有限公司"),
    company("branch", 10, "张掖宇祥商贸有限公司兰州分公司"),
    filing("two-agents", 11, person("p1", "plaintiff", "冯七"), agents=TWO_AGENTS),
    one("zhao", 12, "赵敏敏", address=HERE, phone=PHONE),
    one("zhao-numbered", 13, "赵敏敏", address=HERE, phone=PHONE, id_number=resident(1)),
    one("zhao-other", 14, "赵敏敏", address=HERE, phone=PHONE, id_number=resident(2)),
    one("sun", 15, "孙丽丽", address=THERE),
    filing(
        "two-suns",
        16,
        person("p1", "plaintiff", "孙丽丽", address=THERE, phone="13911112222"),
        person("p2", "defendant", "孙丽丽", address=THERE),
    ),
    one("zhou-here", 17, "周杰伦", address=HERE, phone="13655556666"),
    one("zhou-numbered", 18, "周杰伦", address=THERE, id_number=resident(3)),
    one("zhou-both", 19, "周杰伦", address=HERE, phone="13655556666", id_number=resident(3)),
    one("qian-phone", 20, "钱三多", phone="13733334444"),
    one("qian-both", 21, "钱三多", phone="13733334444", address=THERE),
    one("qian-address", 22, "钱三多", address=THERE),
    one("moving-0", 23, "吴大海", address=HERE, id_number=resident(4)),
    *(one(f"moving-{i}", 23 + i, "吴大海", address=THERE, id_number=resident(4)) for i in range(1, 7)),
    filing("licence", 31, person("p1", "plaintiff", "何八八"), agents=(lawyer("孟浩然", firm="甘肃正则律师事务所"),)),
    filing("licence-too", 32, person("p1", "plaintiff", "何九九"), court="京01", agents=(lawyer("高适", phone="1"),)),
    company("misread", 33, "兰州恒通机电有限公司", phone="13600001111", address=HERE),
    company("well-read", 34, "兰州恒桶机电有限公司", phone="13600001111", address=HERE),
    company("misread-branch", 35, "兰州恒桶机电有限公司张掖分公司", phone="13600001111"),
    one("masked-kin", 36, "孟某某", address=THERE, phone="13588889999"),
    one("masked-kin-too", 37, "孟某某", address=THERE, phone="13588889999"),
    one("moving-back", 30, "吴大海", address=HERE),
)  # fmt: skip

REASONS = [
    ("numbered", "numbered-again", True, "joined"),
    ("two-agents/a1", "two-agents/a2", True, "one-in-filing"),
    ("licence/a1", "licence-too/a1", True, "one-number"),
    ("qian-phone", "qian-address", True, "through-others"),
    ("numbered", "head-office", False, "kinds-differ"),
    ("numbered", "other-number", False, "different-numbers"),
    ("head-office", "branch", False, "branch"),
    ("namesakes/p1", "namesakes/p2", False, "same-filing"),
    ("masked", "masked-too", False, "masked"),
    ("masked-kin", "masked-kin-too", False, "masked"),
    ("numbered", "stranger", False, "no-shared-key"),
    ("name-alone", "name-alone-too", False, "below-threshold"),
    ("zhao", "zhao-other", False, "entity-different-numbers"),
    ("misread", "misread-branch", False, "entity-branch"),
    ("sun", "two-suns/p2", False, "entity-same-filing"),
    ("zhou-here", "zhou-both", False, "another-likelier"),
    ("moving-0", "moving-back", False, "entity-average"),
]


def named(reference: str) -> str:
    return reference if "/" in reference else f"{reference}/p1"


def ask(store: Store, a: str, b: str) -> Explanation:
    with store.read() as connection:
        return explain(connection, named(a), named(b))


def say(store: Store, verdict: Verdict, a: str, b: str, day: float) -> None:
    with store.write() as connection:
        left, right = (find_mention(connection, named(x)) for x in (a, b))
        judge(connection, left, right, verdict, by="法官甲", reason="核对", at=START + int(day * DAY))


def linked(store: Store, *rows: Filing) -> None:
    put(store, rows)
    link_pending(store)


def test_every_reason(store: Store) -> None:
    linked(store, *DOCKET)
    found = [(a, b, pair.linked, pair.reason) for a, b, *_ in REASONS for pair in [ask(store, a, b).pair]]
    assert found == REASONS
    for a, b, _, reason in REASONS:
        pair = ask(store, a, b).pair
        backwards = ask(store, b, a).pair
        assert (backwards.reason, backwards.left, backwards.right) == (reason, pair.left, pair.right)


def test_reasons_of_people(store: Store) -> None:
    rows = (
        one("x", 0, "郑一一", phone=PHONE),
        one("y", 1, "郑一一", phone=PHONE),
        one("z", 2, "郑二二"),
        one("w", 3, "郑三三"),
    )
    linked(store, *rows)
    say(store, "different", "z", "w", 10)
    assert ask(store, "z", "w").pair.reason == "judged-different"
    say(store, "same", "y", "z", 11)
    pair = ask(store, "y", "z").pair
    assert (pair.linked, pair.reason) == (True, "judged-same")
    pair = ask(store, "x", "z").pair
    assert (pair.linked, pair.reason) == (True, "merged")
    say(store, "withdrawn", "y", "z", 12)
    assert not ask(store, "x", "z").pair.linked
    say(store, "different", "x", "y", 13)
    assert ask(store, "x", "y").pair.reason == "still-linked"
    say(store, "same", "y", "z", 14)
    assert ask(store, "y", "z").pair.reason == "still-apart"
    link_again(store, START + 20 * DAY)
    assert [ask(store, *p).pair.reason for p in (("x", "y"), ("y", "z"))] == [
        "judged-different",
        "judged-same",
    ]


def test_crowded_keys_and_other_weights(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (docket_module, pair_module):
        monkeypatch.setattr(module, "load_weights", narrow_weights)
    linked(sqlite_store, *(one(f"f{i}", i, "张伟") for i in range(6)))
    assert ask(sqlite_store, "f0", "f5").pair.reason == "crowded-keys"
    # What today's weights would do is not what was done.
    monkeypatch.setattr(pair_module, "load_weights", lambda: replace(load_weights(), threshold=1e-6))
    pair = ask(sqlite_store, "f0", "f5").pair
    assert (pair.linked, pair.reason) == (False, "linked-otherwise")


def test_no_reason_goes_untold() -> None:
    """What a table of cases above does not show is at least known to both languages."""
    for language in ("zh", "en"):
        words = catalogue(language)
        assert {key for key in words if key.startswith("linked.")} == {f"linked.{r}" for r in LINKED}
        assert {key for key in words if key.startswith("apart.")} == {f"apart.{r}" for r in APART}


def assert_equal_numbers(store: Store) -> int:
    """Every offer of the linker, and every probability it kept, explained to the same sum."""
    offers = 0
    with store.read() as connection:
        for known in read(connection, list(every_mention(connection))):
            index = index_at(connection, known)
            for offer in offers_for(known.mention, index):
                told = Weigher(known.mention, index).against(index.profiles(offer.entity_id), offer.entity_id)
                assert told is not None
                assert told.total == pytest.approx(offer.bits, abs=1e-9)
                offers += 1
        for entity_id in set(entity_of(store).values()):
            for arrival in tell_history(connection, entity_id).arrivals:
                assert not arrival.changed
                if arrival.evidence is not None:
                    kept = arrival.known.row.probability
                    assert arrival.evidence.probability == pytest.approx(kept)
    return offers


def test_sums_are_the_linkers_own(store: Store) -> None:
    linked(store, *DOCKET)
    assert assert_equal_numbers(store) > 10
    with store.read() as connection:
        mentions = {k.reference: k for k in read(connection, list(every_mention(connection)))}
        pair = explain(connection, "numbered/p1", "numbered-again/p1").pair
        offers = offers_for(
            mentions["numbered-again/p1"].mention, index_at(connection, mentions["numbered-again/p1"])
        )
    assert pair.alone is not None
    assert pair.offer == pair.alone  # an entity of one mention: the pair is the offer
    assert [offer.bits for offer in offers] == [pytest.approx(pair.alone.total)]


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(dockets())
def test_sums_on_random_dockets(sqlite_store: Store, rows: list[Filing]) -> None:
    empty(sqlite_store)
    linked(sqlite_store, *rows)
    assert_equal_numbers(sqlite_store)


def test_common_names_lose_what_is_told(sqlite_store: Store) -> None:
    linked(sqlite_store, *(one(f"f{i}", i, "王小明", court=f"甘07{i:02}") for i in range(5)))
    alone = ask(sqlite_store, "f0", "f4").pair.alone
    assert alone is not None
    step = next(step for step in alone.steps if step.field == "name")
    part = step.parts[0]
    assert part.counted is not None
    assert (part.counted.others, part.counted.mentions) == (3.0, 4)
    assert part.counted.frequency < 0
    assert "about 3 others bear it among 4 mentions" in show_explanation(
        ask(sqlite_store, "f0", "f4"), Words("en")
    )


def test_what_would_do(sqlite_store: Store) -> None:
    linked(sqlite_store, *DOCKET)
    pair = ask(sqlite_store, "name-alone", "name-alone-too").pair
    assert pair.alone is not None
    gap = pair.cut - pair.alone.total
    fields = [missing.field for several in pair.would_do for missing in several]
    assert fields[0] == "number"
    assert {"birth", "phone", "address"} <= set(fields)
    assert all(len(several) == 1 and several[0].bits >= gap for several in pair.would_do)
    # With all of these together it is never less than the gap, and without the last it is.
    far = ask(sqlite_store, "masked", "masked-too").pair
    assert far.alone is not None
    for several in far.would_do:
        assert sum(missing.bits for missing in several) >= far.cut - far.alone.total


def test_entities(store: Store) -> None:
    linked(store, *DOCKET)
    ids = entity_of(store)
    moving, back = ids["moving-0", "p1", "person"], ids["moving-back", "p1", "person"]
    found = explained(store, moving, back)
    assert found.ties is not None
    assert (found.ties.pairs, found.ties.vetoed, found.bridge) == (7, 0, None)
    assert found.pair.left.reference == "moving-0/p1"
    assert found.ties.strongest.bits > found.ties.average > found.ties.weakest.bits
    inside = explained(store, moving, moving)
    assert inside.ties is not None
    assert inside.ties.pairs == 21
    assert inside.bridge is not None
    assert [known.reference for known in inside.bridge.apart] == ["moving-0/p1"]
    assert inside.bridge.rest == 6
    member = explained(store, "moving-0/p1", moving)
    assert member.ties is not None
    assert member.ties.pairs == 6
    forbidden = explained(store, ids["numbered", "p1", "person"], "other-number/p1")
    assert forbidden.ties is not None
    assert forbidden.ties.pairs == forbidden.ties.vetoed == 2
    assert "—" in show_explanation(forbidden, Words("en"))


def explained(store: Store, a: str, b: str) -> Explanation:
    with store.read() as connection:
        return explain(connection, a, b)


def test_history(store: Store) -> None:
    linked(store, *DOCKET)
    entity = entity_of(store)["moving-0", "p1", "person"]
    with store.read() as connection:
        history = tell_history(connection, entity)
        assert (history.mentions, history.left_out, history.said) == (7, 0, ())
        assert [arrival.founding for arrival in history.arrivals] == [True] + [False] * 6
        assert history.probability == min(a.known.row.probability for a in history.arrivals[1:])
        alone = tell_history(connection, entity_of(store)["stranger", "p1", "person"])
        assert (alone.ties, alone.bridge, alone.probability) == (None, None, 1.0)
    say(store, "same", "qian-phone", "sun", 50)
    with store.read() as connection:
        merged = tell_history(connection, entity_of(store)["qian-phone", "p1", "person"])
        assert merged.mentions == 5
        assert len(merged.standing_for) == 1
        assert [event.what for event in merged.said] == ["judged", "merged"] or len(merged.said) == 3
        for language in ("zh", "en"):
            assert merged.entity_id in show_history(merged, Words(language))
        with pytest.raises(NotFound):
            tell_history(connection, "P-nobody")


def test_of_a_long_history_it_is_known_who_came_before_what_is_shown(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(sqlite_store, *DOCKET)
    say(sqlite_store, "same", "qian-phone", "sun", 50)
    entity = entity_of(sqlite_store)["sun", "p1", "person"]

    def founding() -> dict[str, bool]:
        with sqlite_store.read() as connection:
            found = tell_history(connection, entity).arrivals
        return {arrival.known.reference: arrival.founding for arrival in found}

    whole = founding()
    monkeypatch.setattr(history_module, "LATEST", 2)
    shown = founding()
    assert (len(whole), len(shown)) == (5, 3)
    assert shown == {reference: whole[reference] for reference in shown}


def test_an_entity_is_asked_with_itself_by_any_of_its_ids(sqlite_store: Store) -> None:
    linked(sqlite_store, *DOCKET)
    before = entity_of(sqlite_store)
    one_id, other = (before[name, "p1", "person"] for name in ("qian-phone", "sun"))
    say(sqlite_store, "same", "qian-phone", "sun", 50)
    assert explained(sqlite_store, one_id, other) == explained(sqlite_store, one_id, one_id)


def test_no_such_mentions(sqlite_store: Store) -> None:
    linked(sqlite_store, *DOCKET[:2])
    with pytest.raises(NotFound):
        ask(sqlite_store, "numbered", "nobody")
    with pytest.raises(NotFound):
        explained(sqlite_store, "P-nobody", "numbered/p1")
    with pytest.raises(InputError):
        ask(sqlite_store, "numbered", "numbered")


PAIR_KEYS = {
    "left", "right", "linked", "reason", "threshold", "threshold_bits", "probability", "with_entity", "alone", "rival",
    "would_do", "keys", "links", "bridge",
}  # fmt: skip
HISTORY_KEYS = {
    "entity_id", "standing_for", "kind", "mentions", "left_out", "probability", "arrivals", "said", "links", "bridge",
}  # fmt: skip
MENTION_KEYS = {"mention", "filing_id", "record_id", "kind", "side", "filed_at", "entity_id", "name"}
STEP_KEYS = {"field", "level", "left", "right", "bits", "parts", "running"}
PART_KEYS = {"level", "times", "bits", "m", "u", "others", "mentions", "frequency_bits"}


def test_json_keeps_its_keys_and_tells_no_number(sqlite_store: Store) -> None:
    # A clerk wrote the number behind the name.
    leaky = one("leaky", 60, f"刘强（{IDS[2]}）", id_number=IDS[2])
    linked(sqlite_store, *DOCKET, leaky)
    told = []
    for a, b in (*((a, b) for a, b, *_ in REASONS), ("numbered", "leaky")):
        document = describe_explanation(ask(sqlite_store, a, b), "Asia/Shanghai")
        assert set(document) == PAIR_KEYS
        assert set(document["left"]) == set(document["right"]) == MENTION_KEYS
        assert set(document["reason"]) == {"code", "zh", "en"}
        assert set(document["keys"]) == {"shared", "left", "right", "crowded"}
        for waterfall in (document["alone"], document["with_entity"]):
            check_waterfall(waterfall)
        told.append(json.dumps(document, ensure_ascii=False))
    with sqlite_store.read() as connection:
        for entity_id in set(entity_of(sqlite_store).values()):
            history = describe_history(tell_history(connection, entity_id), "Asia/Shanghai")
            assert set(history) == HISTORY_KEYS
            assert all(
                set(a)
                == MENTION_KEYS | {"founding", "beside", "by_number", "probability", "changed", "evidence"}
                for a in history["arrivals"]
            )
            told.append(json.dumps(history, ensure_ascii=False))
        hashes = {Profile.loads(row.normalised).number[2:] for row in every_mention(connection)} - {""}
    assert hashes
    for text in told:
        assert not any(hashed in text for hashed in hashes)
        assert not any(number in text or number[6:14] in text for number in IDS)


def check_waterfall(waterfall: Mapping[str, Any] | None) -> None:
    if waterfall is None:
        return
    assert set(waterfall) == {"prior", "steps", "total", "probability"}
    running = waterfall["prior"]
    for step in waterfall["steps"]:
        assert set(step) == STEP_KEYS
        running += step["bits"]
        assert step["running"] == pytest.approx(running)
        assert all(set(part) == PART_KEYS for part in step["parts"])
        if step["field"] == "number":
            assert step["left"] is step["right"] is None
    assert waterfall["total"] == pytest.approx(running)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_explanation_can_be_read(sqlite_store: Store, language: str) -> None:
    linked(sqlite_store, *DOCKET)
    words = Words(language, "Asia/Shanghai")
    for a, b, *_ in REASONS:
        text = show_explanation(ask(sqlite_store, a, b), words)
        assert named(a).partition("/")[0] in text
        assert "{" not in text
        assert not any(number in text for number in IDS)


def test_the_commands(sqlite_store: Store, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    linked(sqlite_store, *DOCKET)
    entity = entity_of(sqlite_store)["numbered", "p1", "person"]
    assert run(["link", "explain", "numbered/p1", "numbered-again/p1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["linked"] is True
    assert run(["link", "explain", "numbered/p1", "other-number/p1"]) == 0
    assert "Not one entity" in capsys.readouterr().out
    assert run(["link", "history", entity, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["mentions"] == 2
    assert run(["link", "history", entity]) == 0
    assert "first seen" in capsys.readouterr().out
    assert run(["link", "report", "--out", str(tmp_path / "deep" / "report.html")]) == 0
    assert (tmp_path / "deep" / "report.html").stat().st_size > 1_000
    assert run(["link", "history", "P-nobody"]) == 4
    assert run(["link", "explain", "numbered/p1"]) == 2


def catalogue(language: str) -> dict[str, str]:
    path = Path(docket_module.__file__).parent / "locale" / f"{language}.toml"
    return dict(flatten("", tomllib.loads(path.read_text(encoding="utf-8"))))


def test_both_languages_say_the_same() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    assert set(chinese) == set(english)
    for key in chinese:
        assert placeholders(chinese[key]) == placeholders(english[key]), key


def placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


def test_every_code_has_a_word() -> None:
    words = catalogue("en")
    for kind, weights in load_weights().kinds.items():
        assert f"kind.{kind}" in words
        for field, levels in weights.levels.items():
            assert f"field.{field}" in words
            for level in {*levels, *levels_of(kind, field)}:
                assert f"level.{level}" in words
    for rules in RULES.values():
        for rule in rules:
            assert all(f"key.{field}" in words for field in rule.fields)
    assert Words("en").rule("number~repairs") == "identity number ~ misread number"
    assert Words("en").rule("weight+phone") == "weight + phone"  # a table's own column


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (write_bits(-17.25), "−17.2"),
        (write_bits(0.01), "0.0"),
        (write_bits(3.17), "+3.2"),
        (write_probability(1.0), "> 0.9999"),
        (write_probability(0.00001), "< 0.0001"),
        (write_probability(0.5), "0.5000"),
        (write_percent(0.99996), "> 99.9%"),
        (write_percent(1.0), "100%"),
        (write_percent(0.0), "0%"),
        (write_percent(0.0004), "< 0.1%"),
        (write_percent(float("nan")), "—"),
        (write_percent(0.974), "97.4%"),
    ],
)
def test_figures_claim_no_more_than_they_know(written: str, expected: str) -> None:
    assert written == expected
