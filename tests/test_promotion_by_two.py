"""A promotion asked for by one person and approved by another; roll-back; and that two at once do no harm."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from accounts_samples import open_accounts, type_passwords
from alembic import command
from alembic.config import Config
from serving_samples import keep_toy, promote_toy
from sqlalchemy import text
from training_samples import make_bundle

from training.promotion.approval import approve, request_promotion
from training.promotion.promote import promote
from training.promotion.roll_back import roll_back
from xiezhi.accounts.roles import sole_user
from xiezhi.bundle import Bundle, bundle_folder, load_current, save
from xiezhi.cli import run
from xiezhi.errors import BundleError, Conflict, NotFound, NotPermitted, XiezhiError
from xiezhi.promotion import find_request, reject
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store import engine as engines
from xiezhi.store.promotion_requests import PromotionAnswer, PromotionRequest, all_requests, open_requests
from xiezhi.store.promotions import PROMOTED, ROLLED_BACK, Promotion, current, history, standing
from xiezhi.store.users import User

pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def people(store: Store) -> dict[str, User]:
    return open_accounts(store, "chen", "zhao", "qian", "sun")


@pytest.fixture
def model(home: Path) -> Bundle:
    """A model in the home that nobody promoted."""
    return keep_toy(Settings(), as_of="2026-03-01")


def promotions_in(store: Store) -> list[Promotion]:
    with store.read() as connection:
        return history(connection)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do these in threads that start together; the codes of the errors."""
    start, refused = threading.Barrier(len(acts)), []

    def do(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except XiezhiError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_nothing_changes_until_another_person_approves(
    store: Store, people: dict[str, User], model: Bundle
) -> None:
    settings = Settings()
    request_promotion(store, settings, model.version, by=people["chen"], at=10)
    with pytest.raises(NotFound):
        load_current(store, settings)
    request = find_request(store, None)
    done = approve(store, settings, request, by=people["zhao"], at=11)
    assert load_current(store, settings) == model
    assert (done.promoted_by, done.promoted_at, done.digest) == ("zhao", 11, model.digest)
    with store.read() as connection:
        assert open_requests(connection) == []
        [(kept, answer)] = all_requests(connection)
    assert (kept.requested_by, kept.requested_at, kept.digest) == ("chen", 10, model.digest)
    assert kept.shown["model"]["digest"] == model.digest
    assert kept.shown["champion"] is None
    assert answer == PromotionAnswer(kept.number, "approved", 11, "zhao", "")
    assert promotions_in(store) == [done]
    assert done.request_no == kept.number


@pytest.mark.parametrize("who", ["zhao", "chen", "sun"])
def test_who_asked_may_not_approve_nor_may_other_roles(
    store: Store, people: dict[str, User], model: Bundle, who: str
) -> None:
    request_promotion(store, Settings(), model.version, by=people["zhao"], at=10)
    with pytest.raises(NotPermitted):
        approve(store, Settings(), find_request(store, None), by=people[who], at=11)
    assert promotions_in(store) == []
    approve(store, Settings(), find_request(store, None), by=people["qian"], at=12)
    assert len(promotions_in(store)) == 1


def test_a_clerk_may_not_ask_and_nobody_promotes_alone(
    store: Store, people: dict[str, User], model: Bundle
) -> None:
    with pytest.raises(NotPermitted):
        request_promotion(store, Settings(), model.version, by=people["sun"], at=10)
    with pytest.raises(NotPermitted):
        promote(store, Settings(), model.version, "root", 10)
    request_promotion(store, Settings(), model.version, by=people["chen"], at=10)
    with pytest.raises(Conflict):
        request_promotion(store, Settings(), model.version, by=people["zhao"], at=11)
    assert promotions_in(store) == []


def test_a_rejected_request_is_over(store: Store, people: dict[str, User], model: Bundle) -> None:
    request = request_of(store, people["chen"], model)
    with pytest.raises(NotPermitted):
        reject(store, request, "no", by=people["sun"], at=11)
    reject(store, request, "the figures are of a simulated docket", by=people["zhao"], at=11)
    with pytest.raises(Conflict) as late:
        approve(store, Settings(), request, by=people["qian"], at=12)
    assert late.value.code == "request-answered"
    assert promotions_in(store) == []
    with store.read() as connection:
        [(_, answer)] = all_requests(connection)
    assert answer is not None
    assert (answer.answer, answer.reason) == ("rejected", "the figures are of a simulated docket")
    again = request_of(store, people["chen"], model)
    reject(store, again, "my mistake", by=people["chen"], at=13)
    with pytest.raises(NotFound):
        find_request(store, model.version)


def request_of(store: Store, by: User, model: Bundle) -> PromotionRequest:
    request_promotion(store, Settings(), model.version, by=by, at=10)
    return find_request(store, model.version)


def test_two_approvals_at_once_promote_once(store: Store, people: dict[str, User], model: Bundle) -> None:
    request = request_of(store, people["chen"], model)
    refused = at_once(
        *(
            partial(approve, store, Settings(), request, by=people[name], at=11)
            for name in ("zhao", "qian", "root")
        )
    )
    assert refused == ["request-answered"] * 2
    assert len(promotions_in(store)) == 1


def test_an_approval_and_a_rejection_at_once_are_one_answer(
    store: Store, people: dict[str, User], model: Bundle
) -> None:
    request = request_of(store, people["chen"], model)
    refused = at_once(
        lambda: approve(store, Settings(), request, by=people["zhao"], at=11),
        lambda: reject(store, request, "no", by=people["qian"], at=11),
    )
    assert refused == ["request-answered"]
    with store.read() as connection:
        [(_, answer)] = all_requests(connection)
    assert answer is not None
    assert len(promotions_in(store)) == (answer.answer == "approved")


def test_of_two_requests_for_one_place_one_is_outdated(
    store: Store, people: dict[str, User], model: Bundle
) -> None:
    other = keep_toy(Settings(), as_of="2026-04-01")
    requests = [request_of(store, people["chen"], model), request_of(store, people["chen"], other)]
    refused = at_once(*(partial(approve, store, Settings(), r, by=people["zhao"], at=11) for r in requests))
    assert refused == ["promotion-outdated"]
    [done] = promotions_in(store)
    with store.read() as connection:
        [left] = open_requests(connection)
    assert {done.digest, left.digest} == {model.digest, other.digest}, "what was not done is not answered"


def test_files_changed_after_the_request_are_not_approved(
    store: Store, people: dict[str, User], model: Bundle
) -> None:
    request = request_of(store, people["chen"], model)
    folder = bundle_folder(Settings(), model.version)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    save(make_bundle(), folder)  # sound in itself, and another
    with pytest.raises(BundleError):
        approve(store, Settings(), request, by=people["zhao"], at=11)
    with store.read() as connection:
        assert len(open_requests(connection)) == 1


def test_what_is_shown_sets_the_model_beside_the_one_that_screens(
    store: Store, model: Bundle, people: dict[str, User]
) -> None:
    now = promote_toy(store, Settings())
    request_promotion(store, Settings(), model.version, by=people["chen"], at=10)
    shown = find_request(store, None).shown
    assert shown["champion"]["model_version"] == now.version
    assert shown["model"]["trained_as_of"].startswith("2026-03-01")
    assert shown["live"] is None


def test_rolling_back_goes_one_further_each_time(store: Store) -> None:
    settings, by = Settings(), sole_user("li")
    models = [promote_toy(store, settings, as_of=f"2026-0{month}-01") for month in (1, 2, 3)]
    back = roll_back(store, settings, "too many flags", by=by, at=20)
    assert load_current(store, settings) == models[1]
    assert (back.action, back.reason, back.promoted_by, back.promoted_at) == (
        ROLLED_BACK,
        "too many flags",
        "li",
        20,
    )
    roll_back(store, settings, "still", by=by, at=21)
    assert load_current(store, settings) == models[0]
    with pytest.raises(NotFound):
        roll_back(store, settings, "once more", by=by, at=22)
    promote_toy_again(store, models[2])
    roll_back(store, settings, "again", by=by, at=24)
    assert load_current(store, settings) == models[0]
    assert len(promotions_in(store)) == 7, "nothing is taken from the record"


def promote_toy_again(store: Store, model: Bundle) -> None:
    assert promote(store, Settings(), model.version, "li", 23).digest == model.digest


def test_two_roll_backs_at_once_go_one_step(store: Store) -> None:
    models = [promote_toy(store, Settings(), as_of=f"2026-0{month}-01") for month in (1, 2, 3)]
    start = threading.Barrier(2)

    def back() -> None:
        roll_back(store, Settings(), "both saw it", by=sole_user("li"), at=20)

    # Both read the record before either writes: with one at a time there is nothing to see.
    original = engines.Store.write

    def write_together(self: Store) -> object:
        start.wait()
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines.Store, "write", write_together)
        refused = at_once(back, back)
    assert refused == ["promotion-outdated"]
    assert load_current(store, Settings()) == models[1]


