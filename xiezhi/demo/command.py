"""`xiezhi demo`: each stage is announced with the command line that does it, which anybody may type again."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from xiezhi.cli import run
from xiezhi.clock import SECOND, now, to_datetime
from xiezhi.demo.split import find_cut, split_docket
from xiezhi.demo.table import tell_flags
from xiezhi.errors import InputError
from xiezhi.settings import Settings

NEWEST_DAYS = 60
"""The docket's last days play the part of what is filed now. Two months: enough filings for some to be false."""

MARKER = ".xiezhi-demo"
"""A folder that holds this file was made by the demonstration and may be wiped by it."""

app = typer.Typer()


@app.command()
def demo(
    filings: Annotated[int, typer.Option(min=2000, help="Filings to simulate. 模拟件数。")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same docket. 随机种子。")] = 7,
    port: Annotated[int, typer.Option(help="Port of the pages. 页面端口。")] = 8020,
    serve: Annotated[bool, typer.Option(help="Serve the pages at the end. 最后打开页面。")] = True,
    home: Annotated[Path, typer.Option(help="Where the demonstration keeps its state. 演示目录。")] = Path(
        "var/demo"
    ),
) -> None:
    """Show the whole job on a simulated docket: from the filings to flags with reasons, then the pages."""
    make_home(home)
    with at_home(home):
        play(home, filings, seed, port if serve else None)


def make_home(home: Path) -> None:
    """An empty folder with the demonstration's marker. Raises InputError for a folder that is not its own."""
    if home.exists() and any(home.iterdir()) and not (home / MARKER).exists():
        raise InputError(
            f"{home} 不是演示目录，不会清空；请用 --home 另选一个。",
            f"{home} was not made by the demonstration and is not wiped; choose another with --home.",
            code="not-a-demo",
        )
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARKER).touch()


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """Let every command keep its state in `home`: store, secret, models."""
    ours = {
        "XIEZHI_HOME": str(home),
        "XIEZHI_MLRUNS": str(home / "mlruns"),
        "XIEZHI_DATABASE_URL": "",
        "XIEZHI_SECRET_KEY": "",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass
class Teller:
    """Announces the stages, counted, each with the time it took."""

    total: int
    chinese: bool
    console: Console = field(default_factory=lambda: Console(highlight=False))
    count: int = 0

    @contextmanager
    def stage(self, zh: str, en: str) -> Iterator[None]:
        """One stage."""
        self.count += 1
        self.console.print(f"\n[bold]{self.count}/{self.total} {zh if self.chinese else en}[/bold]")
        start = now()
        yield
        seconds = (now() - start) / SECOND
        self.console.print(f"[dim]{f'用时 {seconds:.1f} 秒' if self.chinese else f'{seconds:.1f} s'}[/dim]")

    def type(self, *words: str) -> None:
        """Show a command line and run it in this process. Raises Exit with its status when it fails."""
        self.console.print(f"$ xiezhi {shlex.join(words)}", style="dim", soft_wrap=True, markup=False)
        status = run(list(words))
        if status:
            raise typer.Exit(status)


def play(home: Path, filings: int, seed: int, port: int | None) -> None:
    """Play the stages one after the other; without `port` the pages are not served."""
    settings = Settings()
    docket, history, new, scores = (home / n for n in ("docket", "history", "new", "scores.jsonl"))
    tell = Teller(8 if port is None else 9, settings.language.startswith("zh"))

    with tell.stage("模拟一份卷宗", "simulate a docket"):
        tell.type("simulate", "--filings", str(filings), "--seed", str(seed), "--out", str(docket))
    with tell.stage(f"分开最近 {NEWEST_DAYS} 天的收案", f"set the newest {NEWEST_DAYS} days apart"):
        cut = find_cut(docket, settings.zone, NEWEST_DAYS)
        split_docket(docket, cut, history, new, settings.zone)
    with tell.stage("收入此前的案件", "take in the history"):
        tell.type("ingest", str(history))
    with tell.stage("认人：当事人、代理人与重复的请求", "link parties, agents and repeated claims"):
        tell.type("link")
    with tell.stage("算出每件当时的特征", "build every filing's features as of its moment"):
        tell.type("build", "--out", str(home / "rows.parquet"))
    with tell.stage("用当时已知的认定训练模型", "train on what was known by then"):
        tell.type("train", "--synthetic", "--as-of", to_datetime(cut, settings.zone).date().isoformat())
    with tell.stage("启用模型", "make the model the one that screens"):
        tell.type("promote")
    with tell.stage("逐件筛查新收的案件", "screen the newest filings"):
        tell.type("screen", str(new), "--stream", "--out", str(scores))
    tell_flags(tell.console, scores, new, docket / "truth" / "filings.csv", chinese=tell.chinese)
    if port is not None:
        with tell.stage("打开页面（按 Ctrl+C 结束）", "serve the pages (Ctrl+C ends)"):
            tell.type("serve", "--port", str(port))
