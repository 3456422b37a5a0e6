"""The pages as HTML: words in both languages, what is escaped, what is asked for by forms and files."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from serving_samples import NOW, ZONE, loan, promote_toy
from starlette.testclient import TestClient

import serving.web
from serving.app import build_app
from serving.language import load_catalogue
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from serving.web.plots import HEIGHT, draw_weeks
from serving.web.render import Words
from xiezhi import records
from xiezhi.clock import DAY, parse_moment
from xiezhi.decisions import DECISION_KINDS
from xiezhi.policy import Band
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.flags import WeekCount

WEB = Path(str(serving.web.__file__)).parent


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    """A reader with no language of their own, of a service with a model."""
    settings, ticks = Settings(), count(NOW)
    promote_toy(sqlite_store, settings)
    model = PromotedModel(sqlite_store, settings)
    app = build_app(sqlite_store, settings, model, hosts=hosts_for("127.0.0.1"), clock=lambda: next(ticks))
    with TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": ""}) as opened:
        yield opened


def keep(client: TestClient, *filings: dict[str, Any]) -> list[dict[str, Any]]:
    return [client.post("/api/v1/screenings", json=filing).json() for filing in filings]


def test_both_catalogues_say_the_same_things() -> None:
    zh, en = load_catalogue("zh"), load_catalogue("en")
    assert set(zh) == set(en)
    for key in zh:
        assert set(re.findall(r"{(\w+)}", zh[key])) == set(re.findall(r"{(\w+)}", en[key])), key
    chinese_wanted = {key for key in en if re.search(r"[\u4e00-\u9fff]", en[key])}
    assert chinese_wanted == {"site.other_language"}


def test_every_code_of_the_format_has_words() -> None:
    said = set(load_catalogue("zh"))
    groups = {
        "role": records.ROLES,
        "proceeding": records.PROCEEDINGS,
        "evidence": records.EVIDENCE_KINDS,
        "event": records.EVENT_KINDS,
        "kind": get_args(records.PartyKind),
        "relation": get_args(records.RelationKind),
        "agent": get_args(records.AgentKind),
        "authority": get_args(records.Authority),
        "channel": get_args(records.Channel),
        "finding": get_args(records.FindingKind),
        "source": get_args(records.FindingSource),
        "band": get_args(Band),
        "decision": DECISION_KINDS,
        "decision_means": DECISION_KINDS,
    }
    assert [
        f"{group}.{code}"
        for group, codes in groups.items()
        for code in codes
        if f"{group}.{code}" not in said
    ] == []


def test_every_key_the_templates_use_is_there() -> None:
    said = set(load_catalogue("zh"))
    used = set()
    for template in (WEB / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        used |= set(re.findall(r"(?:\bt|\.say|field)\('([a-z_]+\.[a-z_]+)'(?! *~)", text))
    assert used
    assert used <= said


class _Outline(HTMLParser):
    """Headings, ids, labels and inputs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag == "label" and said.get("for"):
            self.labelled.add(str(said["for"]))
        if tag in ("input", "select", "textarea") and said.get("id"):
            self.inputs.append(str(said["id"]))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_in_order(client: TestClient, language: str) -> None:
    kept = keep(client, loan("F-001", "2026-10-01T09:00", 50), loan("F-002", "2026-10-02T09:00", 3e6))
    addresses = [
        "/queue",
        "/desk",
        "/filings/F-002",
        f"/desk/answers/{kept[1]['screening_id']}",
        "/filings/none",
    ]
    for address in addresses:
        answer = client.get(f"{address}?lang={language}")
        outline = _Outline()
        outline.feed(answer.text)
        assert outline.levels[0] == 1
        assert outline.levels.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False)), address
        assert len(outline.ids) == len(set(outline.ids))
        assert set(outline.inputs) <= outline.labelled
        assert ('lang="zh-Hans">' if language == "zh" else '<html lang="en">') in answer.text
        said = {"zh": "这只是提示，不是认定。", "en": "A flag is not a finding."}
        assert said[language] in answer.text


