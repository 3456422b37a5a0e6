"""The house rules of CONTRIBUTING.md that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("xiezhi", "features", "training", "serving")
CODE_FOLDERS = (*PACKAGES, "tests", "benchmarks", "notebooks")
# What is built, installed or run is not the repository's.
NOT_OURS = {".git", ".venv", "var", "dist", "build", "__pycache__"}

MODULE_LINES = 800
FUNCTION_LINES = 60
DRAWERS = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}


def our_files(*suffixes: str) -> list[Path]:
    """The repository's files with one of `suffixes`, or all."""
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(p.startswith(".") and p != ".ci" for p in parts[:-1]) or parts[-1].endswith("_cache")
        if path.is_file() and not hidden and not NOT_OURS & set(parts):
            found.append(path)
    found = [p for p in found if p.relative_to(ROOT).parts[0] != "mlruns" or p.name == "README.md"]
    return [p for p in found if not suffixes or p.suffix in suffixes]


def python_files(*folders: str) -> list[Path]:
    """The Python files under `folders`, without the migrations: their form is alembic's."""
    found = [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]
    return [p for p in found if "migrations" not in p.parts]


def name(path: Path) -> str:
    """The path as it stands in the repository."""
    return path.relative_to(ROOT).as_posix()


def test_modules_and_functions_are_short() -> None:
    long = []
    for path in python_files(*CODE_FOLDERS):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MODULE_LINES:
            long.append(f"{name(path)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{name(path)}:{node.lineno} {node.name}: {lines} lines")
    assert not long


def test_what_is_public_says_what_it_is() -> None:
    silent = []
    for path in python_files(*PACKAGES):
        module = ast.parse(path.read_text(encoding="utf-8"))
        if module.body and not ast.get_docstring(module):
            silent.append(name(path))
        for node in module.body:
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{name(path)}:{node.lineno} {node.name}")
    assert not silent


def clock_reads(tree: ast.Module) -> Iterator[int]:
    """The lines that ask what time it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            said = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (said in {"datetime", "date", "Timestamp"} and node.attr in {"now", "utcnow", "today"}) or (
                said == "time" and node.attr in {"time", "time_ns"}
            ):
                yield node.lineno
        elif (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and {"time", "time_ns"} & {alias.name for alias in node.names}
        ):
            yield node.lineno


def test_only_the_clock_reads_the_time() -> None:
    asked = [
        f"{name(path)}:{line}"
        for path in python_files(*PACKAGES)
        if name(path) != "xiezhi/clock.py"
        for line in clock_reads(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not asked


def test_one_module_imports_mlflow() -> None:
    doors = set()
    for path in python_files(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(m.split(".")[0] == "mlflow" for m in modules):
                doors.add(name(path))
    assert doors <= {"training/tracking.py"}


def test_arrows_between_the_packages_go_one_way() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout


def test_no_drawers() -> None:
    drawers = [
        name(path)
        for path in python_files(*CODE_FOLDERS)
        if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert not drawers


def test_no_package_under_tests() -> None:
    # A package tests/features would be imported in place of the real one.
    assert not list((ROOT / "tests").rglob("__init__.py"))


FOREIGN = re.compile(
    r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]|@import|url\(\s*['"]?(?:https?:)?//""", re.I
)


def test_pages_ask_no_other_host() -> None:
    # What others wrote may name its author's site in a comment; the pages' policy keeps it from going there.
    pages = [
        p
        for p in our_files(".html", ".css", ".js", ".svg", ".xml")
        if name(p).split("/")[0] in PACKAGES and "/vendor/" not in name(p)
    ]
    foreign = [
        f"{name(path)}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FOREIGN.search(line)
    ]
    assert not foreign


# In pieces, so that this file may be read by its own test.
REGISTRIES = re.compile(
    "|".join(
        ["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.", "index-" + "url", "tuna" + r"\.tsinghua"]
    )
)
MACHINES = re.compile(r"(?<![\w.:/-])/(?:" + "|".join(["home", "root", "Users", "work", "mnt"]) + r")/\w")


@pytest.mark.parametrize("forbidden", [REGISTRIES, MACHINES], ids=["registry hosts", "machine paths"])
def test_no_file_names(forbidden: re.Pattern[str]) -> None:
    named = []
    for path in our_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font, a picture, an example in another encoding
        named += [f"{name(path)}: {hit.group()}" for hit in forbidden.finditer(text)]
    assert not named


PIN = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+( ; .+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_host(file: str) -> None:
    lines = (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))] == []
    assert lines


def test_everything_the_runtime_pins_is_pinned_alike_for_development() -> None:
    def pins(file: str) -> set[str]:
        lines = (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
        return {line for line in lines if not line.startswith(" ")}

    assert pins("runtime.txt") <= pins("dev.txt")
