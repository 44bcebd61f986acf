"""The same profile from Python as from the command line, from frames as from files."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import icpcli
from icpcli.api import Choices, exports_of
from icpcli.load.files.frames import in_memory
from icpcli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def from_file(examples: Path) -> icpcli.Profile:
    """The profile of the example export, from its file."""
    return icpcli.derive(examples / "crm.csv")


def content(profile: icpcli.Profile) -> dict:
    """What a profile says, without the names and bytes of its sources."""
    plain = profile.to_dict()
    for source in plain["sources"]:
        del source["path"], source["sha256"]
    text = json.dumps(plain)
    for name in ("companies", "deals", "contacts"):
        text = text.replace(f"<{name}>", name)
    return json.loads(text)


def test_a_frame_gives_the_profile_of_its_file(examples: Path, from_file: icpcli.Profile):
    """A notebook that read the CSV with pandas' own types gets what icp derive gets from the file."""
    frame = pd.read_csv(examples / "crm.csv")
    before = frame.copy(deep=True)

    profile = icpcli.derive(frame)

    assert content(profile) == content(from_file)
    pd.testing.assert_frame_equal(frame, before)
    assert [s.path for s in profile.derivation.sources] == ["<frame>"]


def test_frames_with_names_give_the_profile_of_their_files(examples: Path):
    """Companies, people and deals in three frames are joined as three files are, ids with gaps included."""
    names = {"companies": "entreprises", "contacts": "contacts", "deals": "transactions"}
    files = {name: examples / "hubspot-fr" / f"{file}.csv" for name, file in names.items()}
    frames = {
        name: pd.read_csv(path, sep=None, engine="python", encoding="cp1252") for name, path in files.items()
    }

    from_frames = icpcli.derive(frames, permutations=19)
    from_files = icpcli.derive(files.values(), permutations=19)

    told, expected = content(from_frames), content(from_files)
    for plain in (told, expected):
        plain.pop("findings")  # they name the files
        plain["sources"].sort(key=str)
    assert told == expected


def test_the_command_line_writes_what_python_saves(
    icp: Callable, derived: Callable, tmp_path: Path, examples: Path, from_file: icpcli.Profile
):
    """icp derive and Profile.save write the same bytes, wherever the file goes."""
    derived("crm.csv")
    (tmp_path / "sub").mkdir()
    icp("derive", examples / "crm.csv", "--quiet", "--profile", "sub/icp.json")

    here = from_file.save(tmp_path / "python.json")
    there = from_file.save(tmp_path / "sub" / "python.json")

    assert here.read_bytes() == (tmp_path / "icp.json").read_bytes()
    assert there.read_bytes() == (tmp_path / "sub" / "icp.json").read_bytes()


def test_a_saved_profile_is_loaded_whole(tmp_path: Path, from_file: icpcli.Profile):
    """Profile.load gives back what was saved, and its parts by name."""
    loaded = icpcli.Profile.load(from_file.save(tmp_path / "icp.json"))

    assert loaded.verdict == "supported"
    assert loaded.is_supported
    assert loaded.statement == from_file.statement
    assert loaded.conditions == from_file.conditions
    assert [p.name for p in loaded.personas] == [p.name for p in from_file.personas]
    assert len(loaded.personas) == 3
    assert loaded.as_of == from_file.as_of
    assert loaded.to_dict() == json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))
    assert loaded.save(tmp_path / "again.json").read_bytes() == (tmp_path / "icp.json").read_bytes()


def test_the_report_is_there_as_text_markdown_and_html(from_file: icpcli.Profile):
    """print(profile), to_markdown() and a notebook's cell all show the statement and the personas."""
    shown = [str(from_file), from_file.to_markdown(), from_file._repr_html_()]

    for text in shown:
        assert "Manufacturing" in text
        assert all(p.name.split(",")[0] in text for p in from_file.personas)
    assert repr(from_file) == f"<Profile supported: {from_file.statement}>"


def test_a_frame_is_scored_as_its_file_is(
    icp: Callable, tmp_path: Path, examples: Path, from_file: icpcli.Profile
):
    """Profile.score gives, under the frame's own index, what icp score appends to the same rows."""
    from_file.save(tmp_path / "icp.json")
    frame = pd.read_csv(examples / "crm.csv").sample(frac=0.3, random_state=1)
    frame.to_csv(tmp_path / "leads.csv", index=False)

    scored = from_file.score(frame)
    icp("score", "leads.csv", "-o", "scored.csv")

    told = pd.read_csv(tmp_path / "scored.csv").set_index(frame.index)
    assert scored.index.equals(frame.index)
    assert scored["icp_match"].tolist() == told["icp_match"].tolist()
    assert (scored["icp_fit"] - told["icp_fit"]).abs().max() <= 0.5  # a file holds whole numbers
    assert scored["icp_reasons"].tolist() == told["icp_reasons"].tolist()
    assert {"yes", "no"} <= set(scored["icp_match"])


