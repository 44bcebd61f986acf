"""What the README and the help promise is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tellings import derivation_of
from typer.main import get_command

from icpcli import __version__
from icpcli.cli.app import app
from icpcli.cli.shell import Exit
from icpcli.configuration import read_toml
from icpcli.model.common import Verdict
from icpcli.settings import DEFAULTS
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAVY = ("pandas", "pyarrow", "ibis", "duckdb", "scipy", "sklearn", "numpy")
COMMANDS = sorted(get_command(app).commands)

IMPORTED = """
import json, sys
from icpcli.cli.app import app
try:
    app({words!r}, prog_name="icp")
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def modules_after(*words: str, cwd: Path) -> set[str]:
    """The modules that are loaded once ``icp WORDS`` has run in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(words=list(words))],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "words",
    [("--help",), ("--version",), ("derive", "--help"), ("init", "--help"), ("personas", "--max", "0")],
)
def test_help_loads_nothing_heavy(tmp_path: Path, words: tuple[str, ...]):
    """Help, version and usage errors come at once: no data library is loaded for them."""
    assert modules_after(*words, cwd=tmp_path).isdisjoint(HEAVY)


def test_export_loads_nothing_heavy(tmp_path: Path):
    """A saved scorecard is rewritten from plain values: no data library is loaded for it."""
    (tmp_path / "icp.json").write_text(to_json(derivation_of(Verdict.SUPPORTED)), encoding="utf-8")

    assert modules_after("export", "--to", "sql", cwd=tmp_path).isdisjoint(HEAVY)


def test_derive_loads_no_library_that_it_hardly_uses(tmp_path: Path, examples: Path):
    """scipy.stats and scikit-learn take as long to import as a derivation takes; it does without."""
    loaded = modules_after("derive", str(examples / "crm.csv"), "--quiet", cwd=tmp_path)

    assert "ibis" in loaded
    assert loaded.isdisjoint({"scipy.stats", "sklearn"})


@pytest.mark.parametrize("command", ["inspect", "rank"])
def test_inspect_and_rank_load_no_sklearn(tmp_path: Path, examples: Path, command: str):
    """What does not search does not pay for the search."""
    assert "sklearn" not in modules_after(command, str(examples / "crm.csv"), cwd=tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_that_it_understands(icp: Callable, command: str):
    """The help of each command ends with an example, and each option in it exists."""
    text = icp(command, "--help").stdout

    example = re.search(rf"Example:\s+icp {command}(.*)", text)
    assert example is not None
    for option in re.findall(r"(?<=\s)--?[a-z-]+", example[1]):
        assert re.search(rf"(^|[\s,]){option}\b", text, re.MULTILINE)


def test_the_version_is_printed(icp: Callable):
    """icp --version prints the version of the package."""
    assert icp("--version").stdout == f"icp {__version__}\n"


def test_completion_is_offered(icp: Callable):
    """The shell's completion can be installed."""
    assert "--install-completion" in icp("--help").stdout


def test_every_command_and_option_and_exit_code_is_in_the_readme(root: Path):
    """Nothing that a user can say or meet is missing from the README."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    commands = get_command(app).commands

    for name, command in commands.items():
        assert f"icp {name}" in readme
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option in readme, option
    for code in Exit:
        assert re.search(rf"^\| {code.value} \|", readme, re.MULTILINE), code


def test_every_finding_has_a_code_that_the_readme_explains(root: Path):
    """A code in a report can be looked up."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "icpcli").rglob("*.py")))
    codes = set(re.findall(r"\bICP\d{3}\b", sources))

    assert codes
    assert sorted(code for code in codes if f"`{code}`" not in readme) == []
    assert sorted(code for code in re.findall(r"`(ICP\d{3})`", readme) if code not in codes) == []


def test_the_report_in_the_readme_is_the_one_that_is_printed(
    icp: Callable, root: Path, examples: Path, tmp_path: Path, update_golden: bool
):
    """The first report in the README is what the first command prints, to the letter."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "crm.csv").write_bytes((examples / "crm.csv").read_bytes())
    printed = icp("derive", "examples/crm.csv").stdout

    block = re.compile(r"(<!-- report -->\n```text\n)(.*?)(```)", re.DOTALL)
    if update_golden:
        (root / "README.md").write_text(block.sub(lambda m: m[1] + printed + m[3], readme), encoding="utf-8")
        readme = (root / "README.md").read_text(encoding="utf-8")

    shown = block.search(readme)
    assert shown is not None
    assert shown[2].splitlines() == printed.splitlines()


def test_the_icp_toml_in_the_readme_is_understood(root: Path, tmp_path: Path):
    """The settings shown as an example are settings that exist, within their bounds."""
    shown = re.search(r"```toml\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    (tmp_path / "icp.toml").write_text(shown[1], encoding="utf-8")

    assert read_toml(tmp_path / "icp.toml")["gross_margin"] == 0.8


def test_the_python_in_the_readme_runs(
    root: Path, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What the README shows from Python does what it says."""
    shown = re.search(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "crm.csv").write_bytes((examples / "crm.csv").read_bytes())
    monkeypatch.chdir(tmp_path)

    exec(shown[1], {})  # noqa: S102  running it is the point

    assert json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["settings"]["gross_margin"] == 0.8


def test_every_setting_is_in_the_readme(root: Path):
    """Whatever icp.toml may hold is named in the README."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    told = readme[readme.index("### icp.toml") : readme.index("### Exit codes")]

    assert [name for name in DEFAULTS.__dataclass_fields__ if not re.search(rf"\b{name}\b", told)] == []
