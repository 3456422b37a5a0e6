"""Who is who: mentions of parties, agents and firms to entities, filings to claims; as of each filing's moment."""
