"""Explanations: why two mentions or entities are one, why they are not, and how an entity came to be."""
