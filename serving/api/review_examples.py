"""Examples of the bodies of review; `serving.api.examples` holds them all."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

_FILING_ID, _AT = "F-2026-001", "2026-11-23T10:00:00+08:00"
_REVIEW = {
    "screening_id": "s3f1c0a9b7d2e4c6a8b0d1e2f",
    "filing_id": _FILING_ID,
    "court": "甘0702",
    "cause": "民间借贷纠纷",
    "filed_at": "2026-11-20T09:00:00+08:00",
    "blind": False,
    "band": "review",
    "holder": "li",
    "held_until": "2026-11-24T10:00:00+08:00",
    "paused": False,
    "due": "2026-11-30",
    "no_due": None,
    "late": False,
    "series": None,
}
_REFERRAL = {"authority": "police", "referred_on": "2026-11-25", "reference": "（2026）甘0702移1号"}
_SEED, _DRAWN_AMONG = "8c7a6b5d4e3f2a1b9d2f6c0a4b1e4f0e", ("li", "wang", "zhao")
_DRAW = {
    "draw_no": 7,
    "filing_id": _FILING_ID,
    "seat": 1,
    "at": _AT,
    "actor": "sun",
    "seed": _SEED,
    "eligible": list(_DRAWN_AMONG),
    "barred": {"qian": "time_off"},
    "chosen": "wang",
    "replays": True,
}
_RECUSAL = {
    "recusal_no": 3,
    "reviewer": "li",
    "kind": "filing",
    "subject": "F-2025-118",
    "action": "declared",
    "reason": "与原告系近亲属。",
    "at": _AT,
}
_DAYS = {"first_day": "2027-02-01", "last_day": "2027-02-05"}
_TIME_OFF = _DAYS | {"off_no": 2, "reviewer": "li", "action": "declared"}
_POLICY = {
    "due_days": 5,
    "lease_hours": 24,
    "load_cap": 20,
    "second_person": ["abusive", "false"],
    "double_share": 0.05,
}

EXAMPLES: Final = MappingProxyType[str, dict[str, Any]](
    {
        "ReviewPage": {"items": [_REVIEW], "next": None},
        "ReviewList": {"items": [_REVIEW]},
        "NextIn": {"blind": False, "court": None},
        "HoldIn": {"act": "claim"},
        "ReassignmentIn": {"to": "wang", "reason": "均衡工作量。"},
        "AnswerIn": {"answer": "confirm", "reason": "同意。", "decided_by": "赵庭长"},
        "ReopeningIn": {"reason": "有新证据。", "decided_by": "王法官", "series": False},
        "AdjudicationIn": {"decision": "cleared", "reason": "第一次审查意见属实。", "decided_by": "赵庭长"},
        "ReferralIn": _REFERRAL | {"decided_by": "李法官"},
        "ReferralOut": _REFERRAL
        | {"filing_id": _FILING_ID, "decision_id": "9d2f6c0a4b1e4f0e8c7a6b5d4e3f2a1b", "recorded_at": _AT},
        "DrawOut": _DRAW,
        "DrawPage": {"items": [_DRAW], "next": "Wzdd"},
        "RecusalIn": {"filing_id": "F-2025-118", "reason": "与原告系近亲属。"},
        "RecusalOut": _RECUSAL,
        "RecusalPage": {"items": [_RECUSAL], "next": None},
        "ReasonIn": {"reason": "申报有误。"},
        "TimeOffIn": _DAYS,
        "TimeOffOut": _TIME_OFF,
        "TimeOffPage": {"items": [_TIME_OFF], "next": None},
        "AgreementOut": {
            "pairs": 40,
            "agreeing": 34,
            "adjudicated": 5,
            "kappa": 0.625,
            "low": 0.3547,
            "high": 0.8953,
            "counts": [
                {"first": "cleared", "second": "cleared", "count": 26},
                {"first": "cleared", "second": "false", "count": 4},
                {"first": "false", "second": "cleared", "count": 2},
                {"first": "false", "second": "false", "count": 8},
            ],
        },
        "PolicyIn": _POLICY | {"reason": "与既有做法一致。"},
        "PolicyOut": _POLICY,
    }
)
"""By name of the schema. People and courts in them are made up; the draw and the agreement were reckoned."""
