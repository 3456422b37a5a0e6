"""Who is who and which claim is which: mentions, their index, claims, and what people said of links."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, SmallInteger, String, Table, Text, UniqueConstraint

from xiezhi.store.tables.columns import metadata, record_key, serial

mentions = Table(
    "mentions",  # one party or agent (or an agent's firm) of one filing, and who it was linked to
    metadata,
    Column("mention_no", serial, primary_key=True),
    Column("filing_id", record_key, nullable=False),
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
    Column("filing_id", record_key, primary_key=True),
    Column("claim_id", String, nullable=False, index=True),
    Column("probability", Float, nullable=False),
)

claim_relations = Table(
    "claim_relations",  # how a filing's claim is related to an earlier one; written with its links
    metadata,
    Column("filing_id", record_key, primary_key=True),
    Column("other_filing_id", record_key, primary_key=True, index=True),
    Column("kind", String, primary_key=True),  # appeal, refiled, split, series
    Column("score", Float, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON: which fields agree or changed; no names
)

appearances = Table(
    "appearances",  # history index: who or what (hashed key) appeared in which filing, in which role
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("filed_at", BigInteger, primary_key=True),
    Column("filing_id", record_key, primary_key=True),
    Column("role", SmallInteger, primary_key=True),
    Index(
        "ix_appearances_filing_id", "filing_id", "key", "role"
    ),  # all that is asked of filings: rows lie elsewhere
    sqlite_with_rowid=False,
)

judgements = Table(
    "judgements",  # what a person said of two mentions; appended, the newest row on a pair holds
    metadata,
    Column("judgement_no", serial, primary_key=True),
    Column("kind", String, nullable=False),  # of both: person, organization, agent, firm
    Column("left_filing", record_key, nullable=False, index=True),  # left < right
    Column("left_record", String, nullable=False),
    Column("right_filing", record_key, nullable=False, index=True),
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
    Column("referent_no", serial, primary_key=True),
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
    Column("filing_id", record_key, primary_key=True),
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
    Column("answer_no", serial, primary_key=True),
    Column("proposal_id", String, nullable=False, index=True),
    Column("answer", String, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("reason", Text, nullable=False),
)

linking_runs = Table(
    "linking_runs",  # the store linked anew (again), or compared with itself (propose)
    metadata,
    Column("run_no", serial, primary_key=True),
    Column("what", String, nullable=False),
    Column("ran_at", BigInteger, nullable=False),
    Column("newest_mention", BigInteger, nullable=False),
    Column("newest_judgement", BigInteger, nullable=False),
)

watch_entries = Table(
    "watch_entries",  # whom a court keeps on a list, from when to when; appended, expiry is a date
    metadata,
    Column("entry_no", serial, primary_key=True),
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
