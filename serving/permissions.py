"""Who may do what (权限): every route's roles, and every route of the API's scopes. docs/access.md is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xiezhi.accounts.roles import ROLES

EVERYBODY: Final = frozenset(ROLES)
DESK: Final = frozenset({"clerk", "reviewer", "presiding_judge"})
READERS: Final = DESK | {"supervisor", "auditor"}
BENCH: Final = frozenset({"reviewer", "presiding_judge"})
PRESIDING: Final = frozenset({"presiding_judge"})
ASSIGNERS: Final = frozenset({"presiding_judge", "supervisor"})
OVERSEERS: Final = BENCH | {"supervisor", "auditor"}
COURT: Final = frozenset({"supervisor", "scientist", "auditor", "administrator"})
RULERS: Final = frozenset({"supervisor", "scientist"})
MODELLERS: Final = RULERS | {"administrator"}
AUDITORS: Final = frozenset({"auditor"})
HEADS: Final = frozenset({"supervisor"})
ADMINISTRATORS: Final = frozenset({"administrator"})

PUBLIC: Final = frozenset(
    {
        ("GET", "/healthz"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("POST", "/logout"),
        ("GET", "/login/oidc"),
        ("GET", "/login/oidc/back"),
        ("GET", "/verify"),
    }
)
"""Open to whoever reaches the server: whether it lives, the way in and out, whether a paper in hand is the court's."""

