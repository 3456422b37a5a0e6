"""From a score to a band: how many filings a court can review, and a floor below which none is shown.

Capacity alone would flag innocents on a quiet day, the floor alone would flood the desk on a busy one;
so a filing is in a band only when it passes both. A flag is no finding.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Literal

from xiezhi.clock import Moment, first_moment, to_datetime

Band = Literal["none", "notice", "review"]

COURT_DAYS_A_YEAR = 248
"""Working days (工作日) of a year: 365 days less 104 rest days and 13 public holidays, as 人社部发〔2025〕2号
counts them. Other countries' 250 or so change a cut by less than one rank in a hundred."""


@dataclass(frozen=True)
class Policy:
    """A court's choice (策略), kept with the bundle it was made for.

    `capacity_per_day`: filings the court can review a court day; 3 is a modest start for one desk.
    `floor`: least risk that may be shown for review, as a multiple of the base rate in training: at 3 a
    flagged filing is at least three times as likely as any other to be found false.
    `notice_factor`: how many times as many filings as for review may get a notice.
    `precision`: share of the flags for review that must be found false, promised with `confidence`; None: none is.
    Where the labels allow the promise the review cut is no lower than it needs, where not it stays as it is.
    `audit_rate`: share of the filings in no band that are drawn by lot to be reviewed all the same (审计抽样), for
    what a model never shows nobody ever finds; 0 draws none.
    `flag_months`: calendar months after which a flag nobody decided on expires (过期): it leaves the queue and stays on
    record. 12, because most history is counted over the last year: what is older speaks of cases that the same filing,
    scored today, would no longer be flagged for.
    """

    capacity_per_day: float = 3.0
    floor: float = 3.0
    notice_factor: float = 3.0
    precision: float | None = None
    confidence: float = 0.9
    audit_rate: float = 0.0
    flag_months: int = 12


@dataclass(frozen=True)
class Thresholds:
    """Cuts of one model: `review` and `notice` on the raw score (log-odds), their floors on the risk."""

    review: float
    notice: float
    review_floor: float
    notice_floor: float


def open_since(now: Moment, months: int, zone: str) -> Moment:
    """Flags given before this moment have expired: those that `expires_at` says were open last before `now`."""
    today = to_datetime(now, zone).date()
    there = _month_on(today, -months)
    days = monthrange(there.year, there.month)[1]
    first = there.replace(day=today.day) if today.day <= days else there.replace(day=days) + timedelta(days=1)
    return first_moment(first, zone)


def expires_at(given: Moment, months: int, zone: str) -> Moment:
    """The last moment at which a flag given then is open, counted in days of `zone`, the court's: the end of the same
    day that many calendar months later, of the month's last where it has no such day (民法典 art 201 to 203)."""
    day = to_datetime(given, zone).date()
    there = _month_on(day, months)
    last = there.replace(day=min(day.day, monthrange(there.year, there.month)[1]))
    return first_moment(last + timedelta(days=1), zone) - 1


def _month_on(day: date, months: int) -> date:
    """The first day of the month so many calendar months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def draw_for_audit(filing_id: str, model_version: str, rate: float) -> bool:
    """Whether the lot falls on a filing: with probability `rate`, and the same whoever draws again."""
    lot = blake2b(f"{model_version}\x1f{filing_id}".encode(), digest_size=8).digest()
    return int.from_bytes(lot) < rate * 2**64


def band(risk: float, raw: float, thresholds: Thresholds) -> Band:
    """The band of one score. A score equal to a cut is above it; of equal risks the raw score decides."""
    if raw >= thresholds.review and risk >= thresholds.review_floor:
        return "review"
    if raw >= thresholds.notice and risk >= thresholds.notice_floor:
        return "notice"
    return "none"


SecondPerson = Literal["never", "adverse", "always"]
"""When a decision needs a second person (须第二人确认): for none, for those against a party (`false`, `abusive`), for all."""


@dataclass(frozen=True)
class CourtPolicy:
    """What a court sets for itself (法院策略), whichever model screens; drafted, tried and approved by two persons.

    The first four are those of `Policy`. `double_review_share`: share of the flags two persons review without knowing of
    each other (第二人盲审). `second_person`: when a decision needs one. `signs`: an overlay on the rule pack as TOML text
    (`docs/rule-packs.md`); empty: the signs of the deployment. `due_days`, `lease_hours` and `load_cap` are those of
    `xiezhi.review_policy.ReviewPolicy`; None: as the bench has them.
    """

    capacity_per_day: float = 3.0
    floor: float = 3.0
    notice_factor: float = 3.0
    audit_rate: float = 0.0
    double_review_share: float = 0.0
    second_person: SecondPerson = "adverse"
    signs: str = ""
    due_days: int | None = None
    lease_hours: int | None = None
    load_cap: int | None = None