@pytest.mark.parametrize("no_frame", ["leads.csv", None, [{"Industry": "Logistics"}]])
def test_what_is_no_frame_is_not_scored(from_file: icpcli.Profile, no_frame: Any):
    """A path where a DataFrame is asked for is one sentence, and no error of Python's."""
    with pytest.raises(icpcli.IcpError, match="is no list of companies: pass a DataFrame"):
        from_file.score(no_frame)


class Tags(HTMLParser):
    """Counts what is opened and not closed, and collects the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  HTMLParser's signature
        """Note a tag that is opened."""
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Expect the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect the text."""
        self.text += data


def test_a_company_named_as_markup_stays_text_in_a_notebook(from_file: icpcli.Profile):
    """A hostile value in a condition neither runs nor breaks the page."""
    hostile = "<script>alert('x')</script>"
    condition = dataclasses.replace(from_file.conditions[0], kind="one_of", values=(hostile,))
    profile = dataclasses.replace(
        from_file.derivation.profile, conditions=(condition,), statement=f"{hostile} companies."
    )

    page = Tags()
    page.feed(icpcli.Profile(dataclasses.replace(from_file.derivation, profile=profile))._repr_html_())

    assert page.open == []
    assert "script" not in page.seen
    assert hostile in page.text


def test_cells_are_written_as_an_export_would_write_them():
    """Ids with gaps keep no ".0", dates no midnight, missing cells no word; lists are joined; a named index counts."""
    frame = pd.DataFrame(
        {
            "Id": [5551.0, float("nan")],
            "Since": pd.to_datetime(["2024-03-01", None]),
            "Active": [True, False],
            "Ids": [[1, 2], None],
            "Amount": [1234.5, 1e7],
            "Note": ['a "b", c', pd.NA],
            "Day": [date(2024, 1, 2), None],
        },
        index=pd.Index(["Acme", "Bolt"], name="Company"),
    )

    assert in_memory("x", frame).data.decode() == (
        "Company,Id,Since,Active,Ids,Amount,Note,Day\r\n"
        'Acme,5551,2024-03-01,True,1;2,1234.5,"a ""b"", c",2024-01-02\r\n'
        "Bolt,,,False,,10000000,,\r\n"
    )


@pytest.mark.parametrize(
    ("sources", "says"),
    [
        (5, "A int is no export"),
        ([5], "frame 1: a int is no export"),
        ({"deals": "deals.csv", "x": 3}, "x: a int is no export"),
        ([], "There is no export to read"),
        (pd.DataFrame({("a", "b"): [1]}), "headers of 2 levels"),
        (pd.DataFrame({"Colour": ["red", "blue"]}), "<frame> has no column that names a company"),
        (pd.DataFrame(columns=["Company name"]), "<frame> has a header and no rows"),
    ],
)
def test_what_is_no_export_is_one_sentence(sources: object, says: str):
    """A slip in a notebook is told as plainly as one on the command line."""
    with pytest.raises(icpcli.IcpError, match=says):
        icpcli.derive(sources)


def test_settings_are_those_of_icp_toml_and_checked_as_there(tmp_path: Path, examples: Path):
    """Keywords beat the file; a misspelt one is told the nearest; every setting can be passed."""
    (tmp_path / "icp.toml").write_text("seed = 4\npermutations = 19\nmax_personas = 1\n", encoding="utf-8")

    profile = icpcli.derive(examples / "crm.csv", config=tmp_path / "icp.toml", seed=5)
    with pytest.raises(icpcli.IcpError, match=r"derive\(\): there is no setting 'sede'") as caught:
        icpcli.derive(examples / "crm.csv", sede=5)

    assert profile.derivation.settings["seed"] == 5
    assert profile.derivation.settings["permutations"] == 19
    assert len(profile.personas) == 1
    assert caught.value.details == ("Did you mean 'seed'?",)
    assert Choices.__annotations__.keys() == Settings.__dataclass_fields__.keys() - {"sources"}


def test_a_profile_from_memory_says_that_there_is_nothing_to_read_again(
    icp: Callable, tmp_path: Path, examples: Path
):
    """icp personas on such a profile asks for a path, and looks for no file of that name."""
    frame = pd.read_csv(examples / "crm.csv")
    icpcli.derive({"crm": frame}, permutations=19).save(tmp_path / "icp.json")

    ran = icp("personas")

    assert ran.code == 1
    assert "tables in memory (<crm>)" in ran.stderr


def test_names_of_frames_tell_as_much_as_those_of_files():
    """Paths stay paths; frames in a list are numbered."""
    frame = pd.DataFrame({"Company name": ["Acme"]})
    several = exports_of(["crm.csv", frame])

    assert several[0] == "crm.csv"
    assert several[1].shown_as == "<frame 2>"


def test_importing_icpcli_loads_nothing_heavy():
    """import icpcli is free; a saved profile is read and printed without pandas."""
    code = "import icpcli, sys; icpcli.Profile; print({'pandas', 'pyarrow', 'sklearn', 'scipy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "set()"
    assert set(dir(icpcli)) == {"IcpError", "Profile", "__version__", "derive"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        icpcli.nothing  # noqa: B018  asking is the point
