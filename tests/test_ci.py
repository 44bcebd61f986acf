"""What runs in CI: the workflow files keep their schemas, their shell steps do what they say, nothing asks or blinks."""

from __future__ import annotations

import json
import os
import pty
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

NETWORK = {
    "Install icpcli": "python -m pip install --quiet icpcli",  # the one under test is on the PATH instead
}
GH = """#!/usr/bin/env bash
echo "$@" >> "$GH_CALLS"
if [ "$2" = list ]; then cat "$GH_OPEN" 2> /dev/null; fi
exit 0
"""


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", "examples/ci/github-review.yml"),
        ("vendor.github-workflows", ".github/workflows/tests.yml"),
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "examples/ci/gitlab-review.yml"),
    ],
)
def test_the_workflow_files_keep_their_schema(root: Path, schema: str, file: str):
    """GitHub and GitLab would accept the examples as they stand (the schemas come with check-jsonschema)."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(root / file)]

    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


@dataclass
class Runner:
    """A machine that runs shell steps as GitHub does, in a clone of a repository; ``gh`` only notes what it is asked."""

    folder: Path
    repository: Path
    environment: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict)

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """One ``run:`` step, in GitHub's bash."""
        output = self.folder / "output.txt"
        output.write_text("", encoding="utf-8")
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],  # noqa: S607  the bash of the machine
            cwd=self.repository,
            env=self.environment | {"GITHUB_OUTPUT": str(output)} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = output.read_text(encoding="utf-8").splitlines()
        self.outputs = dict(line.split("=", 1) for line in lines)
        return ran

    def calls(self) -> list[str]:
        """What ``gh`` was asked."""
        path = Path(self.environment["GH_CALLS"])
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def summary(self) -> str:
        """The summary of the run."""
        return Path(self.environment["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")

    def committed(self) -> set[str]:
        """The files of the last commit that was pushed."""
        remote = str(self.folder / "remote.git")
        command = ["git", "--git-dir", remote, "ls-tree", "-r", "--name-only", "main"]
        return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """An export of a dozen customers: too few for a profile (exit code 3), so that a run is short."""
    rows = "".join(f"Company {n},Retail,{n}00\n" for n in range(1, 13))
    path = tmp_path / "crm.csv"
    path.write_text(f"Company name,Industry,MRR\n{rows}", encoding="utf-8")
    return path


def executable(path: Path, text: str) -> None:
    """A script that can be run."""
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def runner(tmp_path: Path, root: Path) -> Runner:
    """A clone of an empty repository with its .gitignore, with ``icp`` and ``gh`` on the PATH."""
    tools, repository, remote = tmp_path / "bin", tmp_path / "work", tmp_path / "remote.git"
    tools.mkdir()
    executable(tools / "icp", f'#!/bin/sh\nexec "{sys.executable}" -m icpcli "$@"\n')
    executable(tools / "gh", GH)
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GH_CALLS": str(tmp_path / "gh.txt"),
        "GH_OPEN": str(tmp_path / "open.txt"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "ICP_TODAY": "2026-10-03",
        "ICP_PERMUTATIONS": "19",  # a run is short; what is tested is the workflow
    }
    prepare = f"""
        git init --quiet --bare --initial-branch=main "{remote}"
        git init --quiet --initial-branch=main "{repository}"
        cd "{repository}"
        git remote add origin "{remote}"
        cp "{root}/examples/ci/gitignore" .gitignore
        git add .gitignore
        git -c user.name=t -c user.email=t@example.org commit --quiet -m start
        git push --quiet --set-upstream origin main
    """
    subprocess.run(["bash", "-ec", prepare], env=environment, check=True, capture_output=True)  # noqa: S607  the bash of the path, as in CI
    return Runner(tmp_path, repository, environment)


def steps_of(path: Path) -> list[dict[str, Any]]:
    """The steps of a workflow's one job, or of a composite action."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "runs" in document:
        return document["runs"]["steps"]
    return next(iter(document["jobs"].values()))["steps"]


def zipped(folder: Path, source: Path) -> str:
    """The address of an archive of the exports, as a CRM would offer it."""
    return Path(shutil.make_archive(str(folder / "crm"), "zip", source)).as_uri()


def run_workflow(runner: Runner, root: Path, export: str) -> list[str]:
    """Every shell step of the GitHub example; the names of those that ran. Checking out is the fixture's, gh a note."""
    ran, code = [], ""
    for step in steps_of(root / "examples" / "ci" / "github-review.yml"):
        if "uses" in step:
            assert step["uses"].startswith("actions/")
            continue
        if step["name"] in NETWORK:
            assert step["run"] == NETWORK[step["name"]]
            continue
        condition = step.get("if", "")
        if condition == "hashFiles('icp.json') == ''" and (runner.repository / "icp.json").exists():
            continue
        if condition == "steps.review.outputs.code == '4'" and code != "4":
            continue
        assert condition in {"", "hashFiles('icp.json') == ''", "steps.review.outputs.code == '4'"}
        done = runner.run(step["run"], **dict.fromkeys(step.get("env", {}), export))
        assert done.returncode == 0, (step["name"], done.stdout, done.stderr)
        if step.get("id") == "review":
            code = runner.outputs["code"]
        ran.append(step["name"])
    return ran


DERIVE = "Derive the profile, the first time"
OPEN_ISSUE = "Open an issue if the profile needs a decision"


@pytest.mark.slow
def test_the_github_example_does_what_it_says(runner: Runner, root: Path, examples: Path):
    """Month one derives and keeps; a year later the review is overdue: an issue, next year a comment; no export is committed."""
    export = zipped(runner.folder, examples / "hubspot-fr")

    first = run_workflow(runner, root, export)
    quiet = runner.calls()
    runner.environment["ICP_TODAY"] = "2027-09-03"
    later = run_workflow(runner, root, export)
    Path(runner.environment["GH_OPEN"]).write_text("7\n", encoding="utf-8")
    runner.environment["ICP_TODAY"] = "2028-09-03"
    again = run_workflow(runner, root, export)

    assert (DERIVE in first, OPEN_ISSUE in first) == (True, False)
    assert quiet == []
    assert DERIVE not in later + again
    assert OPEN_ISSUE in later
    assert OPEN_ISSUE in again
    done = [call for call in runner.calls() if not call.startswith("issue list")]
    assert done[0].startswith("issue create --title The ideal customer profile needs a decision")
    assert done[1] == "issue comment 7 --body-file report.md"
    assert (
        len((runner.repository / "history" / "reviews.jsonl").read_text(encoding="utf-8").splitlines()) >= 2
    )
    committed = runner.committed()
    assert "icp.json" in committed
    assert {path for path in committed if not path.startswith("history/")} == {".gitignore", "icp.json"}
    assert any(path.startswith("history/") for path in committed)
    assert "# Ideal Customer Profile" in runner.summary()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="cron is POSIX's")
