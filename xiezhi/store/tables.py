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
    Index("ix_filings_court_cause_family_filed_at", "court", "cause_family", "filed_at"),
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

claim_relations = Table(
    "claim_relations",  # how a filing's claim is related to an earlier one; written with its links
    metadata,
    Column("filing_id", _id, primary_key=True),
    Column("other_filing_id", _id, primary_key=True, index=True),
    Column("kind", String, primary_key=True),  # appeal, refiled, split, series
    Column("score", Float, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON: which fields agree or changed; no names
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
    Column("action", String, nullable=False),  # promoted, rolled_back
    Column("reason", Text, nullable=False),
    Column("request_no", BigInteger),  # the approved request it follows from
    Column("follows", BigInteger, nullable=False, unique=True),  # the row that held before; 0: none
)

promotion_requests = Table(
    "promotion_requests",  # a promotion asked for, and what was shown of the model; appended
    metadata,
    Column("request_no", _serial, primary_key=True),
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("replaces", BigInteger, nullable=False),  # the promotion that held then; 0: none
    Column("shown", Text, nullable=False),  # JSON: figures of the model and of the one it would replace
)

promotion_answers = Table(
    "promotion_answers",  # approved or rejected, by whom and why; a request has one answer
    metadata,
    Column("request_no", BigInteger, primary_key=True, autoincrement=False),
    Column("answer", String, nullable=False),  # approved, rejected
    Column("answered_at", BigInteger, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("reason", Text, nullable=False),
)

challenges = Table(
    "challenges",  # which bundle scores silently beside the one that screens; the newest row holds
    metadata,
    Column("challenge_no", _serial, primary_key=True),
    Column("action", String, nullable=False),  # started, ended
    Column("at", BigInteger, nullable=False),
    Column("named_by", String, nullable=False),
    Column("model_version", String, nullable=False),
    Column("digest", String(64), nullable=False),
)

shadow_scores = Table(
    "shadow_scores",  # what a challenger said of a filing when a score was shown; itself never shown at the desk
    metadata,
    Column("screening_id", String, primary_key=True),  # the score that was shown
    Column("model_version", String, primary_key=True),  # the challenger's
    Column("filing_id", _id, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("risk", Float, nullable=False),
    Column("raw", Float, nullable=False),
    Column("band", String, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Index("ix_shadow_scores_model_version", "model_version"),
)

judgements = Table(
    "judgements",  # what a person said of two mentions; appended, the newest row on a pair holds
    metadata,
    Column("judgement_no", _serial, primary_key=True),
    Column("kind", String, nullable=False),  # of both: person, organization, agent, firm
    Column("left_filing", _id, nullable=False, index=True),  # left < right
    Column("left_record", String, nullable=False),
    Column("right_filing", _id, nullable=False, index=True),
    Column("right_record", String, nullable=False),
    Column("verdict", String, nullable=False),  # same, different, withdrawn
    Column("judged_at", BigInteger, nullable=False),
    Column("judged_by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposal_id", String, index=True),  # the accepted proposal it follows from
)

referents = Table(
    "referents",  # an entity id that stands for another since a moment; the newest row of an id holds
    metadata,
    Column("referent_no", _serial, primary_key=True),
    Column("old_id", String, nullable=False, index=True),
    Column("entity_id", String, nullable=False, index=True),  # old_id itself: it stands for itself again
    Column("since", BigInteger, nullable=False, index=True),
    Column("named_by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("judgement_no", BigInteger),  # what it follows from; neither: linked anew
    Column("proposal_id", String),
)

questions = Table(
    "questions",  # an offer neither taken nor dismissed: is this mention that entity?
    metadata,
    Column("filing_id", _id, primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("filed_at", BigInteger, nullable=False),
    Column("entity_id", String, nullable=False),  # the entity offered
    Column("probability", Float, nullable=False),
)

proposals = Table(
    "proposals",  # merges and splits the last re-link would make; those answered stay
    metadata,
    Column("proposal_id", String, primary_key=True),  # hash of what is proposed and why
    Column("action", String, nullable=False),  # merge, split
    Column("kind", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("body", Text, nullable=False),  # JSON: parts, evidence, effect
)

proposal_answers = Table(
    "proposal_answers",  # accepted or rejected, by whom and why; the newest row holds
    metadata,
    Column("answer_no", _serial, primary_key=True),
    Column("proposal_id", String, nullable=False, index=True),
    Column("answer", String, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("reason", Text, nullable=False),
)

linking_runs = Table(
    "linking_runs",  # the store linked anew (again), or compared with itself (propose)
    metadata,
    Column("run_no", _serial, primary_key=True),
    Column("what", String, nullable=False),
    Column("ran_at", BigInteger, nullable=False),
    Column("newest_mention", BigInteger, nullable=False),
    Column("newest_judgement", BigInteger, nullable=False),
)

watch_entries = Table(
    "watch_entries",  # whom a court keeps on a list, from when to when; appended, expiry is a date
    metadata,
    Column("entry_no", _serial, primary_key=True),
    Column("kind", String, nullable=False),  # which list, features.watch.kinds
    Column("name", String, nullable=False),
    Column("profile", Text, nullable=False),  # JSON of the comparison fields; ids as keyed hash
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),  # none: open
    Column("recorded_at", BigInteger, nullable=False, index=True),
    Column("received_at", BigInteger, nullable=False),
    Column("origin", String, nullable=False),  # the file it came from
    Column("note", Text, nullable=False),
    Column("digest", String(32), nullable=False, unique=True),
)

users = Table(
    "users",  # accounts as they are now; how they came to be so is in user_changes
    metadata,
    Column("name", _id, primary_key=True),
    Column("display_name", String, nullable=False),
    Column("roles", String, nullable=False),  # comma between, sorted
    Column("password_hash", String, nullable=False),  # argon2id with its parameters and salt
    Column("disabled_at", BigInteger),
)

user_changes = Table(
    "user_changes",  # what was done to an account, by whom; appended, never a password or its hash
    metadata,
    Column("change_no", _serial, primary_key=True),
    Column("name", _id, nullable=False, index=True),
    Column("what", String, nullable=False),  # added, roles, password, disabled
    Column("detail", String, nullable=False),  # the roles from then on, where they changed
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", _id, nullable=False),
)

audit_entries = Table(
    "audit_entries",  # what was done, by whom and when; each entry carries the digest of the one before it
    metadata,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("content", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

sessions = Table(
    "sessions",  # who is logged in; a row goes when the person leaves or its time is over
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256: a copy of the table opens no door
    Column("name", _id, nullable=False, index=True),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

login_failures = Table(
    "login_failures",  # wrong passwords of late, by the account's name as typed
    metadata,
    Column("failure_no", _serial, primary_key=True),
    Column("name", _id, nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
)
