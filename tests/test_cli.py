"""Exit codes, streams and files of the commands, and what bad input is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"

BAD_FILES = {
    "empty": (b"", "is empty"),
    "header_only": (b"Company name,Industry,MRR\n", "no rows"),
    "png": (PNG, "PNG"),
    "pdf": (PDF, "PDF"),
    "no_company": (b"Colour,Size\nred,1\nblue,2\ngreen,3\n", "no column that names a company"),
    "no_customer": (
        b"Company name,Industry\nAcme,Retail\nBolt,Energy\nCrux,Retail\n",
        "None of the 3 companies is a customer",
    ),
    "no_figures": (
        b"Company name,Lifecycle Stage\nAcme,Customer\nBolt,Customer\n",
        "No column holds a figure for any criterion",
    ),
}


@pytest.mark.parametrize("command", ["derive", "rank"])
@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_file_that_cannot_serve_is_one_clear_error(icp: Callable, tmp_path: Path, command: str, fault: str):
    """Bad input exits 1 with one error that names the file and the fault, and writes nothing."""
    content, says = BAD_FILES[fault]
    (tmp_path / "crm.csv").write_bytes(content)

    ran = icp(command, "crm.csv")

    assert ran.code == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith("error: ")
    assert says in ran.stderr.splitlines()[0]
    assert ran.stderr.count("error: ") == 1
    assert "Traceback" not in ran.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["crm.csv"]


@pytest.mark.parametrize("command", ["derive", "rank", "inspect", "personas"])
def test_a_missing_file_is_named_with_the_ones_that_are_near(icp: Callable, tmp_path: Path, command: str):
    """A misspelt path exits 1, not 2, and tells what is there instead."""
    (tmp_path / "crm_export.csv").write_text("Company name\nAcme\n", encoding="utf-8")

    ran = icp(command, "crm_exprot.csv")

    assert ran.code == 1
    assert "crm_exprot.csv" in ran.stderr
    assert "crm_export.csv" in ran.stderr
    assert not (tmp_path / "icp.json").exists()


def test_a_folder_with_nothing_readable_says_what_was_looked_for(icp: Callable, tmp_path: Path):
    """A folder of pictures is told which endings an export has."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "logo.png").write_bytes(PNG)

    ran = icp("derive", folder)

    assert ran.code == 1
    assert "csv" in ran.stderr
    assert not (tmp_path / "icp.json").exists()


@pytest.mark.parametrize(
    "words", [("-o", "nowhere/report.md"), ("--profile", "nowhere/icp.json"), ("-o", ".")]
)
def test_an_unwritable_output_is_refused_before_the_work(
    icp: Callable, tmp_path: Path, examples: Path, words: tuple[str, str]
):
    """Nobody waits for a derivation that could not have been saved."""
    ran = icp("derive", examples / "crm.csv", *words)

    assert ran.code == 1
    assert ran.stderr.startswith("error: ")
    assert words[1].split("/")[0] in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("personas", "--max", "0"),
        ("personas", "--max", "11"),
        ("derive", "x.csv", "--format", "csv"),
        ("derive", "x.csv", "--as-of", "yesterday"),
        ("derive", "x.csv", "--column", "mrr"),
        ("export", "--to", "nowhere"),
        ("derive",),
        ("rank",),
        ("inspect",),
        ("nonsense",),
    ],
)
def test_wrong_usage_exits_2(icp: Callable, tmp_path: Path, words: tuple[str, ...]):
    """Words that make no request are usage errors, and nothing is written."""
    ran = icp(*words)

    assert ran.code == 2
    assert "Error: " in ran.stderr
    assert "Value error" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("--weight", "price=2"), ("--weight", "retention=much"), ("--min-share", "7")]
)
def test_an_impossible_choice_exits_1_with_its_bound(icp: Callable, examples: Path, words: tuple[str, str]):
    """A flag whose value cannot be followed says what would have been."""
    ran = icp("derive", examples / "crm.csv", *words)

    assert ran.code == 1
    assert ran.stderr.startswith("error: ")


def test_the_report_goes_to_stdout_and_everything_else_to_stderr(
    icp: Callable, tmp_path: Path, examples: Path
):
    """A pipe receives the report alone; that icp.json was written is said on stderr."""
    ran = icp("derive", examples / "crm.csv")

    assert ran.code == 0
    assert "Wrote icp.json" in ran.stderr
    assert "Wrote" not in ran.stdout
    assert "\x1b[" not in ran.stdout
    assert (tmp_path / "icp.json").exists()


def test_quiet_says_nothing_but_the_report(icp: Callable, examples: Path):
    """A scheduled job with --quiet has an empty stderr when all is well."""
    ran = icp("derive", examples / "crm.csv", "--quiet")

    assert ran.stderr == ""
    assert ran.stdout != ""