def test_the_language_asked_for_is_remembered(client: TestClient) -> None:
    assert "Review queue" in client.get("/queue").text, "the deployment's own"
    assert "审查队列" in client.get("/queue", headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.1"}).text
    assert "审查队列" in client.get("/queue?lang=zh").text
    assert "审查队列" in client.get("/queue").text, "by the cookie"
    assert "审查队列" in client.get("/queue?lang=xx").text
    page = client.get("/queue?band=review&lang=zh").text
    assert 'href="/queue?band=review&amp;lang=en"' in page


def test_what_was_filed_is_escaped_and_masked(client: TestClient) -> None:
    keep(client, loan("F-001", "2026-10-01T09:00", 3e6))
    page = client.get("/filings/F-001").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "62070219880101123X" not in page
    assert "110101199003070257" not in page
    assert "**************123X" in page


def test_dates_and_amounts_are_written_as_readers_write_them() -> None:
    zh, en = Words("zh", ZONE), Words("en", ZONE)
    moment = parse_moment("2026-01-05T08:03", ZONE)
    assert (zh.minute(moment), en.minute(moment)) == ("2026年1月5日 08:03", "5 Jan 2026 08:03")
    assert zh.amount(200_000, "CNY") == "200,000 元（20 万）"
    assert zh.amount(9_999.5, "CNY") == "9,999.50 元"
    assert en.amount(200_000, "CNY") == "200,000 CNY"
    assert zh.amount(10, "USD") == "10 USD"
    assert zh.amount(None, None) == "—"
    assert zh.trigger("admitted_all+mediated") == "被告全部认可、调解结案"
    with pytest.raises(KeyError):
        zh.say("no.such")


def test_the_drawing_says_what_the_table_says() -> None:
    week = 7 * DAY
    bars = draw_weeks(
        [WeekCount(0, "notice", 3), WeekCount(0, "review", 1), WeekCount(2 * week, "review", 2)]
    )
    assert [(bar.review, bar.notice) for bar in bars] == [(1, 3), (0, 0), (2, 0)]
    assert bars[0].notice_y == 0
    assert bars[0].review_height + bars[0].notice_height == HEIGHT
    assert bars[2].review_height == HEIGHT / 2
    assert draw_weeks([]) == []


FORM = {
    "court": "甘0702", "filed_at": "2026-11-20T09:30", "cause": "民间借贷纠纷", "claim_amount": "3,000,000",
    "proceeding": "first_instance", "received_via": "counter",
    "parties.0.role": "plaintiff", "parties.0.kind": "person", "parties.0.name": "周明礼",
    "parties.0.id_number": "62070219880101123X",
    "parties.1.role": "defendant", "parties.1.kind": "person", "parties.1.name": "陈大海",
    "parties.3.role": "defendant", "parties.3.kind": "organization", "parties.3.name": "甘州某某商贸有限公司",
    "agents.0.side": "plaintiff", "agents.0.kind": "lawyer", "agents.0.name": "王律",
    "evidence.1.kind": "iou", "evidence.1.amount": "3000000", "mediation_requested": "yes",
    "elements.rate_per_year": "15", "elements.interest_claimed": "no",
}  # fmt: skip


def test_a_filing_typed_is_answered(client: TestClient) -> None:
    answer = client.post("/desk", data=FORM)
    assert answer.url.path.startswith("/desk/answers/")
    assert "Ask a judge" in answer.text
    again = client.post("/desk", data=FORM)
    assert again.url == answer.url, "the same form twice is one filing"
    filing_id = client.get("/api/v1/flags").json()["items"][0]["filing_id"]
    assert re.fullmatch(r"desk-[0-9a-f]{12}", filing_id)
    filing = client.get(f"/api/v1/filings/{filing_id}").json()["filing"]
    assert [p["party_id"] for p in filing["parties"]] == ["p1", "p2", "p4"]
    assert filing["agents"][0]["represents"] == ["p1"]
    assert filing["elements"] == {"rate_per_year": 0.15, "interest_claimed": False}
    assert filing["evidence"] == [{"kind": "iou", "amount": 3_000_000}]
    assert filing["mediation_requested"] is True
    assert "preservation_requested" not in filing, "left blank is unknown"


def test_a_slip_is_told_beside_its_field_and_nothing_is_lost(client: TestClient) -> None:
    answer = client.post("/desk", data=FORM | {"claim_amount": "三百万"})
    assert answer.status_code == 422
    assert re.search(
        r'name="claim_amount" aria-invalid="true" aria-describedby="slip" value="三百万"', answer.text
    )
    assert 'value="周明礼"' in answer.text
    answer = client.post("/desk", data=FORM | {"parties.3.kind": "ghost"})
    assert 'name="parties.3.kind" aria-invalid="true"' in answer.text, (
        "the row of the form, not of the record"
    )
    answer = client.post("/desk", data={k: v for k, v in FORM.items() if not k.startswith("parties")})
    assert answer.status_code == 422


def jsonl(*filings: dict[str, Any]) -> bytes:
    return "".join(json.dumps(f, ensure_ascii=False) + "\n" for f in filings).encode()


def test_files_dropped_are_answered_row_by_row(client: TestClient) -> None:
    content = jsonl(
        loan("F-002", "2026-10-02T09:00", 3e6),
        loan("F-001", "2026-10-01T09:00", 50),
        {"filing_id": "F-003"},
    )
    page = client.post("/desk/uploads", files=[("files", ("新收.jsonl", content))]).text
    assert page.index("(2026)甘0702民初002号") < page.index("(2026)甘0702民初001号"), (
        "in the order of the file"
    )
    assert "2 screened, 1 flagged, 1 records not taken" in page
    assert '新收.jsonl <span class="whole">row 3</span>' in page
    assert "xiezhi-desk-" not in page
    again = client.post("/desk/uploads", files=[("files", ("again.jsonl", content))]).text
    assert again.count("screened before, same answer") == 2


def test_pasted_json_and_lists_are_taken(client: TestClient) -> None:
    pretty = json.dumps(loan("F-001", "2026-10-01T09:00", 50), ensure_ascii=False, indent=2)
    assert "1 screened" in client.post("/desk/uploads", data={"pasted": pretty}).text
    many = json.dumps([loan("F-002", "2026-10-02T09:00", 50), loan("F-003", "2026-10-03T09:00", 50)])
    page = client.post("/desk/uploads", files=[("files", ("many.json", many.encode("utf-8-sig")))]).text
    assert "2 screened" in page
    assert "1 records not taken" in client.post("/desk/uploads", data={"pasted": "no json"}).text
    nothing = client.post("/desk/uploads", files=[("files", ("", b""))])
    assert nothing.status_code == 422
    assert "Choose a file" in nothing.text


def test_a_workbook_is_taken(client: TestClient) -> None:
    filing = loan("F-001", "2026-10-01T09:00", 3e6)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in (
            (
                "filings",
                [{k: filing[k] for k in ("filing_id", "court", "filed_at", "cause", "claim_amount")}],
            ),
            ("parties", [{"filing_id": "F-001", **p} for p in filing["parties"]]),
        ):
            sheet = book.add_worksheet(name)
            columns = sorted({key for row in rows for key in row})
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [row.get(column, "") for column in columns])
    page = client.post("/desk/uploads", files=[("files", ("book.xlsx", content.getvalue()))]).text
    assert "1 screened, 1 flagged" in page


