"""The store: what was filed, what happened later, who was linked to whom, what was scored and decided."""

from xiezhi.store.engine import Store, open_store

__all__ = ["Store", "open_store"]
