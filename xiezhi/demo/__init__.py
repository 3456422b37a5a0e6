"""The demonstration: the whole job on a simulated docket, by the command lines a user would type."""

from xiezhi.demo.command import app

__all__ = ["app"]
