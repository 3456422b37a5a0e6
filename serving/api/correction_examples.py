"""Examples of the bodies of corrections, proposals, questions and contests; `serving.api.examples` holds them all."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

_AT = "2026-11-23T10:00:00+08:00"
_LEFT, _RIGHT = "F-2025-118/p1", "F-2026-001/p1"
_CORRECTION = {
    "correction_id": "C-3f1c0a9b7d2e",
    "what": "different",
    "kind": "person",
    "made_at": _AT,
    "made_by": "李法官",
    "reason": "身份证件号码不同，系同名之人。",
    "entities": ["e4c1"],
    "linked": "3/3",
    "scored": "3/3",
    "done": True,
}
_SCORED_AGAIN = {
    "filing_id": "F-2026-001",
    "before": "s3f1c0a9b7d2e4c6a8b0d1e2f",
    "after": "s8d2b6e0c4f1a3957d9c8b7a6",
    "band_before": "review",
    "band_after": "none",
    "state_before": "open",
    "carried": False,
    "reopened": False,
}
_PROPOSAL = {
    "proposal_id": "M-3f1c0a9b7d2e",
    "action": "merge",
    "kind": "person",
    "made_at": _AT,
    "probability": 0.9642,
    "parts": [
        {"entity_id": "e4c1", "mentions": [_LEFT]},
        {"entity_id": "e9d2", "mentions": [_RIGHT]},
    ],
    "evidence": {
        "left": _LEFT,
        "right": _RIGHT,
        "bits": 4.75,
        "steps": [
            {"field": "name", "level": "same", "bits": 6.25},
            {"field": "phone", "level": "other", "bits": -1.5},
        ],
    },
    "effect": {"mentions": 2, "filings": 2, "flagged": ["F-2026-001"]},
}
_CONTEST_IN = {"party_id": "p2", "about": "link", "subject": "p1", "text": "并非同一人。", "by": "立案员甲"}
_CONTEST = {
    "contest_id": "7e6d5c4b3a291807f6e5d4c3b2a19080",
    "filing_id": "F-2026-001",
    "made_at": _AT,
    "recorded_by": "立案员甲",
    "party_id": "p2",
    "about": "link",
    "subject": "p1",
    "text": "并非同一人。",
    "outcome": None,
    "answered_at": None,
    "answered_by": None,
    "reason": None,
}

EXAMPLES: Final = MappingProxyType[str, dict[str, Any]](
    {
        "EntityOut": {
            "entity_id": "e4c1",
            "stands_for": [],
            "kind": "person",
            "count": 1,
            "mentions": [
                {
                    "mention": _RIGHT,
                    "kind": "person",
                    "filed_at": "2026-11-20T09:00:00+08:00",
                    "side": "plaintiff",
                    "probability": 1.0,
                    "name": "周明礼",
                    "number": "**************123X",
                    "phone": "*******8000",
                    "address": "张掖市甘州区西大街1号",
                }
            ],
            "history": [
                {
                    "at": "2026-11-20T09:00:00+08:00",
                    "what": "created",
                    "by": "",
                    "reason": "",
                    "mention": _RIGHT,
                    "against": None,
                    "verdict": None,
                    "other_id": None,
                }
            ],
        },
        "TouchedOut": {"entities": ["e4c1"], "filings": 3, "scores": 3, "flags": 1},
        "CorrectionIn": {
            "left": _LEFT,
            "right": _RIGHT,
            "verdict": "different",
            "reason": "身份证件号码不同，系同名之人。",
            "by": "李法官",
        },
        "CorrectionOut": _CORRECTION | {"effects": [_SCORED_AGAIN]},
        "CorrectionPage": {"items": [_CORRECTION], "next": None},
        "ProposalPage": {"items": [_PROPOSAL], "next": None},
        "RejectionIn": {"reason": "两人住址、电话均不同。", "by": "李法官"},
        "QuestionPage": {
            "items": [
                {
                    "mention": _RIGHT,
                    "against": _LEFT,
                    "kind": "person",
                    "entity_id": "e4c1",
                    "now": "e9d2",
                    "probability": 0.7312,
                }
            ],
            "next": None,
        },
        "ContestIn": _CONTEST_IN,
        "ContestOut": _CONTEST,
        "ContestPage": {"items": [_CONTEST], "next": None},
        "ContestAnswerIn": {"outcome": "upheld", "reason": "证件号码不同。", "by": "王法官"},
        "ContestAnswerOut": {"contest_id": _CONTEST["contest_id"], "outcome": "upheld"},
    }
)
"""By name of the schema. People and courts in them are made up."""
