"""The use cases of review (审查): the queue, one case with everything about it, a decision."""