def test_json_on_stdout_is_the_file(icp: Callable, tmp_path: Path, examples: Path):
    """--format json prints exactly what icp.json holds."""
    ran = icp("derive", examples / "crm.csv", "--format", "json")

    assert ran.stdout == (tmp_path / "icp.json").read_text(encoding="utf-8")


def test_the_suffix_of_the_output_chooses_the_format(icp: Callable, tmp_path: Path, examples: Path):
    """-o report.md is Markdown and -o ranking.csv is CSV with a BOM, with no further flag."""
    icp("derive", examples / "crm.csv", "-o", "report.md")
    icp("rank", examples / "crm.csv", "-o", "ranking.csv")

    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("# ")
    assert (tmp_path / "ranking.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_personas_without_a_path_reads_the_sources_that_the_profile_remembers(
    icp: Callable, tmp_path: Path, examples: Path
):
    """After a derive, icp personas needs no path, and rewrites the personas in icp.json."""
    icp("derive", examples / "crm.csv", "--max", "1")

    ran = icp("personas", "--max", "3")

    written = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))
    assert ran.code == 0
    assert len(written["personas"]["items"]) == 3
    assert written["settings"]["max_personas"] == 3
    for persona in written["personas"]["items"]:
        assert persona["name"] in " ".join(ran.stdout.split())


def test_personas_with_the_sources_gone_says_which_path_to_pass(
    icp: Callable, tmp_path: Path, examples: Path
):
    """An export that has moved away is named, with what to do."""
    (tmp_path / "crm.csv").write_bytes((examples / "crm.csv").read_bytes())
    icp("derive", "crm.csv")
    (tmp_path / "crm.csv").unlink()
    before = (tmp_path / "icp.json").read_bytes()

    ran = icp("personas")

    assert ran.code == 1
    assert "crm.csv" in ran.stderr
    assert "icp personas PATH" in ran.stderr
    assert (tmp_path / "icp.json").read_bytes() == before


@pytest.mark.parametrize("words", [("personas",), ("review",), ("derive", "--check")])
def test_where_exports_are_gone_the_command_itself_is_told(
    icp: Callable, tmp_path: Path, examples: Path, words: tuple[str, ...]
):
    """Whoever reviews a profile whose exports moved is not sent to another command."""
    (tmp_path / "crm.csv").write_bytes((examples / "crm.csv").read_bytes())
    icp("derive", "crm.csv")
    (tmp_path / "crm.csv").unlink()

    ran = icp(*words)

    assert ran.code == 1
    assert f"Say where they are now: icp {' '.join(words)} PATH" in ran.stderr


def test_rows_about_people_hold_no_person(icp: Callable, tmp_path: Path, examples: Path):
    """The one row-level file gives an id, a persona and a probability for each person, and nothing more."""
    ran = icp("personas", examples / "crm.csv", "--rows", "people.csv")

    lines = (tmp_path / "people.csv").read_text(encoding="utf-8-sig").splitlines()
    assert ran.code == 0
    assert lines[0] == "contact_id,persona,probability"
    assert len(lines) > 50
    assert "@" not in "".join(lines)


def test_check_is_silent_on_the_same_export_and_exits_4_when_a_choice_changes_the_result(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path
):
    """A lock-file's check: the same export and settings give 0; another result gives 4, said, and is not written."""
    derived("crm.csv")
    before = (tmp_path / "icp.json").read_bytes()

    same = icp("derive", "--check", examples / "crm.csv")
    changed = icp("derive", "--check", examples / "crm.csv", "--forbid", "industry")

    assert same.code == 0
    assert changed.code == 4
    assert "condition gone: " in changed.stdout
    assert (tmp_path / "icp.json").read_bytes() == before


def test_inspect_tells_every_column_and_writes_the_rejects(icp: Callable, tmp_path: Path):
    """A ragged row is counted, shown with its line, and written to the file of rejects."""
    rows = "".join(f"Company {n},Retail,{n}00\n" for n in range(1, 20))
    (tmp_path / "crm.csv").write_text(
        f"Company name,Industry,MRR\n{rows}Ragged,Retail,5,6,7\n", encoding="utf-8"
    )

    ran = icp("inspect", "crm.csv", "--rejects", "rejects.csv")

    assert ran.code == 0
    for header in ("Company name", "Industry", "MRR"):
        assert header in ran.stdout
    rejects = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    assert "21" in rejects
    assert "Ragged,Retail,5,6,7" in rejects


def test_explain_tells_one_customer_and_suggests_names_that_are_near(
    icp: Callable, tmp_path: Path, examples: Path
):
    """icp rank --explain finds a customer by name, whatever its case, and helps with a name that is not there."""
    icp("rank", examples / "crm.csv", "-o", "ranking.json")
    first = json.loads((tmp_path / "ranking.json").read_text(encoding="utf-8"))["customers"][0]["name"]

    found = icp("rank", examples / "crm.csv", "--explain", first.upper())
    lost = icp("rank", examples / "crm.csv", "--explain", first[:-1] + "x")

    assert found.code == 0
    assert first in found.stdout
    assert lost.code == 1
    assert first in lost.stderr


