"""The documents: links lead somewhere, commands exist, both READMEs say the same things in the same order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from typer.core import TyperGroup
from typer.main import get_command

from xiezhi import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f / "README.md" for f in ("benchmarks", "notebooks", "requirements", "mlruns")),
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^xiezhi ([a-z-]+)", re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("folder", ["docs", "docs/decisions"])
def test_every_page_is_in_its_index(folder: str) -> None:
    pages = {p.name for p in (ROOT / folder).glob("*.md")} - {"README.md"}
    assert pages <= set(LINK.findall((ROOT / folder / "README.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_the_commands_told_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    root = get_command(cli.build_app())
    assert isinstance(root, TyperGroup)
    assert set(COMMAND.findall(text)) <= set(root.commands)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_both_readmes_are_one() -> None:
    def shape(page: str) -> list[str]:
        """The marks at the head of each heading, code fence and bullet, and every code line outside the drawing."""
        text = re.sub(
            r"```mermaid.*?```", "```mermaid", (ROOT / page).read_text(encoding="utf-8"), flags=re.S
        )
        return re.findall(
            r"^(?:#+|```.*|- |\| \[|(?:make|xiezhi|python3|gather|/opt)\b.*)", text, re.MULTILINE
        )

    assert shape("README.md") == shape("README.zh.md")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_notebooks_are_paired_and_hold_no_outputs(notebook: Path) -> None:
    paired = json.loads(notebook.with_suffix(".ipynb").read_text(encoding="utf-8"))
    written = jupytext.read(notebook).cells
    assert [(c["cell_type"], "".join(c["source"])) for c in paired["cells"]] == [
        (c.cell_type, c.source) for c in written
    ]
    code = [c for c in paired["cells"] if c["cell_type"] == "code"]
    assert not [c for c in code if c["outputs"] or c["execution_count"] is not None]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_notebooks_run(notebook: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XIEZHI_DOCKET": str(tmp_path / "docket")}
    (tmp_path / "docket").mkdir()
    ran = subprocess.run(
        [sys.executable, "-W", "error", notebook],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "filings of" in ran.stdout
