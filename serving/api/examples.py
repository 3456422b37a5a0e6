"""One example of each body of the API, for the OpenAPI document; a test holds them to their schemas."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from serving.api import correction_examples, review_examples

_FILING_ID, _SCREENING_ID, _JOB_ID = (
    "F-2026-001",
    "s3f1c0a9b7d2e4c6a8b0d1e2f",
    "j5b0c8f4e6a7d4c1f9e3b2a1d0c9f8e7d",
)
_AT = "2026-11-23T10:00:00+08:00"
_TEXT = {
    "zh": "近一年原告以同样方式起诉 12 人。",
    "en": "In a year the plaintiff sued 12 people in the same way.",
}
_BASIS = {"instrument": "法〔2021〕281号", "article": "2", "version": "2021-11-04"}
_REASON = {
    "sign": "S01",
    "text": _TEXT,
    "legal_basis": _BASIS,
    "contribution": 1.42,
    "filings": ["F-2025-118", "F-2025-164"],
    "direction": "for",
}
_LINK = {"record_id": "p1", "kind": "person", "entity_id": "e4c1", "probability": 0.9981}
_STEP = {"zh": "核对当事人身份。", "en": "Check who the parties are.", "legal_basis": _BASIS}

_FILING = {
    "filing_id": _FILING_ID,
    "court": "甘0702",
    "filed_at": "2026-11-20T09:00:00+08:00",
    "cause": "民间借贷纠纷",
    "claim_amount": 300000,
    "facts": "被告因资金周转向原告借款，到期未还。",
    "parties": [
        {"party_id": "p1", "role": "plaintiff", "kind": "person", "name": "周明礼"},
        {"party_id": "p2", "role": "defendant", "kind": "person", "name": "陈大海"},
    ],
}
_SCORES = {
    "screening_id": _SCREENING_ID,
    "filing_id": _FILING_ID,
    "scored_at": _AT,
    "model_version": "2026.11-3",
    "rules_version": "cn-7",
    "risk": 0.31,
    "band": "review",
    "reasons": [_REASON],
    "links": [_LINK],
    "steps": [_STEP],
}
_FLAG = {
    "screening_id": _SCREENING_ID,
    "filing_id": _FILING_ID,
    "court": "甘0702",
    "cause": "民间借贷纠纷",
    "filed_at": "2026-11-20T09:00:00+08:00",
    "claim_amount": 300000,
    "scored_at": _AT,
    "trigger": "filed",
    "model_version": "2026.11-3",
    "rules_version": "cn-7",
    "risk": 0.31,
    "band": "review",
    "state": "open",
    "reasons": [_REASON],
}
_DECISION = {"decided_by": "李法官", "decision": "cleared", "reason": "转账凭证属实，双方到庭陈述一致。"}
_DECISION_KEPT = {
    **_DECISION,
    "decision_id": "9d2f6c0a4b1e4f0e8c7a6b5d4e3f2a1b",
    "screening_id": _SCREENING_ID,
    "filing_id": _FILING_ID,
    "decided_at": _AT,
}
_JOB = {
    "job_id": _JOB_ID,
    "kind": "screen",
    "state": "running",
    "done": 120,
    "total": 500,
    "input_name": "filings.jsonl",
    "input_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "asked_at": _AT,
    "started_at": _AT,
    "ended_at": None,
    "failed": None,
}
_HOOK = {
    "webhook_id": "5d41402abc4b2a76b9719d911017c592",
    "url": "https://cases.court.example/xiezhi",
    "events": ["decided", "screened"],
    "courts": ["甘0702"],
    "made_at": _AT,
    "made_by": "root",
    "paused_at": None,
    "removed_at": None,
}
_RESULT = {
    "result_no": 1,
    "file": "filings.jsonl",
    "row": 1,
    "code": "screened",
    "zh": "已筛查。",
    "en": "Screened.",
    "field": None,
    "filing_id": _FILING_ID,
    "screening_id": _SCREENING_ID,
    "band": "review",
}

EXAMPLES: Final = MappingProxyType[str, dict[str, Any]](
    {
        "FilingIn": _FILING,
        "ScoresOut": _SCORES,
        "FlagPage": {"items": [_FLAG], "next": "WzAuMzEsICJzM2YxIl0"},
        "CaseOut": {
            "filing": _FILING,
            "version": 1,
            "source": "api",
            "links": [_LINK],
            "events": [],
            "findings": [],
            "screenings": [_SCORES],
            "decisions": [_DECISION_KEPT],
        },
        "RelationsOut": {
            "filing_id": _FILING_ID,
            "as_of": _AT,
            "nodes": [
                {"entity_id": "e4c1", "kind": "person", "name": "周明礼", "side": "plaintiff", "step": 0, "near": 1.0}
            ],
            "edges": [],
            "paths": [],
            "cuts": [],
        },
        "DecisionIn": _DECISION,
        "DecisionOut": _DECISION_KEPT,
        "JobOut": _JOB,
        "JobPage": {"items": [_JOB], "next": None},
        "ResultPage": {"items": [_RESULT], "next": "WzFd"},
        **review_examples.EXAMPLES,
        **correction_examples.EXAMPLES,
        "DecisionList": {"items": [_DECISION_KEPT | {"decision": "reopened", "reason": "有新证据。"}]},
        "EventIn": {"at": "2026-12-20", "kind": "admitted_all", "recorded_at": "2026-12-21"},
        "FindingIn": {
            "at": "2027-03-03", "finding": "false", "source": "judgment", "scheme": "民间借贷", "measure": "fined",
        },
        "BroughtOut": {"added": 1, "unchanged": 0, "rejected": [], "screening": None},
        "SeenOut": {
            "filing_id": _FILING_ID,
            "on": "2026-11-23T23:59:59.999999+08:00",
            "screening_id": _SCREENING_ID,
            "kept_at": _AT,
            "seen_by": [{"at": _AT, "by": "li.wei", "place": "queue"}],
            "given_since": 0,
            "scores": {name: told for name, told in _SCORES.items() if name != "screening_id"},
        },
        "WebhookIn": {"url": _HOOK["url"], "events": _HOOK["events"], "courts": _HOOK["courts"]},
        "NewWebhookOut": _HOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
        "WebhookPage": {"items": [_HOOK], "next": None},
        "ReplayIn": {"since": "2026-11-23T08:00", "until": "2026-11-23T18:00"},
        "ReplayOut": {"messages": 3},
        "MessagePage": {
            "items": [
                {
                    "message_id": "0b8f9c52-7a53-4c1e-9f4e-2d0b6a1c3e5f",
                    "event": "screened",
                    "happened_at": _AT,
                    "state": "waiting",
                    "next_at": "2026-11-23T10:00:05+08:00",
                    "attempts": [{"at": _AT, "status": 502, "fault": "status-502"}],
                }
            ],
            "next": None,
        },
        "HealthOut": {"status": "ok", "model": "2026.11-3"},
        "Problem": {
            "type": "urn:xiezhi:problem:no-flag",
            "title": "没有这条提示。",
            "status": 404,
            "code": "no-flag",
            "zh": "没有这条提示。",
            "en": "There is no such flag.",
        },
    }
)  # fmt: skip
"""By name of the schema. People and courts in them are made up."""