def test_one_rolls_back_alone_if_he_might_approve(store: Store, people: dict[str, User]) -> None:
    promote_toy(store, Settings())
    promote_toy(store, Settings(), as_of="2026-02-01")
    for name in ("chen", "sun"):
        with pytest.raises(NotPermitted):
            roll_back(store, Settings(), "no", by=people[name], at=20)
    assert roll_back(store, Settings(), "harm", by=people["zhao"], at=20).promoted_by == "zhao"


def test_a_damaged_model_is_not_rolled_back_to(sqlite_store: Store) -> None:
    first = promote_toy(sqlite_store, Settings())
    second = promote_toy(sqlite_store, Settings(), as_of="2026-02-01")
    (bundle_folder(Settings(), first.version) / "booster.txt").write_text("tree")
    with pytest.raises(BundleError):
        roll_back(sqlite_store, Settings(), "harm", by=sole_user("li"), at=20)
    assert load_current(sqlite_store, Settings()) == second


@pytest.mark.parametrize(
    ("acts", "stand"),
    [
        ("", ""),
        ("A", "A"),
        ("AB", "AB"),
        ("AB<", "A"),
        ("ABC<<", "A"),
        ("AB<C", "AC"),
        ("AB<C<", "A"),
        ("AA", "A"),
        ("ABB<", "A"),
        ("ABA", "ABA"),
        ("ABA<", "AB"),
    ],
)
def test_what_stands(acts: str, stand: str) -> None:
    past = [
        Promotion(
            i,
            "li",
            "?" if act == "<" else act,
            "?" if act == "<" else act,
            ROLLED_BACK if act == "<" else PROMOTED,
        )
        for i, act in enumerate(acts)
    ]
    assert "".join(p.model_version for p in standing(past)) == stand