ALLOWED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("GET", "/"): EVERYBODY,
        ("GET", "/queue"): OVERSEERS,
        ("GET", "/filings/{filing_id:path}"): READERS,
        ("POST", "/flags/{screening_id}/decisions"): BENCH,
        ("GET", "/filings/{filing_id:path}/compare/{other_id:path}"): READERS,
        ("POST", "/filings/{filing_id:path}/checks"): DESK,
        ("POST", "/filings/{filing_id:path}/notes"): DESK,
        ("POST", "/filings/{filing_id:path}/attachments"): DESK,
        ("GET", "/attachments/{attachment_id}"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet.pdf"): READERS,
        ("GET", "/filings/{filing_id:path}/sheet.docx"): READERS,
        ("GET", "/desk/answers/{screening_id}/notice"): DESK,
        ("GET", "/desk/answers/{screening_id}/notice.pdf"): DESK,
        ("GET", "/desk/answers/{screening_id}/undertaking"): DESK,
        ("GET", "/desk/answers/{screening_id}/undertaking.pdf"): DESK,
        ("POST", "/flags/{screening_id}/answers"): PRESIDING,
        ("POST", "/flags/{screening_id}/reopenings"): BENCH,
        ("POST", "/flags/{screening_id}/adjudications"): PRESIDING,
        ("POST", "/flags/{screening_id}/referrals"): BENCH,
        ("POST", "/flags/{screening_id}/claim"): BENCH,
        ("POST", "/flags/{screening_id}/release"): BENCH,
        ("POST", "/flags/{screening_id}/hand-over"): BENCH,
        ("POST", "/flags/{screening_id}/clock"): BENCH,
        ("POST", "/flags/{screening_id}/reassign"): ASSIGNERS,
        ("GET", "/bench"): BENCH,
        ("POST", "/bench/next"): BENCH,
        ("GET", "/bench/list"): OVERSEERS,
        ("GET", "/bench/assignments"): OVERSEERS,
        ("POST", "/bench/draws"): ASSIGNERS,
        ("GET", "/bench/absences"): BENCH | ASSIGNERS,
        ("POST", "/bench/absences"): BENCH | ASSIGNERS,
        ("GET", "/bench/agreement"): OVERSEERS,
        ("POST", "/bench/policy"): HEADS,
        ("GET", "/desk"): DESK,
        ("POST", "/desk"): DESK,
        ("POST", "/desk/uploads"): DESK,
        ("GET", "/desk/uploads/{job_id}"): DESK,
        ("GET", "/desk/uploads/{job_id}/results.csv"): DESK,
        ("GET", "/desk/answers/{screening_id}"): READERS,
        ("POST", "/desk/answers/{screening_id}/questions"): DESK,
        ("POST", "/desk/answers/{screening_id}/steps"): DESK,
        ("GET", "/court"): COURT,
        ("GET", "/court/policies"): RULERS | AUDITORS,
        ("POST", "/court/policies"): RULERS,
        ("GET", "/court/policies/{number}"): RULERS | AUDITORS,
        ("POST", "/court/policies/{number}/{act}"): RULERS,
        ("POST", "/court/roll-back"): HEADS,
        ("GET", "/court/models"): MODELLERS | AUDITORS,
        ("POST", "/court/models"): MODELLERS,
        ("POST", "/court/models/requests/{number}"): MODELLERS,
        ("POST", "/court/models/roll-back"): HEADS | ADMINISTRATORS,
        ("GET", "/court/audit"): AUDITORS,
        ("POST", "/court/audit"): AUDITORS,
        ("GET", "/court/audit/trail.jsonl"): AUDITORS,
        ("GET", "/court/report"): HEADS | AUDITORS,
        ("GET", "/court/accounts"): ADMINISTRATORS,
        ("POST", "/court/accounts"): ADMINISTRATORS,
        ("POST", "/court/accounts/{name}"): ADMINISTRATORS,
        ("GET", "/court/keys"): ADMINISTRATORS,
        ("POST", "/court/keys"): ADMINISTRATORS,
        ("POST", "/court/keys/{name}"): ADMINISTRATORS,
        ("GET", "/court/webhooks"): ADMINISTRATORS,
        ("POST", "/court/webhooks"): ADMINISTRATORS,
        ("GET", "/court/webhooks/{webhook_id}"): ADMINISTRATORS,
        ("POST", "/court/webhooks/{webhook_id}/{act}"): ADMINISTRATORS,
        ("GET", "/court/keeping"): ADMINISTRATORS | AUDITORS,
        ("POST", "/api/v1/screenings"): DESK,
        ("GET", "/api/v1/flags"): OVERSEERS,
        ("GET", "/api/v1/filings/{filing_id:path}"): READERS,
        ("GET", "/api/v1/filings/{filing_id:path}/relations"): READERS,
        ("POST", "/api/v1/flags/{screening_id}/decisions"): BENCH,
        ("GET", "/api/v1/screenings/{screening_id}"): READERS,
        ("GET", "/jobs"): DESK,
        ("GET", "/jobs/{job_id}"): DESK,
        ("GET", "/jobs/{job_id}/results.csv"): DESK,
        ("POST", "/jobs/{job_id}/cancel"): DESK,
        ("POST", "/api/v1/jobs"): DESK,
        ("GET", "/api/v1/jobs"): DESK,
        ("GET", "/api/v1/jobs/{job_id}"): DESK,
        ("GET", "/api/v1/jobs/{job_id}/results"): DESK,
        ("POST", "/api/v1/jobs/{job_id}/cancel"): DESK,
        ("GET", "/api/v1/webhooks"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks"): ADMINISTRATORS,
        ("DELETE", "/api/v1/webhooks/{webhook_id}"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/pause"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/resume"): ADMINISTRATORS,
        ("POST", "/api/v1/webhooks/{webhook_id}/replay"): ADMINISTRATORS,
        ("GET", "/api/v1/webhooks/{webhook_id}/messages"): ADMINISTRATORS,
        ("GET", "/api/v1/reviews"): OVERSEERS,
        ("POST", "/api/v1/reviews/next"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/holds"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/reassignments"): ASSIGNERS,
        ("POST", "/api/v1/flags/{screening_id}/answers"): PRESIDING,
        ("POST", "/api/v1/flags/{screening_id}/reopenings"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/adjudications"): PRESIDING,
        ("POST", "/api/v1/flags/{screening_id}/referrals"): BENCH,
        ("POST", "/api/v1/flags/{screening_id}/draws"): ASSIGNERS,
        ("GET", "/api/v1/draws"): OVERSEERS,
        ("GET", "/api/v1/recusals"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/recusals"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/recusals/{recusal_no}/ends"): BENCH | ASSIGNERS,
        ("GET", "/api/v1/time-off"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/time-off"): BENCH | ASSIGNERS,
        ("POST", "/api/v1/time-off/{off_no}/ends"): BENCH | ASSIGNERS,
        ("GET", "/api/v1/agreement"): OVERSEERS,
        ("GET", "/api/v1/review-policy"): OVERSEERS,
        ("POST", "/api/v1/review-policy"): HEADS,
        ("POST", "/api/v1/filings/{filing_id:path}/events"): DESK,
        ("POST", "/api/v1/filings/{filing_id:path}/findings"): BENCH,
        ("GET", "/api/v1/filings/{filing_id:path}/seen"): READERS,
        ("GET", "/filings/{filing_id:path}/seen"): READERS,
        ("GET", "/api/v1/entities/{entity_id}"): OVERSEERS,
        ("GET", "/entities/{entity_id}"): OVERSEERS,
        ("GET", "/api/v1/corrections"): OVERSEERS,
        ("POST", "/api/v1/corrections"): BENCH,
        ("GET", "/api/v1/corrections/preview"): OVERSEERS,
        ("GET", "/api/v1/corrections/{correction_id}"): OVERSEERS,
        ("GET", "/corrections"): OVERSEERS,
        ("POST", "/corrections"): BENCH,
        ("GET", "/corrections/new"): BENCH,
        ("GET", "/corrections/{correction_id}"): OVERSEERS,
        ("GET", "/api/v1/link-proposals"): OVERSEERS,
        ("POST", "/api/v1/link-proposals/{proposal_id}/rejection"): BENCH,
        ("POST", "/link-proposals/{proposal_id}/rejection"): BENCH,
        ("GET", "/api/v1/link-questions"): OVERSEERS,
        ("GET", "/api/v1/contests"): READERS,
        ("POST", "/api/v1/filings/{filing_id:path}/contests"): DESK,
        ("GET", "/api/v1/filings/{filing_id:path}/contests"): READERS,
        ("POST", "/api/v1/contests/{contest_id}/answers"): BENCH,
        ("GET", "/contests"): READERS,
        ("POST", "/filings/{filing_id:path}/contests"): DESK,
        ("POST", "/contests/{contest_id}/answers"): BENCH,
    }
)
"""Roles by route. A data scientist and an administrator see no filing: neither task needs a party's name."""

NO_KEY: Final[frozenset[str]] = frozenset()

SCOPED: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("POST", "/api/v1/screenings"): frozenset({"screen"}),
        ("GET", "/api/v1/flags"): frozenset({"read-flags"}),
        ("GET", "/api/v1/filings/{filing_id:path}"): frozenset({"read-filings"}),
        ("GET", "/api/v1/filings/{filing_id:path}/relations"): frozenset({"read-filings"}),
        ("POST", "/api/v1/flags/{screening_id}/decisions"): NO_KEY,
        ("GET", "/api/v1/screenings/{screening_id}"): frozenset({"screen", "read-filings"}),
        ("POST", "/api/v1/jobs"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs/{job_id}"): frozenset({"screen"}),
        ("GET", "/api/v1/jobs/{job_id}/results"): frozenset({"screen"}),
        ("POST", "/api/v1/jobs/{job_id}/cancel"): frozenset({"screen"}),
        ("GET", "/api/v1/reviews"): NO_KEY,
        ("POST", "/api/v1/reviews/next"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/holds"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/reassignments"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/answers"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/reopenings"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/adjudications"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/referrals"): NO_KEY,
        ("POST", "/api/v1/flags/{screening_id}/draws"): NO_KEY,
        ("GET", "/api/v1/draws"): NO_KEY,
        ("GET", "/api/v1/recusals"): NO_KEY,
        ("POST", "/api/v1/recusals"): NO_KEY,
        ("POST", "/api/v1/recusals/{recusal_no}/ends"): NO_KEY,
        ("GET", "/api/v1/time-off"): NO_KEY,
        ("POST", "/api/v1/time-off"): NO_KEY,
        ("POST", "/api/v1/time-off/{off_no}/ends"): NO_KEY,
        ("GET", "/api/v1/agreement"): NO_KEY,
        ("GET", "/api/v1/review-policy"): NO_KEY,
        ("POST", "/api/v1/review-policy"): NO_KEY,
        ("POST", "/api/v1/filings/{filing_id:path}/events"): frozenset({"screen"}),
        ("POST", "/api/v1/filings/{filing_id:path}/findings"): NO_KEY,
        ("GET", "/api/v1/filings/{filing_id:path}/seen"): frozenset({"read-filings"}),
        ("GET", "/api/v1/entities/{entity_id}"): NO_KEY,
        ("GET", "/api/v1/corrections"): NO_KEY,
        ("POST", "/api/v1/corrections"): NO_KEY,
        ("GET", "/api/v1/corrections/preview"): NO_KEY,
        ("GET", "/api/v1/corrections/{correction_id}"): NO_KEY,
        ("GET", "/api/v1/link-proposals"): NO_KEY,
        ("POST", "/api/v1/link-proposals/{proposal_id}/rejection"): NO_KEY,
        ("GET", "/api/v1/link-questions"): NO_KEY,
        ("GET", "/api/v1/contests"): NO_KEY,
        ("POST", "/api/v1/filings/{filing_id:path}/contests"): NO_KEY,
        ("GET", "/api/v1/filings/{filing_id:path}/contests"): frozenset({"read-filings"}),
        ("POST", "/api/v1/contests/{contest_id}/answers"): NO_KEY,
        ("GET", "/api/v1/webhooks"): NO_KEY,
        ("POST", "/api/v1/webhooks"): NO_KEY,
        ("DELETE", "/api/v1/webhooks/{webhook_id}"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/pause"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/resume"): NO_KEY,
        ("POST", "/api/v1/webhooks/{webhook_id}/replay"): NO_KEY,
        ("GET", "/api/v1/webhooks/{webhook_id}/messages"): NO_KEY,
    }
)
"""Scopes by route of the API, for programs with a key; pages are for people. A decision is a person's, never a key's."""


def allowed_on(method: str, path: str) -> frozenset[str]:
    """The roles of a route."""
    return ALLOWED[(method, path)]
