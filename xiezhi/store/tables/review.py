"""The bench: who holds which review, how it was drawn, what a decision rests on, and who may not judge."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, SmallInteger, String, Table, Text, text

from xiezhi.store.tables.columns import metadata, record_key, serial
from xiezhi.store.tables.screening import screenings

AUDIT_DRAWN = "scores LIKE '%\"audit\":%'"
"""The scores of the audit sample, spelled as in the index, so that it is used."""

Index(
    "ix_screenings_audit",
    screenings.c.filing_id,
    sqlite_where=text(AUDIT_DRAWN),
    postgresql_where=text(AUDIT_DRAWN),
)

review_acts = Table(
    "review_acts",  # a review claimed, handed on, paused, …; appended
    metadata,
    Column("act_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("seat", SmallInteger, nullable=False),  # 1: the review; 2: the second, blind one
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
    Column("act", String, nullable=False),
    Column("person", record_key, index=True),  # who holds it from now on
    Column("until", BigInteger),  # when a claim lapses
    Column("reason", Text, nullable=False),
)

draws = Table(
    "draws",  # reviewers drawn by lot, with all that is needed to draw again
    metadata,
    Column("draw_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("seat", SmallInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
    Column("seed", String, nullable=False),
    Column("eligible", Text, nullable=False),  # JSON: names, sorted
    Column("barred", Text, nullable=False),  # JSON: name -> why not
    Column("chosen", record_key, nullable=False),
)

decision_details = Table(
    "decision_details",  # what stands beside a row of `decisions`
    metadata,
    Column("decision_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("actor", record_key, nullable=False),  # the account, or the name typed
    Column("act", String, nullable=False),
    Column("outcome", String, nullable=False),  # of a proposal: what is proposed
    Column("measures", Text, nullable=False),  # JSON list of codes
    Column("grounds", Text, nullable=False),  # JSON list of codes
    Column("follows", String),  # the decision it answers
    Column("series", String, index=True),  # decisions given at once
    Column("drawn_with", Float),  # probability of the audit draw that brought the filing up
    Column("blind", SmallInteger, nullable=False),  # 1: judged without seeing the score
)

opinions = Table(
    "opinions",  # what a second reviewer judged blind
    metadata,
    Column("opinion_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("screening_id", String, nullable=False),
    Column("first_decision", String, nullable=False),  # the decision it is compared with
    Column("drawn_with", Float, nullable=False),  # share of double reviews at that time
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
    Column("outcome", String, nullable=False),
    Column("measures", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

referrals = Table(
    "referrals",  # what was handed to the police or the procuratorate
    metadata,
    Column("referral_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("decision_id", String, nullable=False),
    Column("authority", String, nullable=False),
    Column("referred_on", String(10), nullable=False),
    Column("reference", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
)

recusals = Table(
    "recusals",  # who may not judge what (回避), declared and ended
    metadata,
    Column("recusal_no", serial, primary_key=True),
    Column("reviewer", record_key, nullable=False, index=True),
    Column("kind", String, nullable=False),  # filing, entity
    Column("subject", record_key, nullable=False),
    Column("action", String, nullable=False),  # declared, ended
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
)

time_off = Table(
    "time_off",  # days a reviewer is away; a later row of the same days takes it back
    metadata,
    Column("off_no", serial, primary_key=True),
    Column("reviewer", record_key, nullable=False, index=True),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("action", String, nullable=False),  # declared, ended
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
)

review_policies = Table(
    "review_policies",  # how the court reviews; the newest row holds
    metadata,
    Column("policy_no", serial, primary_key=True),
    Column("body", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", record_key, nullable=False),
)
