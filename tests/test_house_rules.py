"""The five house rules, checked on the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

LINE = ("ingest", "retrieval", "llm", "app", "ui")
FOLDERS = ("docent", *LINE)
MAX_LINES = 300
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
IMPORTED = [path for path in FILES if path.name != "__main__.py"]
HEAVY = (
    "faiss", "gradio", "langchain", "langchain_core", "numpy", "onnxruntime", "pymupdf", "rapidocr", "tantivy", "torch",
    "transformers",
)  # fmt: skip


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            found.append((node.module or "", node.lineno))
            if node.module == "docent":
                found += [(f"docent.{alias.name}", node.lineno) for alias in node.names]
    return found


@pytest.mark.parametrize("path", IMPORTED, ids=_name)
def test_imports_point_left_and_use_public_names(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    for module, line in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = module.split(".")
        assert parts[0] not in LINE, f"{_name(path)}:{line} imports {module} without docent."
        if parts[0] != "docent" or len(parts) < 2 or parts[1] in (own, "__version__") or own == "docent":
            continue
        assert parts[1] in LINE, f"{_name(path)}:{line} imports {module}"
        assert LINE.index(parts[1]) < LINE.index(own), f"{_name(path)}:{line}: {own} may not import {module}"
        private = len(parts) > 2 and module not in PUBLIC_MODULES
        assert not private, f"{_name(path)}:{line}: {module} is not public"


# Public modules beside the packages: they load what the package itself must not.
PUBLIC_MODULES = {"docent.llm.langchain", "docent.app.wire"}


DOORS = ("web", "terminal")


@pytest.mark.parametrize("path", [path for path in IMPORTED if path.is_relative_to(ROOT / "app")], ids=_name)
def test_no_part_of_the_program_needs_a_door(path: Path) -> None:
    """The names that `docent.app` itself gives away are loaded at first use."""
    own = path.relative_to(ROOT / "app").parts[0]
    for module, line in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        door = next((one for one in DOORS if module.startswith(f"docent.app.{one}")), own)
        assert own in (door, "__init__.py"), f"{_name(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_file_can_be_read_at_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{_name(path)} has {lines} lines: split it along a seam"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_environment_print_pickle_and_broad_excepts(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        where = f"{_name(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
            assert _name(path) == "app/settings.py", f"{where} reads the environment"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            assert path.name == "__main__.py", f"{where} prints"
        if isinstance(node, ast.ExceptHandler):
            names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"bare"}
            rethrows = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
            assert rethrows or not names & {"bare", "Exception", "BaseException"}, f"{where} catches everything"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            assert "Exception" not in {ast.unparse(a) for a in node.args}, f"{where} suppresses everything"
    modules = {module.split(".")[0] for module, _ in _imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert not modules & {"pickle", "dill", "joblib", "shelve"}, f"{_name(path)} uses pickle"


def test_no_module_is_called_utils() -> None:
    assert not [_name(path) for path in FILES if path.stem in ("utils", "helpers", "common", "misc")]


MODULES = ["docent", "docent.ingest", "docent.app", "docent.app.terminal.arguments", "docent.llm.prompts"]


@pytest.mark.parametrize("module", MODULES)
def test_heavy_packages_wait_until_they_are_needed(module: str) -> None:
    code = f"import sys, {module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    allowed = {"docent.llm.prompts": {"numpy"}}.get(module, set())
    assert set(loaded) <= allowed


@pytest.mark.parametrize("command", [("ingest", "--help"), ("app", "--help"), ("app", "ask", "--help")])
def test_help_loads_nothing_heavy(command: tuple[str, ...]) -> None:
    code = (
        "import runpy, sys\n"
        f"sys.argv = {['x', *command[1:]]!r}\n"
        "try:\n"
        f"    runpy.run_module('docent.{command[0]}', run_name='__main__', alter_sys=True)\n"
        "except SystemExit:\n"
        "    pass\n"
        f"sys.stderr.write(' '.join(m for m in {HEAVY!r} if m in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "usage: python -m" in done.stdout
    assert done.stderr == ""


def test_importing_makes_no_file(tmp_path: Path) -> None:
    code = "import docent, docent.app.library, docent.retrieval, docent.llm, docent.ingest"
    env = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "c"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=env)
    assert list(tmp_path.iterdir()) == []
