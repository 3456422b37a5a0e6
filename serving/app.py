"""The app, put together: routes, pages, guard, errors. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from serving.access import check_access, require_every_route
from serving.api import corrections as api_corrections
from serving.api import happenings, jobs, review, routes, webhooks
from serving.api.openapi import add_openapi
from serving.api.problems import describe, headers_of, tell_problem
from serving.api.repeats import Repeats
from serving.oidc.provider import open_provider
from serving.parts import Model, Parts
from serving.rates import RateLimits
from serving.security import Guard
from serving.web import (
    answer,
    bench,
    case,
    casework,
    contests,
    corrections,
    court,
    court_accounts,
    court_audit,
    court_keys,
    court_models,
    court_policies,
    court_report,
    court_webhooks,
    decisions,
    desk,
    login,
    queue,
    seen,
    sheets,
    uploads,
)
from serving.web import jobs as job_pages
from serving.web.render import page_before, render
from xiezhi import __version__
from xiezhi.clock import Moment, now
from xiezhi.errors import XiezhiError
from xiezhi.settings import Settings
from xiezhi.store import Store


def build_app(
    store: Store,
    settings: Settings,
    model: Model,
    *,
    hosts: frozenset[str] | None,
    clock: Callable[[], Moment] = now,
) -> FastAPI:
    """The app over an open store; `hosts` are the names it answers to (None: any)."""
    app = FastAPI(
        title="Xiezhi 獬豸",
        version=__version__,
        description="Flags filings for a judge's review. A flag is not a finding.",
        openapi_url="/api/v1/openapi.json",
        # Both fetch their scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = Parts(store, settings, model, clock)
    app.state.limits = RateLimits(settings)
    app.state.provider = open_provider(settings)
    app.router.routes.extend(_ways_in())
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "web" / "static"), name="static")
    add_openapi(app)
    app.add_middleware(Repeats)
    app.add_middleware(Guard, hosts=hosts)
    for kind in (XiezhiError, RequestValidationError, HTTPException, SQLAlchemyError):
        app.add_exception_handler(kind, tell_error)
    return app


@cache
def _ways_in() -> tuple[BaseRoute, ...]:
    """The routes of every app of this process: to work out what all of them take costs a third of a second.

    Raises LookupError for one that `permissions` does not name.
    """
    every = APIRouter(
        # Names of functions make readable names in generated clients.
        generate_unique_id_function=lambda route: route.name,
        dependencies=[Depends(check_access)],
    )
    # Before the routes of a filing, whose id may hold any character.
    every.include_router(api_corrections.contests)
    for ways in (review, happenings, api_corrections, corrections, contests, seen):
        every.include_router(ways.router)
    every.include_router(routes.router)
    every.include_router(jobs.router)
    every.include_router(routes.health)
    every.include_router(webhooks.router)
    overseers = (court, court_policies, court_models, court_audit, court_report)
    administrators = (court_accounts, court_keys, court_webhooks)
    # casework and sheets before case, whose path takes any filing id.
    reviewers = (queue, bench, casework, sheets, case, decisions)
    for pages in (*reviewers, desk, answer, uploads, job_pages, *overseers, *administrators, login):
        every.include_router(pages.router)
    require_every_route(every.routes)
    return tuple(every.routes)


def tell_error(request: Request, error: Exception) -> Response:
    """An error as problem details to a program, as a page to a person."""
    parts: Parts = request.app.state.parts
    if request.url.path.startswith(("/api/", "/healthz")):
        return tell_problem(request, error, parts.settings.language)
    status, told = describe(error)
    if told.code == "login-required":
        to = str(request.url.path) if request.method == "GET" else "/"
        return RedirectResponse(f"/login?{urlencode({'to': to})}", 303)
    page = render(
        request, "error.html", status=status, http_status=status, told=told, before=page_before(request),
        model_version=None,
    )  # fmt: skip
    page.headers.update(headers_of(status, told))
    return page
