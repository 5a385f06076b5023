"""What is shipped beside the package: image, compose file, units of systemd."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

from docent.app import Settings

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
UNITS = sorted((ROOT / "deploy").glob("docent*"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Bounds of `systemd-analyze security`, from 0, safe, to 10: below 2 no option is missing that a web server can have.
MOST_EXPOSED = {"docent.service": 2.0, "docent-backup.service": 3.0}


def installed(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found, f"{name} is in the test extra"
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return loaded


def test_the_compose_file_fits_its_schema(tmp_path: Path) -> None:
    check = [installed("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(COMPOSE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (tmp_path / "bad.yml").write_text(COMPOSE.read_text(encoding="utf-8").replace("    ports:", "    port:"))
    assert subprocess.run([*check, str(tmp_path / "bad.yml")], capture_output=True, check=False).returncode == 1


def test_compose_names_what_is_there(compose: dict[str, Any]) -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    profiles = {name for service in compose["services"].values() for name in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", text)) == profiles - {"ingest"} == {"ollama", "vllm", "milvus"}
    assert set(re.findall(r"DOCENT_EXTRAS=([\w,]+)", text)) <= set(PROJECT["project"]["optional-dependencies"])
    hosts = set(re.findall(r"http://([a-z][a-z-]*):", text)) - {"localhost"}
    assert hosts | {"docent", "docent-ingest", "milvus-minio"} == set(compose["services"])
    for service in compose["services"].values():
        used = {one.split(":")[0] for one in service.get("volumes", ()) if not one.startswith(".")}
        assert used <= set(compose["volumes"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        assert set(service.get("networks", ())) <= {"default", *compose["networks"]}
        for one in service.get("depends_on", ()):
            assert "healthcheck" in compose["services"][one]


def test_only_the_server_is_reached_from_outside_and_has_no_rights(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if service.get("ports")] == ["docent"]
    server = compose["services"]["docent"]
    assert (server["read_only"], server["cap_drop"]) == (True, ["ALL"])
    assert compose["services"]["docent-ingest"]["network_mode"] == "${DOCENT_INGEST_NETWORK:-none}"
    for name in ("milvus-etcd", "milvus-minio"):
        assert compose["services"][name]["networks"] == ["milvus-inner"]
    assert compose["networks"]["milvus-inner"]["internal"] is True


def test_variables_that_are_set_are_settings(compose: dict[str, Any]) -> None:
    given = [name for service in compose["services"].values() for name in service.get("environment", ())]
    text = "".join(path.read_text(encoding="utf-8") for path in (DOCKERFILE, *UNITS))
    given += re.findall(r"(DOCENT_\w+)=", text)
    wanted = {f"DOCENT_{one.name.upper()}" for one in fields(Settings)}
    assert {one for one in given if one.startswith("DOCENT_")} <= wanted


def test_the_image_is_sound() -> None:
    done = subprocess.run([installed("hadolint"), str(DOCKERFILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_holds_the_whole_package_and_runs_as_nobody_in_particular() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    copied = [one for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for one in line.split()[:-1]]
    assert all((ROOT / one).exists() for one in copied)
    folders = {Path(one).parts[0] for one in PROJECT["tool"]["setuptools"]["package-dir"].values()}
    assert folders <= set(copied)
    assert {PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]} <= set(copied)
    # What nobody excludes would be sent to the builder: environments alone are gigabytes.
    assert {".git", ".venv*", "build"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER (?!0\b|root\b)\d+$", last, re.MULTILINE)
    assert "pip install" not in last
    assert re.search(r'^ENTRYPOINT \["docent"\]$', last, re.MULTILINE)
    assert "docent" in PROJECT["project"]["scripts"]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that is there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd here")
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/docent/bin/docent ", "/bin/true ")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_units_are_sound(units: Path) -> None:
    paths = sorted(map(str, units.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    for name, most in MOST_EXPOSED.items():
        command = ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={most * 10:.0f}"]
        done = subprocess.run([*command, str(units / name)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:]


def test_the_commands_of_the_units_exist(capsys: pytest.CaptureFixture[str]) -> None:
    from docent.app.__main__ import main

    text = "".join(path.read_text(encoding="utf-8") for path in UNITS)
    commands = set(re.findall(r"/opt/docent/bin/docent (\w+)", text))
    assert commands == {"serve", "backup"}
    for one in commands:
        with pytest.raises(SystemExit) as ended:
            main([one, "--help"])
        assert ended.value.code == 0
    capsys.readouterr()


def test_the_commands_of_the_page_for_operators_run(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "birds.md").write_text("# Birds\n\nThe common swift sleeps in the air.\n", encoding="utf-8")
    env = {**os.environ, "DOCENT_DATA_DIR": str(tmp_path / "data"), "DOCENT_EMBEDDER": "hash:32"}
    said = []
    for line in [".venv/bin/python -m ingest birds.md", *block.splitlines()]:
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        said.append(done.stdout)
    assert "1 documents; collections: default" in said[1]
    assert "birds.md" in said[3]


def test_the_page_for_operators_names_files_and_units_that_are_there() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert set(re.findall(r"deploy/([\w.-]+)", page)) == {path.name for path in UNITS}
    (nginx,) = re.findall(r"^```nginx\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    for needed in (
        "proxy_buffering off;",
        "proxy_set_header Host $host;",
        "X-Forwarded-Proto $scheme",
        "client_max_body_size",
    ):
        assert needed in nginx