def test_the_cron_example_is_silent_until_a_decision_is_due(runner: Runner, root: Path, examples: Path):
    """Month one prints nothing (cron mails nothing); an overdue review prints its report and exits 4."""
    export = zipped(runner.folder, examples / "hubspot-fr")
    script = runner.repository / "review.sh"
    executable(script, (root / "examples" / "ci" / "review.sh").read_text(encoding="utf-8"))

    first = runner.run("./review.sh", CRM_EXPORT_URL=export)
    overdue = runner.run("./review.sh", CRM_EXPORT_URL=export, ICP_TODAY="2027-09-03")

    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert overdue.returncode == 4
    assert overdue.stdout.startswith("The ideal customer profile needs a decision.\n#")
    assert overdue.stderr == ""


@pytest.mark.parametrize(("command", "code"), [("derive", "3"), ("check", "0"), ("nonsense", None)])
def test_the_action_runs_what_it_is_asked(
    runner: Runner, root: Path, few: Path, command: str, code: str | None
):
    """The composite action derives, then checks; its outputs say how it ended; an unknown command is refused."""
    step = next(s for s in steps_of(root / "action.yml") if s.get("id") == "icp")
    inputs = {"PROFILE": "icp.json", "HISTORY": "", "REPORT": "report.md", "FAIL_ON_CHANGE": "true"}
    paths = {"PATHS": f"{few}\n"}
    if command == "check":
        runner.run(step["run"], COMMAND="derive", **inputs, **paths)

    ran = runner.run(step["run"], COMMAND=command, **inputs, **paths)

    assert step["env"].keys() == {"COMMAND", *paths, *inputs}
    assert runner.outputs.get("exit-code") == code
    assert ran.returncode == int(code or 2)
    assert ran.stdout.startswith({"3": "::warning ", "0": "::notice ", None: "::error "}[code])


