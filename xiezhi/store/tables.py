"""The tables. Moments are microseconds since the epoch (UTC); rows are appended, not changed.

Two times on everything: what happened `at` (or was `filed_at`) and when it was `recorded_at`;
`received_at` is when this store got it, which is provenance and decides nothing.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Ids sort by code point on both databases, as they do in Python: order decides ties.
_id = String().with_variant(String(collation="C"), "postgresql")
_serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only

filings = Table(
    "filings",
    metadata,
    Column("row_no", _serial, primary_key=True),
    Column("filing_id", _id, nullable=False),
    Column("version", Integer, nullable=False),  # 1 is the filing as first received
    Column("digest", String(32), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),  # version 1: filed_at; later: when received
    Column("received_at", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("filed_at", BigInteger, nullable=False),
    Column("court", String, nullable=False),
    Column("proceeding", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("cause_family", String, nullable=False),  # normalised, features.normalise.causes
    Column("claim_amount", Float),
    Column("body", Text, nullable=False),  # JSON of xiezhi.records.to_body, id numbers sealed
    UniqueConstraint("filing_id", "version"),
    Index("ix_filings_filed_at", "filed_at", "filing_id"),
    Index("ix_filings_cause_family_filed_at", "cause_family", "filed_at"),
)

events = Table(
    "events",
    metadata,
    Column("row_no", _serial, primary_key=True),
    Column("filing_id", _id, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("party_id", String),
    Column("amount", Float),
    Column("detail", Text),
    Column("origin", String, nullable=False),  # the file or client it came from
    Column("digest", String(32), nullable=False, unique=True),
)

findings = Table(
    "findings",
    metadata,
    Column("row_no", _serial, primary_key=True),
    Column("filing_id", _id, nullable=False, index=True),
    Column("finding", String, nullable=False),
    Column("source", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("scheme", String),
    Column("measure", String),
    Column("detail", Text),
    Column("origin", String, nullable=False),  # the file or client it came from
    Column("digest", String(32), nullable=False, unique=True),
)

mentions = Table(
    "mentions",  # one party or agent (or an agent's firm) of one filing, and who it was linked to
    metadata,
    Column("mention_no", _serial, primary_key=True),
    Column("filing_id", _id, nullable=False),
    Column("record_id", String, nullable=False),  # party_id or agent_id
    Column("kind", String, nullable=False),  # person, organization, agent, firm
    Column("side", String, nullable=False),  # plaintiff, defendant, third_party
    Column("filed_at", BigInteger, nullable=False),
    Column("normalised", Text, nullable=False),  # JSON of the comparison fields; ids as keyed hash
    Column("entity_id", String, nullable=False),
    Column("probability", Float, nullable=False),
    UniqueConstraint("filing_id", "record_id", "kind"),
    Index("ix_mentions_entity_id_filed_at", "entity_id", "filed_at", "mention_no"),
    Index("ix_mentions_filed_at", "filed_at", "mention_no"),
)

blocking_keys = Table(
    "blocking_keys",  # the durable index of the linker: hashed key -> mentions that hold it
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("filed_at", BigInteger, primary_key=True),  # so that the latest holders as of t are one range
    Column("mention_no", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

claims = Table(
    "claims",  # filings of one and the same claim share claim_id
    metadata,
    Column("filing_id", _id, primary_key=True),
    Column("claim_id", String, nullable=False, index=True),
    Column("probability", Float, nullable=False),
)

appearances = Table(
    "appearances",  # history index: who or what (hashed key) appeared in which filing, in which role
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("filed_at", BigInteger, primary_key=True),
    Column("filing_id", _id, primary_key=True),
    Column("role", SmallInteger, primary_key=True),
    Index("ix_appearances_filing_id", "filing_id"),
    sqlite_with_rowid=False,
)

screenings = Table(
    "screenings",  # every score given, with what was shown
    metadata,
    Column("screening_id", String, primary_key=True),
    Column("filing_id", _id, nullable=False, index=True),
    Column("as_of", BigInteger, nullable=False),
    Column("scored_at", BigInteger, nullable=False),
    Column("kept_at", BigInteger, nullable=False),  # provenance; tells two scores of one moment apart
    Column("trigger", String, nullable=False),  # filed, or the kind of the event that caused it
    Column("model_version", String, nullable=False),
    Column("rules_version", String, nullable=False),
    Column("risk", Float, nullable=False),
    Column("rank_score", Float, nullable=False),  # raw score: breaks ties of equal risk
    Column("band", String, nullable=False),
    Column("scores", Text, nullable=False),  # the JSON object of the Scores format
    Column("features", Text, nullable=False),  # JSON: feature name -> value or null
    Index("ix_screenings_band_risk", "band", "risk"),
)

decisions = Table(
    "decisions",  # what a human decided on a flag; appended
    metadata,
    Column("decision_id", String, primary_key=True),
    Column("screening_id", String, nullable=False, index=True),
    Column("filing_id", _id, nullable=False, index=True),
    Column("decided_at", BigInteger, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("reason", Text, nullable=False),
)

promotions = Table(
    "promotions",  # which bundle screens; the newest row holds
    metadata,
    Column("promotion_no", _serial, primary_key=True),
    Column("promoted_at", BigInteger, nullable=False),
    Column("promoted_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
)