def test_groups_are_named_by_the_header_of_the_export(icp: Callable, examples: Path):
    """--by takes the header that a field stands under, as --require does, and no --top that it would not follow."""
    words = ("rank", examples / "hubspot-fr", "--format", "csv", "--by")

    by_header = icp(*words, "Secteur d'activité")
    by_field = icp(*words, "industry")
    cut = icp(*words, "industry", "--top", "3")

    assert by_header.stdout.count("\n") > 3
    assert by_header.stdout == by_field.stdout
    assert cut.code == 2
    assert "there are no best 3" in cut.stderr


def test_the_command_itself_prints_what_the_same_call_in_this_process_prints(icp: Callable, examples: Path):
    """A subprocess with a pipe for stdout gives the bytes that the tests see."""
    inside = icp("rank", examples / "crm.csv", "--top", "5")

    outside = subprocess.run(
        [sys.executable, "-m", "icpcli", "rank", str(examples / "crm.csv"), "--top", "5"],
        capture_output=True,
        check=False,
        env=os.environ | {"COLUMNS": "88", "PYTHONIOENCODING": "utf-8"},
    )

    assert outside.returncode == inside.code == 0
    assert outside.stdout.decode("utf-8").splitlines() == inside.stdout.splitlines()


def test_an_interrupt_exits_130_and_writes_nothing(
    icp: Callable, tmp_path: Path, examples: Path, monkeypatch: pytest.MonkeyPatch
):
    """Ctrl-C in the middle of the work leaves no file, whole or half."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("icpcli.pipeline.derive.derive_profile", interrupted)

    ran = icp("derive", examples / "crm.csv")

    assert ran.code == 130
    assert list(tmp_path.iterdir()) == []


def test_a_requirement_that_is_no_number_is_said(icp: Callable, examples: Path):
    """--require employees>=many names the field and what it takes."""
    ran = icp("derive", examples / "crm.csv", "--require", "employees>=many")

    assert ran.code == 1
    assert "--require employees>=many: 'employees' holds numbers" in ran.stderr


@pytest.mark.parametrize(
    "variables", [{"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}, {"PYTHONHASHSEED": "2"}]
)
def test_hash_seeds_and_threads_change_no_byte(
    derived: Callable, tmp_path: Path, examples: Path, variables: dict[str, str]
):
    """Another process, hash seed and number of threads write the same icp.json."""
    derived("crm.csv")

    words = ["derive", str(examples / "crm.csv"), "--quiet", "--profile", str(tmp_path / "other.json")]
    subprocess.run(
        [sys.executable, "-m", "icpcli", *words],
        env=os.environ | variables,
        check=True,
        stdout=subprocess.DEVNULL,
    )

    assert (tmp_path / "other.json").read_bytes() == (tmp_path / "icp.json").read_bytes()


def test_the_exports_of_an_archive_are_found_again(icp: Callable, tmp_path: Path, examples: Path):
    """A profile derived from a ZIP archive remembers it: personas read the same archive without a path."""
    with zipfile.ZipFile(tmp_path / "exports.zip", "w") as archive:
        for file in sorted((examples / "hubspot-fr").glob("*.csv")):
            archive.write(file, file.name)
    derived = icp("derive", "exports.zip", "--quiet")

    again = icp("personas", "--quiet")

    assert (derived.code, again.code) == (0, 0)
    sources = json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))["sources"]
    assert sorted(source["path"] for source in sources) == [
        "exports.zip/activites.csv",
        "exports.zip/contacts.csv",
        "exports.zip/entreprises.csv",
        "exports.zip/transactions.csv",
    ]


@pytest.mark.parametrize("command", ["derive", "rank", "inspect"])
def test_a_report_on_a_fifth_of_the_rows_lost_says_so_first(icp: Callable, tmp_path: Path, command: str):
    """Where unquoted commas cost a fifth of the customers, the line under the title says it."""
    rows = [f"Acme {i},Retail,Customer,{100 + i},2024-01-{1 + i % 28:02}" for i in range(40)]
    ragged = [f"Bolt {i},Retail,Customer,1,200,2024-01-01" for i in range(12)]
    header = "Company name,Industry,Lifecycle Stage,MRR,Customer since"
    (tmp_path / "crm.csv").write_text("\n".join([header, *rows, *ragged]), encoding="utf-8")

    ran = icp(command, "crm.csv", "--quiet")

    assert ran.code in {0, 3}
    assert ran.stdout.splitlines()[1].startswith("Mind: ICP110  crm.csv: 12 of 52 rows (23 %)")
