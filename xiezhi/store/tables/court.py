"""What a court decides of its own screening: policies, reports it looks at, and what it erased."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key, serial

policies = Table(
    "policies",  # a policy as somebody drafted it; appended, what became of it is in policy_acts
    metadata,
    Column("policy_no", serial, primary_key=True),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
    Column("note", Text, nullable=False),  # why
    Column("body", Text, nullable=False),  # JSON of xiezhi.policy.CourtPolicy
    Column("digest", String(64), nullable=False),  # SHA-256 of body
)

policy_acts = Table(
    "policy_acts",  # what was done with a policy; the newest `live` or `rolled_back` says which one holds
    metadata,
    Column("act_no", serial, primary_key=True),
    Column("policy_no", BigInteger, nullable=False, index=True),  # 0: the cuts of the model itself
    Column("action", String, nullable=False),  # backtested, shadowed, shadow_ended, approved, rejected, live, rolled_back
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("shown", Text, nullable=False),  # JSON: the figures of a back-test; {} of the others
    Column("once", String, unique=True),  # what can be done once only: an approval by one person, what follows an act
)  # fmt: skip

policy_shadows = Table(
    "policy_shadows",  # what a policy in shadow would have said where a score was shown; itself never shown
    metadata,
    Column("screening_id", String, primary_key=True),  # the score that was shown
    Column("policy_no", BigInteger, primary_key=True, autoincrement=False),
    Column("filing_id", record_key, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("shown_band", String, nullable=False),
    Column("band", String, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Index("ix_policy_shadows_policy_no", "policy_no"),
)

model_reports = Table(
    "model_reports",  # what training computed for the pages to show; the newest of a kind and model holds
    metadata,
    Column("report_no", serial, primary_key=True),
    Column("kind", String, nullable=False),  # monitoring, comparison
    Column("model_version", String, nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON
)

erasures = Table(
    "erasures",  # personal data erased: on whose word, on which ground, how much; never whose
    metadata,
    Column("erasure_no", serial, primary_key=True),
    Column("erased_at", BigInteger, nullable=False),
    Column("erased_by", String, nullable=False),
    Column("kind", String, nullable=False),  # person, filings
    Column("ground", Text, nullable=False),
    Column("counts", Text, nullable=False),  # JSON: rows by table
    Column("backups", Text, nullable=False),  # JSON: names of the backups made before, which still hold it
)

tombstones = Table(
    "tombstones",  # filings of which something was erased: no later version of them is taken in
    metadata,
    Column("filing_hash", String(32), primary_key=True),  # keyed hash of the filing id
    Column("erasure_no", BigInteger, primary_key=True, autoincrement=False),
)
