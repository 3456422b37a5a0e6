"""Normal forms of what courts write: pure functions, total over any text, the original kept beside."""
