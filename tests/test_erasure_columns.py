"""Every column that can hold words is in one list: it goes at an erasure, or it stays for a reason. None is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import String

from xiezhi.store.erased_texts import GOES
from xiezhi.store.erased_words import TYPED
from xiezhi.store.tables import metadata

IN_PART: Final = (
    "filings.body", "mentions.normalised", "screenings.scores", "kept_answers.headers", "kept_answers.body",
)  # fmt: skip
"""Identifying: what names somebody is taken out of these by `erasures` and `erased_words`."""

KEPT: Final[Mapping[str, str]] = {
    "numbers of rows, filings, records, entities and jobs": """
        appearances.filing_id audit_entries.subject case_attachments.attachment_id case_attachments.filing_id
        case_checks.check_id case_checks.filing_id case_notes.filing_id case_notes.note_id case_notes.withdraws
        claim_relations.filing_id claim_relations.other_filing_id claims.claim_id claims.filing_id
        contest_answers.contest_id contests.contest_id contests.filing_id contests.party_id contests.subject
        correction_effects.after_id correction_effects.before_id correction_effects.carried_from
        correction_effects.correction_id correction_effects.filing_id correction_steps.correction_id
        correction_steps.filing_id corrections.correction_id corrections.firsts corrections.proposal_id
        decision_details.decision_id decision_details.filing_id decision_details.follows decision_details.series
        decisions.decision_id decisions.filing_id decisions.screening_id desk_steps.filing_id
        desk_steps.screening_id doubts.entity_id doubts.filing_id doubts.record_id draws.filing_id
        events.filing_id events.party_id filings.filing_id findings.filing_id history_changes.filing_id issued_sheets.filing_id
        issued_sheets.screening_id job_inputs.job_id job_rows.filing_id job_rows.job_id job_rows.screening_id
        jobs.job_id judgements.left_filing judgements.left_record judgements.proposal_id
        judgements.right_filing judgements.right_record mentions.entity_id mentions.filing_id
        mentions.record_id opinions.filing_id opinions.first_decision opinions.screening_id
        policy_shadows.filing_id policy_shadows.screening_id proposal_answers.proposal_id proposals.body
        proposals.proposal_id questions.entity_id questions.filing_id questions.record_id recusals.subject
        referents.entity_id referents.old_id referents.proposal_id referrals.decision_id referrals.filing_id
        review_acts.filing_id screenings.filing_id screenings.screening_id shadow_scores.filing_id
        shadow_scores.screening_id shown_lists.screening_ids webhook_messages.body webhook_messages.message_id
        webhook_messages.webhook_id webhooks.webhook_id""",
    "digests and keyed hashes, which prove and tell nothing": """
        api_keys.token_hash audit_entries.content audit_entries.digest audit_entries.previous
        begun_logins.state_hash case_attachments.digest challenges.digest correction_steps.moved
        events.digest filings.digest findings.digest issued_sheets.code issued_sheets.digest
        jobs.input_digest kept_answers.request_digest policies.digest promotion_requests.digest
        login_failures.name_hash promotions.digest sessions.token_hash tombstones.filing_hash users.password_hash
        watch_entries.digest""",
    "words of a fixed list, versions, days, figures": """
        api_keys.courts api_keys.scopes audit_entries.action case_attachments.kind case_checks.item
        case_checks.result challenges.action challenges.model_version claim_relations.evidence
        claim_relations.kind contest_answers.outcome contests.about correction_effects.band_after
        correction_effects.band_before correction_effects.state_before corrections.kind corrections.what
        decision_details.act decision_details.grounds decision_details.measures decision_details.outcome
        decisions.decision desk_steps.step desk_steps.what doubts.kind draws.seed erasures.backups
        erasures.counts erasures.kind events.kind filings.cause filings.cause_family filings.court
        filings.proceeding findings.finding findings.measure findings.scheme findings.source
        issued_sheets.language job_rows.band job_rows.code job_rows.field jobs.code jobs.kind jobs.source
        jobs.state judgements.kind judgements.verdict linking_runs.what mentions.kind mentions.side
        model_reports.body model_reports.kind model_reports.model_version opinions.grounds
        opinions.measures opinions.outcome policies.body policy_acts.action policy_acts.once
        policy_acts.shown policy_shadows.band policy_shadows.shown_band promotion_answers.answer
        promotion_requests.model_version promotion_requests.shown promotions.action
        promotions.model_version proposal_answers.answer proposals.action proposals.kind questions.kind
        recusals.action recusals.kind referrals.authority referrals.referred_on review_acts.act
        review_policies.body screenings.band screenings.features screenings.model_version
        screenings.rules_version screenings.trigger shown_lists.place shadow_scores.band shadow_scores.model_version
        time_off.action time_off.first_day time_off.last_day user_changes.what webhook_attempts.fault
        webhook_messages.event webhook_messages.state webhooks.courts webhooks.events""",
    "who of the court, or which of its programs, acted: accountability": """
        api_keys.made_by api_keys.name audit_entries.actor case_attachments.attached_by
        case_checks.checked_by case_notes.written_by challenges.named_by contest_answers.answered_by
        contests.recorded_by corrections.made_by decision_details.actor decisions.decided_by
        desk_steps.done_by doubts.told_by draws.actor draws.barred draws.chosen draws.eligible
        erasures.erased_by identities.issuer identities.name identities.subject issued_sheets.issued_by
        jobs.asked_by jobs.worker judgements.judged_by kept_answers.asked_by kept_answers.key
        opinions.actor policies.made_by policy_acts.by promotion_answers.answered_by
        promotion_requests.requested_by promotions.promoted_by proposal_answers.answered_by
        recusals.actor recusals.reviewer referents.named_by referrals.actor review_acts.actor
        review_acts.person review_policies.actor sessions.name shown_lists.actor time_off.actor time_off.reviewer
        user_changes.changed_by user_changes.detail user_changes.name users.courts users.display_name
        users.name users.roles webhooks.made_by webhooks.url""",
    "why the court set its own rules and models: about no case": """
        erasures.ground policies.note policy_acts.reason promotion_answers.reason promotions.reason
        review_policies.reason""",
    "of one who is on a list, which has a ground of its own": """
        watch_entries.kind watch_entries.name watch_entries.note watch_entries.origin
        watch_entries.profile""",
    "sealed": "job_inputs.content webhooks.sealed_secret",
    "gone within minutes": "begun_logins.goal begun_logins.nonce begun_logins.verifier",
}
"""Why a column stays -> the columns."""


def test_every_column_of_words_is_in_one_list() -> None:
    listed = [f"{goes.column.table.name}.{goes.column.name}" for goes in GOES]
    listed += [f"{column.table.name}.{column.name}" for column in TYPED]
    listed += [*IN_PART, *(name for names in KEPT.values() for name in names.split())]
    there = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
    }
    assert sorted(there - set(listed)) == [], "say of each whether it goes at an erasure, or why it stays"
    assert sorted(set(listed) - there) == []
    assert len(listed) == len(set(listed))
