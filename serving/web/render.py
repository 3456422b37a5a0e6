"""Templates to responses, and how moments, amounts and codes are written in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from features.normalise.courts import court_name
from features.signs.instruments import render_basis
from features.watch.match import WatchMatch, say_match
from serving.access import Visitor
from serving.language import COOKIE, LANGUAGES, choose_language, load_catalogue
from serving.parts import get_parts
from serving.permissions import ALLOWED, BENCH, DESK
from serving.rare import mark_rare
from serving.review.masking import mask_text
from serving.sheets.paper import load_papers
from serving.web.people import PeopleNamed
from xiezhi.clock import Moment, to_datetime
from xiezhi.reasons import LegalBasis, signs_first
from xiezhi.records import Filing

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEAR = 365 * 86_400

WAN = 10_000
"""万: from here on a Chinese reader wants the amount in it, too."""


PLACES = (
    ("/bench", "bench.title"),
    ("/queue", "queue.title"),
    ("/desk", "desk.title"),
    ("/jobs", "jobs.title"),
    ("/corrections", "site.corrections"),
    ("/contests", "site.contests"),
    ("/court", "court.title"),
)
"""The head of every page: path and title of what this reader may open."""


ROOMS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "/bench": (
            ("/bench", "bench.title"),
            ("/bench/list", "bench.list"),
            ("/bench/assignments", "bench.assignments"),
            ("/bench/absences", "bench.absences"),
            ("/bench/agreement", "bench.agreement"),
        ),
        "/court": (
            ("/court", "court.front"),
            ("/court/report", "court.report"),
            ("/court/policies", "court.policies"),
            ("/court/models", "court.models"),
            ("/court/audit", "court.audit"),
            ("/court/accounts", "court.accounts"),
            ("/court/keys", "court.keys"),
            ("/court/webhooks", "court.webhooks"),
            ("/court/keeping", "court.keeping"),
        ),
    }
)
"""The rooms of the parts that have several; the first of each is its front page."""


def places_for(visitor: Visitor | None) -> list[tuple[str, str]]:
    """The head as this visitor has it; who may enter other rooms of the bench than his own queue finds the first of them."""
    if visitor is None:
        return []
    found = []
    for path, title in PLACES:
        rooms = rooms_of(path, visitor)
        if visitor.may(ALLOWED[("GET", path)]):
            found.append((path, title))
        elif rooms:
            found.append((rooms[0][0], "site.reviews"))
    return found


def rooms_of(here: str, visitor: Visitor | None) -> list[tuple[str, str]]:
    """The rooms beside the page `here` that the visitor may enter; none where its part has one page."""
    part = next((one for one in ROOMS if here == one or here.startswith(f"{one}/")), None)
    if part is None or visitor is None:
        return []
    return [(path, title) for path, title in ROOMS[part] if visitor.may(ALLOWED[("GET", path)])]


class Words:
    """The sentences of one language, and how it writes dates and amounts."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language
        self._zone = zone
        self._catalogue: Mapping[str, str] = load_catalogue(language)

    def say(self, key: str, **values: object) -> str:
        """The sentence under `key`. Raises KeyError: an untranslated key is a bug, not a page."""
        return self._catalogue[key].format(**values)

    def rendering(self, basis: Mapping[str, str] | LegalBasis) -> str:
        """The name of an article in English where it is Chinese and the reader is not; else empty."""
        told = basis.to_json() if isinstance(basis, LegalBasis) else basis
        return "" if self.language == "zh" else render_basis(told["instrument"], told["article"])

    def knows(self, key: str) -> bool:
        """Whether there is a sentence under `key`: courts send elements of their own."""
        return key in self._catalogue

    def day(self, moment: Moment) -> str:
        """2026年11月23日; 23 Nov 2026."""
        return self.date(to_datetime(moment, self._zone).date())

    def date(self, when: date) -> str:
        """A day of the calendar, written like `day`."""
        if self.language == "zh":
            return f"{when.year}年{when.month}月{when.day}日"
        return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"

    def minute(self, moment: Moment) -> str:
        """The day with hour and minute, local time of the court."""
        return f"{self.day(moment)} {to_datetime(moment, self._zone):%H:%M}"

    def short_day(self, moment: Moment) -> str:
        """2026-11-23, for tables."""
        return f"{to_datetime(moment, self._zone):%Y-%m-%d}"

    def court(self, code: str) -> str:
        """The court by its name; its code where the name is not known."""
        return court_name(code) or code

    def amount(self, value: float | None, currency: str | None) -> str:
        """200,000 元（20 万）; 200,000 USD; a dash for unknown."""
        if value is None:
            return "—"
        figure = f"{value:,.2f}".removesuffix(".00")
        unit = self.currency(currency or "CNY")
        if self.language != "zh" or currency not in (None, "CNY"):
            return f"{figure} {unit}"
        wan = f"{value / WAN:,.2f}".rstrip("0").rstrip(".")
        return f"{figure} {unit}（{wan} 万）" if value >= WAN else f"{figure} {unit}"

    def currency(self, code: str) -> str:
        """元; CNY, USD."""
        return "元" if self.language == "zh" and code == "CNY" else code

    def case(self, filing: Filing) -> str:
        """How a filing is called: by its case number, before it has one by its day and cause."""
        return filing.case_number or f"{self.short_day(filing.filed_at)} {filing.cause}"

    def match(self, match: WatchMatch) -> str:
        """A match with a watch list, with the days of the court that the entry holds."""
        return say_match(match, self.language, self._zone)

    def trigger(self, trigger: str) -> str:
        """Why it was scored: `filed`, `corrected`, `corrected_link` or the kinds of the events."""
        if self.knows(f"trigger.{trigger}"):
            return self.say(f"trigger.{trigger}")
        return "、".join(self.say(f"event.{kind}") for kind in trigger.split("+"))


