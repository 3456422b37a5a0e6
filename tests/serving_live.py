"""A real server on a free port and a real browser in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from live_app import serve_app
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from serving.app import build_app
from serving.screening.promoted import PromotedModel
from serving.security import hosts_for
from xiezhi.clock import Moment
from xiezhi.settings import Settings
from xiezhi.store import Store

PATIENCE = 120_000
"""Milliseconds: what does not come at all is told at last, however busy the machine is."""

expect.set_options(timeout=PATIENCE)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_browser() -> str | None:
    """The path of an installed Chromium."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def serve(store: Store, clock: Callable[[], Moment]) -> Iterator[str]:
    """The service over `store`; yields its address."""
    settings = Settings()
    app = build_app(
        store, settings, PromotedModel(store, settings), hosts=hosts_for("127.0.0.1"), clock=clock
    )
    with serve_app(app) as address:
        yield address


@contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """The browser at `path`, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@contextmanager
def open_page(
    browser: Browser, address: str, *, script: bool, language: str
) -> Iterator[tuple[Page, list[str]]]:
    """A page of its own, and the list of what it asked of any other host or was refused (expected empty)."""
    amiss: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(address).netloc:
            route.continue_()
        else:
            amiss.append(route.request.url)
            route.abort()

    context = browser.new_context(
        base_url=address, java_script_enabled=script, locale=language, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    context.route("**/*", only_here)
    page = context.new_page()
    page.on("console", lambda message: amiss.append(message.text) if message.type == "error" else None)
    yield page, amiss
    context.close()
