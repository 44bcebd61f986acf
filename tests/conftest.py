"""What every test may use: the examples, exports of others, and a runner of the command."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from typer.testing import CliRunner

import icpcli
from icpcli.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]

# How busy the machine is says nothing of the program.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to write anew what the golden tests compare with."""
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files and the README's report anew"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden texts are to be written anew instead of compared."""
    return bool(request.config.getoption("--update-golden"))


def pytest_report_header() -> str:
    """Say which icpcli is tested: the installed wheel, or the work tree."""
    return f"icpcli {icpcli.__version__} from {Path(icpcli.__file__).parent}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> Path:
    """The project's own exports."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def exports_of_others() -> Callable[[str], Path]:
    """Finds a folder of real exports beside the project; skips the test where it is absent."""

    def find(name: str) -> Path:
        folder = ROOT.parent / "shared" / "data" / name
        if not folder.exists():
            pytest.skip(f"the exports {name} are not on this machine")
        return folder

    return find


@dataclass(frozen=True)
class Ran:
    """What one run of ``icp`` left behind."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def derivations(
    tmp_path_factory: pytest.TempPathFactory, examples: Path
) -> Callable[[str], tuple[Ran, bytes]]:
    """What ``icp derive`` of an example prints and its icp.json, each derived once; any folder of a test gives the same bytes."""

    @cache
    def derive(name: str) -> tuple[Ran, bytes]:
        with contextlib.chdir(tmp_path_factory.mktemp("derived")):
            words = ["derive", str(examples / name)]
            result = CliRunner(env={"COLUMNS": "88"}).invoke(app, words, prog_name="icp")
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            return Ran(result.exit_code, result.stdout, result.stderr), Path("icp.json").read_bytes()

    return derive


@pytest.fixture
def derived(tmp_path: Path, derivations: Callable[[str], tuple[Ran, bytes]]) -> Callable[[str], Ran]:
    """Leaves the icp.json of an example in the test's folder, as ``icp derive`` would, and gives what that printed."""

    def derive(name: str) -> Ran:
        ran, saved = derivations(name)
        (tmp_path / "icp.json").write_bytes(saved)
        return ran

    return derive


@pytest.fixture
def icp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs ``icp`` with these words in an empty folder, as a user would; a bug lets its traceback through."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "88")

    def run(*words: str | Path, stdin: str | bytes | None = None) -> Ran:
        result = CliRunner().invoke(app, [str(word) for word in words], input=stdin, prog_name="icp")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
