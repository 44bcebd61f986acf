"""Nothing is lost: two runs at once, a full disk, a killed run, a read-only folder, files named by mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scored_cases import odd_case

from icpcli.errors import OutputError
from icpcli.output import UNFINISHED, seen, write_whole
from icpcli.store import to_json

if TYPE_CHECKING:
    from collections.abc import Callable

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals, limits and /dev are POSIX's")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full and /proc are Linux's")

SLOW_WRITER = """
import os, sys, time
from pathlib import Path
from icpcli.output import write_whole
os.fsync = lambda _: time.sleep(60)
write_whole(Path(sys.argv[1]), "new" * 100_000)
"""


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """An export of a dozen customers: too few for a profile, so that a run is short; exit code 3."""
    rows = "".join(f"Company {n},Retail,{n}00,2024-01-{n:02d}\n" for n in range(1, 13))
    path = tmp_path / "crm.csv"
    path.write_text(f"Company name,Industry,MRR,Customer since\n{rows}", encoding="utf-8")
    return path


def run(*words: str | Path, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """``icp`` in a process of its own."""
    command = [sys.executable, "-m", "icpcli", *map(str, words)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(command, cwd=cwd, text=True, check=False, **streams)


def one_sentence(stderr: str) -> str:
    """The error that a run ended with; fails where there is a traceback, or more than one."""
    assert "Traceback" not in stderr
    assert stderr.count("error: ") == 1
    return next(line for line in stderr.splitlines() if line.startswith("error: "))


@posix
def test_a_run_killed_while_it_writes_leaves_the_old_profile(tmp_path: Path):
    """SIGKILL in the middle of a write costs nothing, and the next write clears away what it left."""
    path = tmp_path / "icp.json"
    path.write_text("old", encoding="utf-8")
    writer = subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(path)])
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(f".icp.json.*{UNFINISHED}")) and time.monotonic() < deadline:
        time.sleep(0.02)
    writer.send_signal(signal.SIGKILL)
    writer.wait()

    assert path.read_text(encoding="utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 2

    write_whole(path, "newer")

    assert path.read_text(encoding="utf-8") == "newer"
    assert [p.name for p in tmp_path.iterdir()] == ["icp.json"]


@posix
def test_a_disk_without_room_for_the_profile_keeps_the_old_one(tmp_path: Path, crm: Path):
    """A file that may not grow (as on a full disk) ends in one sentence; the old icp.json stays, and nothing beside it."""
    import resource  # noqa: PLC0415  POSIX only

    first = run("derive", crm, "--quiet", cwd=tmp_path)
    before = (tmp_path / "icp.json").read_bytes()
    full = run(
        "derive",
        crm,
        "--max",
        "2",
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )

    assert (first.returncode, full.returncode) == (3, 1)
    assert "icp.json cannot be written (File too large)" in one_sentence(full.stderr)
    assert (tmp_path / "icp.json").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["crm.csv", "icp.json"]


@linux
def test_a_full_disk_behind_standard_output_or_a_report_is_said(tmp_path: Path, crm: Path):
    """A report that finds no room is an error with exit code 1, never a traceback, never silence."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        piped = run("inspect", crm, cwd=tmp_path, stdout=full)
    named = run("inspect", crm, "-o", "/dev/full", cwd=tmp_path)

    assert (piped.returncode, named.returncode) == (1, 1)
    assert "standard output (No space left on device)" in one_sentence(piped.stderr)
    assert "/dev/full cannot be written (No space left on device)" in one_sentence(named.stderr)


@posix
def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path, crm: Path):
    """icp rank | head prints no traceback."""
    process = subprocess.Popen(
        [sys.executable, "-m", "icpcli", "inspect", str(crm)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    stderr = process.stderr.read().decode()
    process.wait()
    process.stderr.close()

    assert "Traceback" not in stderr
    assert "Exception ignored" not in stderr


@linux
def test_a_read_only_folder_is_refused_before_the_work(icp: Callable, tmp_path: Path, crm: Path):
    """Where no file can be made, the run ends at once and says so."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    if os.access(folder, os.W_OK):  # root may write anywhere but in what the kernel makes up
        folder = Path("/proc")

    ran = icp("derive", crm, "--profile", folder / "icp.json")

    assert ran.code == 1
    assert f"{folder}/icp.json cannot be written" in one_sentence(ran.stderr)
    assert ran.stdout == ""


def test_a_profile_that_another_run_wrote_in_the_meantime_is_kept(
    icp: Callable, tmp_path: Path, crm: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of two runs at once the later one does not write over what the earlier one found."""
    icp("derive", crm, "--quiet")
    other = (tmp_path / "icp.json").read_text(encoding="utf-8").replace('"maximum": 3', '"maximum": 4')
    from icpcli.pipeline import personas  # noqa: PLC0415  the module that is patched
    from icpcli.rollup import roll_up_people  # noqa: PLC0415  what only this needs is loaded here

    def meanwhile(*given: object) -> object:
        (tmp_path / "icp.json").write_text(other, encoding="utf-8")
        return roll_up_people(*given)

    monkeypatch.setattr(personas, "roll_up_people", meanwhile)

    ran = icp("personas", "--max", "2")

    assert ran.code == 1
    assert "icp.json was written by another run in the meantime" in one_sentence(ran.stderr)
    assert (tmp_path / "icp.json").read_text(encoding="utf-8") == other


WRITE_OFTEN = """
import sys
from pathlib import Path
from icpcli.output import write_whole
for _ in range(60):
    write_whole(Path(sys.argv[1]), sys.argv[2] * 200_000)
"""


def test_two_writers_at_once_never_mix(tmp_path: Path):
    """While two processes write the same file, every reader sees the whole text of one of them."""
    path = tmp_path / "icp.json"
    write_whole(path, "a" * 200_000)
    writers = [subprocess.Popen([sys.executable, "-c", WRITE_OFTEN, path, letter]) for letter in "ab"]
    looks = 0
    while any(writer.poll() is None for writer in writers) or not looks:
        text = path.read_text(encoding="utf-8")
        assert len(text) == 200_000
        assert len(set(text)) == 1
        looks += 1

    assert [writer.wait() for writer in writers] == [0, 0]
    assert [p.name for p in tmp_path.iterdir()] == ["icp.json"]


def test_the_same_result_of_two_runs_is_no_conflict(tmp_path: Path):
    """Two runs that found the same both succeed; one that found something else is refused."""
    path = tmp_path / "icp.json"
    before = seen(path)
    write_whole(path, "same")

    write_whole(path, "same", expected=before)
    with pytest.raises(OutputError, match="written by another run"):
        write_whole(path, "other", expected=before)

    assert path.read_text(encoding="utf-8") == "same"


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("", 3, ""),
        ('{"accounts": {"custo', 3, ""),
        ('{"schema_version": 99}', 1, "written by a newer icpcli"),
        ('{"name": "package"}', 1, "is no profile, and would be lost"),
        ("Company,MRR\nAcme,5\n", 1, "is no profile, and would be lost"),
    ],
)
def test_derive_replaces_a_broken_profile_and_nothing_else(
    icp: Callable, tmp_path: Path, crm: Path, content: str, code: int, says: str
):
    """What is left of a half-written profile is replaced; a newer profile, or another file, is not."""
    path = tmp_path / "icp.json"
    path.write_text(content, encoding="utf-8")

    ran = icp("derive", crm)

    assert ran.code == code
    if code == 1:
        assert says in one_sentence(ran.stderr)
        assert path.read_text(encoding="utf-8") == content
    else:
        assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == 1


