"""The body of `xiezhi serve`: open the store, link and score what waits, listen, and deliver webhooks beside."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from contextlib import nullcontext, suppress
from typing import Final

import uvicorn

from features.history.follow import HeldHistory
from features.link.docket import link_pending
from serving.app import build_app
from serving.jobs.worker import working_beside
from serving.screening.promoted import PromotedModel
from serving.screening.rescreen import score_what_waits
from serving.secrecy import check_secrets, open_to_others
from serving.security import hosts_for
from serving.webhooks.background import delivering
from serving.webhooks.sending import Sender
from xiezhi.accounts.administer import has_accounts
from xiezhi.errors import BundleError, InputError
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store

_NET_OBJECTS: Final = 50_000
"""Objects made and not freed from which Python looks for cycles: some 10 MB, more than the history of one filing makes."""


def run_server(host: str, port: int, *, worker: bool) -> None:
    """Serve until interrupted, with a `worker` for the jobs in a thread beside. Without a promoted model rules alone screen, and the pages say so."""
    settings = Settings()
    check_secrets(settings)
    store = open_store(settings)
    if open_to_others(settings.home):
        print(
            f"{settings.home} 可被本机其他账户查看，请执行 chmod 700。 / {settings.home} is open to other accounts "
            "of this machine; run chmod 700 on it.",
            file=sys.stderr,
        )
    try:
        require_accounts(store, host)
        # A filing is linked against earlier ones: what was ingested and not linked must come first.
        with stage("关联 linking") as advance:
            link_pending(store, advance)
        history = HeldHistory(store)
        model = PromotedModel(store, settings, history.fetch)
        if model.version() is None:
            print(
                "尚未启用任何模型，仅凭规则筛查；运行 xiezhi train、xiezhi promote 后无需重启。 / No model is promoted, "
                "rules alone screen; after `xiezhi train` and `xiezhi promote` no restart is needed.",
                file=sys.stderr,
            )
        try:
            score_what_waits(store, model.screener())
        except BundleError as error:  # the pages are there to read all the same
            print(f"xiezhi: {error.code}: {error.text(settings.language)}", file=sys.stderr)
        door = take_port(host, port)
        print(f"xiezhi: http://{host}:{port}/", file=sys.stderr)
        app = build_app(store, settings, model, hosts=hosts_for(host))
        _search_seldom_for_cycles()
        beside = working_beside(app.state.parts) if worker else nullcontext()
        with door, beside, history.kept(), delivering(store, Sender(settings.webhook_hosts)):
            # uvicorn raises the signal it was stopped by again, which would end us before the worker's row is done.
            signal.signal(signal.SIGTERM, lambda *_: None)
            config = uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False)
            with suppress(KeyboardInterrupt):  # raised again by uvicorn, as SIGTERM is
                uvicorn.Server(config).run(sockets=[door])
    finally:
        store.close()


def take_port(host: str, port: int) -> socket.socket:
    """The socket to listen on. Raises InputError where something else has it: what answers there is not this home."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: else asyncio does not know it may send at once, and each answer waits 40 ms for the other side's receipt.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen()  # two may bind one port before either listens
    except OSError as error:
        door.close()
        raise InputError(
            f"{host}:{port} 无法使用（{error.strerror}）；请停止占用它的程序，或用 --port 另选端口。",
            f"{host}:{port} cannot be used ({error.strerror}); stop what has it, or choose another with --port.",
            code="port-taken",
        ) from error
    return door


def _search_seldom_for_cycles() -> None:
    """Python's search passes over all that is loaded by now. A seventh of a screening's time went there, and every search
    of everything held all requests up for a tenth of a second or more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NET_OBJECTS, 20, 50)


def require_accounts(store: Store, host: str) -> None:
    """Raises InputError for an address others can reach, in a home where nobody has to log in."""
    if hosts_for(host) is None and not has_accounts(store):
        raise InputError(
            f"本系统尚无账户，不能在 {host} 上对外服务；请先运行 xiezhi user add，或使用 127.0.0.1。",
            f"This home has no accounts, so it cannot be served on {host}; run `xiezhi user add` first, or use 127.0.0.1.",
            code="accounts-needed",
        )
