"""What another model, rule or cut would have flagged (回测)."""