def test_promotions_made_before_are_carried_over(store: Store) -> None:
    """The schema before had four columns."""
    with store.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(engines.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
        for moment, version in ((1, "a"), (2, "b"), (3, "a")):
            connection.execute(
                text(
                    "INSERT INTO promotions (promoted_at, promoted_by, model_version, digest)"
                    f" VALUES ({moment}, 'li', '{version}', '{version}')"
                )
            )
        command.upgrade(config, "head")
    kept = promotions_in(store)
    assert kept == [Promotion(1, "li", "a", "a"), Promotion(2, "li", "b", "b"), Promotion(3, "li", "a", "a")]
    with store.write() as connection:
        follows = (
            connection.execute(text("SELECT follows FROM promotions ORDER BY promotion_no")).scalars().all()
        )
        assert follows == [0, kept[0].number, kept[1].number]
        held = current(connection)
    assert held == replace(kept[2])


def test_by_command(
    sqlite_store: Store, model: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["promote", model.version, "--approve", "--by", "zhao"]) == 2, "without accounts none asks"
    assert run(["promote", model.version, "--by", "li"]) == 0
    assert "no second person" in capsys.readouterr().out
    newer = keep_toy(Settings(), as_of="2026-05-01")
    open_accounts(sqlite_store, "chen", "zhao")
    type_passwords(monkeypatch, "chen", "chen", "zhao", "zhao")
    assert run(["promote", newer.version, "--by", "chen"]) == 0
    told = capsys.readouterr().out
    assert f"xiezhi promote {newer.version} --approve" in told
    assert model.version in told, "the model that screens stands beside it"
    assert run(["promote", newer.version, "--approve", "--by", "chen"]) == 4
    assert "not-permitted" in capsys.readouterr().err
    assert load_current(sqlite_store, Settings()) == model
    assert run(["promote", newer.version, "--approve", "--by", "zhao", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["promoted_by"] == "zhao"
    assert load_current(sqlite_store, Settings()) == newer
    assert run(["roll-back", "--by", "zhao"]) == 2, "a reason is asked for"
    assert run(["roll-back", "--by", "zhao", "--reason", "too many flags"]) == 0
    assert load_current(sqlite_store, Settings()) == model
    type_passwords(monkeypatch, "chen", "zhao")
    assert run(["promote", newer.version, "--by", "chen"]) == 0
    assert run(["promote", "--reject", "not before the drill", "--by", "zhao"]) == 0
    capsys.readouterr()
    assert run(["promotions", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [p["action"] for p in record["promotions"]] == ["promoted", "promoted", "rolled_back"]
    assert [r["answer"]["answer"] for r in record["requests"]] == ["approved", "rejected"]
    assert run(["promotions"]) == 0
    screen = capsys.readouterr().out
    for words in ("too many flags", "not before the drill", "chen asks", newer.version):
        assert words in screen


def test_a_wrong_password_asks_for_nothing(
    sqlite_store: Store, model: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_accounts(sqlite_store, "chen", "zhao")
    type_passwords(monkeypatch, "zhao", "chen")
    assert run(["promote", model.version, "--by", "chen"]) == 4
    assert run(["roll-back", "--reason", "x", "--by", "zhao"]) == 4
    assert capsys.readouterr().err.count("not-authenticated") == 2
    with sqlite_store.read() as connection:
        assert open_requests(connection) == []