_environment = Environment(
    loader=PackageLoader("serving.web", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The page `template` in the reader's language; a language asked for by `?lang=` is remembered."""
    parts = get_parts(request)
    language = choose_language(request, parts.settings.language)
    words = Words(language, parts.settings.zone)
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    html = _environment.get_template(template).render(
        w=words,
        t=words.say,
        language=language,
        other_language=switch_url(request, "en" if language == "zh" else "zh"),
        here=request.url.path,
        # Asked for last: the page of an error names none, for the store may be away.
        model_version=context.pop("model_version") if "model_version" in context else parts.model.version(),
        visitor=visitor,
        person=PeopleNamed(parts.store),
        places=places_for(visitor),
        rooms=rooms_of(request.url.path, visitor),
        synthetic=parts.model.is_synthetic(),
        model_kind=parts.model.kind(),
        has_papers=parts.settings.jurisdiction in load_papers(),
        **context,
    )
    response = HTMLResponse(
        html, status, headers={"content-language": "zh-Hans" if language == "zh" else "en"}
    )
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax", path="/")
    return response


def page_before(request: Request) -> str | None:
    """The page of this server the reader came from; None where there was none, or it was this one."""
    came = urlsplit(request.headers.get("referer", ""))
    here = (request.headers.get("host", ""), request.url.path)
    if came.netloc != here[0] or (request.method == "GET" and came.path == here[1]) or not came.path:
        return None
    return "/" + came.path.lstrip("/") + (f"?{came.query}" if came.query else "")


def switch_url(request: Request, language: str) -> str:
    """This page in the other language."""
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


def list_vendored() -> dict[str, str]:
    """Paths of the scripts of others by name, below `static/vendor` (its VENDOR.toml)."""
    text = (files("serving.web") / "static" / "vendor" / "VENDOR.toml").read_text(encoding="utf-8")
    return {name: entry["file"] for name, entry in tomllib.loads(text).items()}


def breakable(text: str) -> Markup:
    """Running text as filed, escaped, its line ends kept."""
    return Markup("<br>").join(text.splitlines())


def relations_url(filing_id: str) -> str:
    """Where the relations of a filing are read as JSON."""
    return "/api/v1/filings/" + quote(filing_id, safe="") + "/relations"


def case_url(filing_id: str) -> str:
    """The page of a filing; its id may hold any character."""
    return "/filings/" + quote(filing_id, safe="")


_environment.filters["breakable"] = breakable
_environment.globals["masked"] = mask_text
_environment.filters["masked"] = mask_text
_environment.filters["rare"] = mark_rare
_environment.filters["signs_first"] = signs_first
_environment.globals["case_url"] = case_url
_environment.globals["relations_url"] = relations_url
_environment.globals["vendored"] = list_vendored()
_environment.globals["allowed"] = ALLOWED
_environment.globals["bench"] = BENCH
_environment.globals["desk_roles"] = DESK