def test_a_decision_on_the_page(client: TestClient) -> None:
    (flag,) = keep(client, loan("F-001", "2026-10-01T09:00", 3e6))
    url = f"/flags/{flag['screening_id']}/decisions"
    typed = {"decided_by": "李法官", "decision": "cleared", "reason": " "}
    slip = client.post(url, data=typed)
    assert slip.status_code == 422
    assert "Say why" in slip.text
    assert 'value="李法官"' in slip.text
    done = client.post(url, data=typed | {"reason": "转账凭证\n属实 <b>"})
    assert (done.url.path, done.status_code) == ("/filings/F-001", 200)
    assert "转账凭证<br>属实 &lt;b&gt;" in done.text
    assert client.post(url, data=typed | {"reason": "again"}).status_code == 409
    assert client.post("/flags/none/decisions", data=typed | {"reason": "x"}).status_code == 404
    assert "No flag waits now" in client.get("/queue").text
    assert "No flag matches" in client.get("/queue?band=review").text
    assert "(2026)甘0702民初001号" in client.get("/queue?state=decided").text


def test_an_error_names_itself_and_leads_back(client: TestClient) -> None:
    """By the page the reader came from, never by another host's; and it claims nothing of the model it did not ask."""
    came = {"referer": "http://127.0.0.1/queue?state=all"}
    page = client.get("/filings/none", headers=came).text
    assert "<h1>Not found</h1>" in page
    assert 'href="/queue?state=all"' in page
    assert "Model in use" not in page
    assert "No model has been promoted" not in page
    for other in ("http://elsewhere.example/queue", "http://127.0.0.1/filings/none", "http://127.0.0.1", "x"):
        assert "page before" not in client.get("/filings/none", headers={"referer": other}).text, other
    assert (
        'href="/evil.example/"'
        in client.get("/x", headers={"referer": "http://127.0.0.1//evil.example/"}).text
    )


