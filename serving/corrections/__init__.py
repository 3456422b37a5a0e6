"""The use cases of correcting: links split and joined with all that follows, and what parties contest."""