def test_no_input_of_the_action_is_run_as_a_command(runner: Runner, root: Path):
    """A path is a path, whatever it holds; a run that fails is red, with the error as an annotation."""
    step = next(s for s in steps_of(root / "action.yml") if s.get("id") == "icp")
    hostile = '$(touch hacked); `touch hacked`; "; touch hacked'

    ran = runner.run(
        step["run"],
        COMMAND="derive",
        PATHS=f"--help\n{hostile}",
        PROFILE="icp.json",
        HISTORY="",
        REPORT="report.md",
        FAIL_ON_CHANGE="true",
    )

    assert ran.returncode == 1
    assert ran.stdout.startswith("::error title=icp::There is no file")
    assert not (runner.repository / "hacked").exists()


def test_every_input_reaches_the_script_as_a_variable(root: Path):
    """No ${{ }} stands inside a script, where its value would be run."""
    files = [root / "action.yml", root / "examples" / "ci" / "github-review.yml"]
    scripts = [step["run"] for file in files for step in steps_of(file) if "run" in step]

    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_github_is_told_by_annotations_and_a_summary(
    icp: Callable, tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch
):
    """--format github annotates, appends the Markdown report to the step's summary, and writes -o in its own format."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    derived = icp("derive", examples / "crm.csv", "--format", "github", "-o", "report.json")
    same = icp("derive", "--check", examples / "crm.csv", "--format", "github")
    differs = icp(
        "derive",
        "--check",
        examples / "crm.csv",
        "--format",
        "github",
        "--forbid",
        "industry",
        "-o",
        "diff.md",
    )

    assert (derived.code, same.code, differs.code) == (0, 0, 4)
    assert derived.stdout.startswith("::notice file=icp.json,title=ICP%3A supported::Logistics")
    assert (
        same.stdout == "::notice file=icp.json,title=ICP%3A unchanged::icp.json is what these exports give.\n"
    )
    assert differs.stdout.startswith("::error file=icp.json,title=icp.json is not what these exports give::")
    assert "condition gone: " in differs.stdout
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n# Ideal Customer Profile")
    assert text.count("is what these exports give") == 1
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["schema_version"] == 1
    assert "icp.json is not what these exports give" in (tmp_path / "diff.md").read_text(encoding="utf-8")


def test_without_a_summary_the_annotations_are_all(icp: Callable, few: Path, monkeypatch: pytest.MonkeyPatch):
    """Too few customers: a warning, exit code 3; an export that is gone: an error, exit code 1."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    derived = icp("derive", few, "--format", "github", "--quiet")
    gone = icp("derive", "gone.csv", "--format", "github", "--quiet")

    assert (derived.code, gone.code) == (3, 1)
    assert derived.stdout.startswith("::warning file=icp.json,title=ICP%3A your data support no profile::")
    assert gone.stdout == "::error title=icp::There is no file gone.csv.%0AThere is: crm.csv\n"
    assert gone.stderr.startswith("error: There is no file gone.csv.")


@pytest.mark.parametrize("command", ["rank", "inspect", "personas"])
def test_what_ci_has_no_use_for_refuses_the_format(icp: Callable, examples: Path, command: str):
    """Annotations are for derive, its check and the review."""
    ran = icp(command, examples / "crm.csv", "--format", "github")

    assert ran.code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_in_ci_nothing_blinks_even_on_a_terminal(tmp_path: Path, few: Path):
    """With CI set there is no colour and no progress bar, though the streams are a terminal; and nothing is asked."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"CI": "true", "TERM": "xterm-256color", "FORCE_COLOR": "", "NO_COLOR": ""}
    command = [sys.executable, "-m", "icpcli", "rank", str(few), "--top", "3"]

    ran = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    ran.wait()
    os.close(ours)

    assert ran.returncode == 0
    assert b"Ranking" in shown or b"rank" in shown.lower()
    assert b"\x1b" not in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux's way to say that the other side has closed
        return b""