@pytest.mark.parametrize("words", [("rank", "-o"), ("derive", "--profile"), ("inspect", "--rejects")])
def test_no_result_is_written_over_the_export(icp: Callable, crm: Path, words: tuple[str, str]):
    """-o crm.csv on crm.csv does not cost the export."""
    before = crm.read_bytes()

    ran = icp(words[0], crm, words[1], "./crm.csv")

    assert ran.code == 1
    assert "would be lost" in one_sentence(ran.stderr)
    assert crm.read_bytes() == before


@pytest.mark.parametrize("command", ["personas", "derive"])
def test_a_damaged_profile_stays_as_it_is_and_is_named(
    icp: Callable, tmp_path: Path, crm: Path, command: str
):
    """Commands that read icp.json end in one sentence where it is damaged, and leave it to be repaired."""
    path = tmp_path / "icp.json"
    path.write_text('{"schema_version": 1}', encoding="utf-8")
    words = (command, crm, "--check") if command == "derive" else (command, crm)

    ran = icp(*words)

    assert ran.code == 1
    assert "icp.json is damaged" in one_sentence(ran.stderr)
    assert path.read_text(encoding="utf-8") == '{"schema_version": 1}'


@pytest.fixture
def scored_folder(tmp_path: Path) -> Path:
    """A folder with a profile, a list in it and the same list packed."""
    (tmp_path / "icp.json").write_text(to_json(odd_case().saved), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("Effectif,Ville\n120,Lyon\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "leads.zip", "w") as archive:
        archive.write(tmp_path / "leads.csv", "leads.csv")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("score", "leads.csv", "-o", "leads.csv"),
        ("score", "leads.zip/leads.csv", "-o", "leads.zip"),
        ("score", "leads.csv", "-o", "icp.json"),
        ("export", "--to", "sql", "-o", "icp.json"),
        ("personas", "-o", "icp.json"),
        ("review", "-o", "icp.json"),
        ("derive", "--check", "-o", "icp.json"),
    ],
)
def test_neither_a_list_nor_the_profile_is_written_over(
    icp: Callable, scored_folder: Path, words: tuple[str, ...]
):
    """-o on what is read, the archive around it included, or on the profile costs neither."""
    target = scored_folder / words[-1]
    before = target.read_bytes()

    ran = icp(*words)

    assert ran.code == 1
    assert "would be lost" in one_sentence(ran.stderr)
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (("score", "leads.csv", "-o", "scored.xlsx"), "Name it scored.csv."),
        (("score", "leads.csv", "-o", "scored.csv.gz"), "Name it scored.csv."),
        (("export", "--to", "sql", "-o", "card.zip"), "Name it card.sql."),
        (("rank", "leads.csv", "-o", "ranking.XLSX"), "Name it ranking.csv."),
        (("inspect", "leads.csv", "--rejects", "rejects.xlsx"), "Name it rejects.csv."),
        (("personas", "leads.csv", "--rows", "people.csv.gz"), "Name it people.csv."),
        (("derive", "leads.csv", "--profile", "profile.xlsx"), "Name it profile.json."),
    ],
)
def test_no_text_is_written_under_the_name_of_a_workbook_or_an_archive(
    icp: Callable, scored_folder: Path, words: tuple[str, ...], instead: str
):
    """CSV called .xlsx or .gz would be opened by nothing: it is refused, with the name that would do."""
    ran = icp(*words)

    assert ran.code == 1
    assert "would hold plain text" in one_sentence(ran.stderr)
    assert instead in ran.stderr
    assert not (scored_folder / words[-1]).exists()
