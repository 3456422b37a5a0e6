"""The HTTP API, version 1. Nothing is decided here: routes call the use cases (`docs/api.md`)."""