def test_courts_and_filings_are_called_as_a_court_calls_them(client: TestClient) -> None:
    keep(client, loan("F-001", "2026-10-01T09:00", 3e6), loan("F-002", "2026-10-02T09:00", 3e6))
    earlier, number = "/filings/F-001", "(2026)甘0702民初001号"
    page = client.get("/filings/F-002").text
    pasts = page[page.index('id="pasts"') :].split("</section>")[0]
    assert f'<a href="{earlier}">{number}</a>' in pasts
    assert "张掖市甘州区人民法院" in pasts
    links = page[page.index('id="links"') :].split("</section>")[0]
    entity = re.findall(r'<a href="(/entities/[^"]+)">周明礼</a>', links)[0]
    assert "<h1>周明礼</h1>" in client.get(entity).text
    assert '<option value="甘0702">张掖市甘州区人民法院</option>' in client.get("/queue").text
    other = loan("F-003", "2026-10-03T09:00", 9e4, court="N.D. Ill.")
    keep(client, other)
    assert "N.D. Ill. · " in client.get("/filings/F-003").text, "a court nobody knows keeps its code"


def test_the_queue_filters_and_pages(client: TestClient) -> None:
    keep(
        client,
        *(loan(f"F-{n:03}", f"2026-10-{n % 28 + 1:02}T09:00", 3e6 if n % 3 else 3e5) for n in range(1, 31)),
    )
    first = client.get("/queue")
    assert first.text.count("/filings/F-") == 25
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&"))
    assert second.text.count("/filings/F-") == 5
    assert "First page" in second.text
    assert client.get("/queue?band=notice").text.count("/filings/F-") == 10
    assert "No flag matches" in client.get("/queue?court=%E6%B2%AA0101").text
    for wrong in ("?band=x", "?cursor=x", "?state=x"):
        answer = client.get("/queue" + wrong)
        assert answer.status_code == 422
        assert "<h1>" in answer.text, "a page, for a person"
    assert client.get("/", follow_redirects=False).headers["location"] == "/queue"


def test_pages_say_when_the_model_learned_from_a_simulated_docket(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "its scores say nothing about a real court"
    assert words not in client.get("/queue?lang=en").text
    monkeypatch.setattr(PromotedModel, "is_synthetic", lambda _self: True)
    for page in ("/queue", "/desk"):
        assert words in client.get(f"{page}?lang=en").text
        assert "不说明任何真实法院的情况" in client.get(f"{page}?lang=zh").text


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "立案期限至2026年11月30日"), ("en", "To be docketed by 30 Nov 2026")]
)
def test_the_days_for_docketing_are_shown(client: TestClient, language: str, told: str) -> None:
    [kept] = keep(client, loan("F-001", "2026-11-23T09:00", 3_000_000))
    assert told in client.get(f"/filings/F-001?lang={language}").text
    [flag] = client.get("/api/v1/flags").json()["items"]
    assert flag["filing_id"] == kept["filing_id"]
    assert told in client.get(f"/desk/answers/{flag['screening_id']}?lang={language}").text


def test_a_year_the_calendar_lacks_shows_no_day(client: TestClient) -> None:
    keep(client, loan("F-001", "2019-11-20T09:00", 3_000_000))
    assert "立案期限" not in client.get("/filings/F-001?lang=zh").text
