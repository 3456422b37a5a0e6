"""Links corrected and what followed from it; what parties contest, and what was answered."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table, Text

from xiezhi.store.tables.columns import metadata, record_key, serial

corrections = Table(
    "corrections",  # a judgement or an accepted proposal that is carried through at once; appended
    metadata,
    Column("correction_id", String, primary_key=True),
    Column("what", String, nullable=False),  # same, different, withdrawn; merge, split
    Column("kind", String, nullable=False),  # person, organization, agent, firm
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("judgement_no", BigInteger, index=True),  # what it carries through: this
    Column("proposal_id", String, index=True),  # or this
    Column("firsts", Text, nullable=False),  # JSON: entity concerned -> its first mention before
)

correction_steps = Table(
    "correction_steps",  # what is to be done of a correction, filing by filing; done_at marks how far it is
    metadata,
    Column("correction_id", String, primary_key=True),
    Column("stage", SmallInteger, primary_key=True),  # 1: link the filing again, 2: score it again
    Column("place", BigInteger, primary_key=True),  # the order within a stage
    Column("filing_id", record_key, nullable=False),
    Column("moved", Text),  # JSON: keys of the history index that a filing linked again gained or lost
    Column("done_at", BigInteger),
    Index("ix_correction_steps_done_at", "done_at"),
)

correction_effects = Table(
    "correction_effects",  # a score that was given again because of a correction; appended
    metadata,
    Column("correction_id", String, primary_key=True),
    Column("before_id", String, primary_key=True),  # the score that held
    Column("after_id", String, nullable=False, index=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("band_before", String, nullable=False),
    Column("band_after", String, nullable=False),
    Column("state_before", String),  # of the flag: open, needs_proof, decided; none: it was no flag
    Column(
        "carried_from", String
    ),  # the score whose decision goes on holding; none: there is none, or it reopens
)

contests = Table(
    "contests",  # what a party contests (异议), recorded on its behalf; appended
    metadata,
    Column("contest_id", String, primary_key=True),
    Column("filing_id", record_key, nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("recorded_by", String, nullable=False),
    Column("party_id", String, nullable=False),  # who contests: a party of the filing
    Column("about", String, nullable=False),  # link, fact, flag
    Column("subject", String, nullable=False),  # of a link the record, of a flag the score; of a fact empty
    Column("text", Text, nullable=False),
)

contest_answers = Table(
    "contest_answers",  # appended; the newest row of a contest holds
    metadata,
    Column("answer_no", serial, primary_key=True),
    Column("contest_id", String, nullable=False, index=True),
    Column("answered_at", BigInteger, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("outcome", String, nullable=False),  # upheld, not_upheld
    Column("reason", Text, nullable=False),
)
