"""Work on a case (办案): similar filings, histories, who else may be hurt, verifications, notes and attachments."""
