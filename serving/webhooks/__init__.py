"""Webhooks: other systems of the court are told of scores and decisions, signed, until they have heard."""
