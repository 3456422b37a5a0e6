"""A first model for a court without findings (冷启动)."""
