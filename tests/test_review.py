"""``icp review`` from end to end: the history in the examples, exit codes, laws."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAYS = ("2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-30")


def review(icp: Callable, *words: object):
    """A review in JSON, and how it went."""
    ran = icp("review", *words, "--format", "json", "--quiet")
    return ran, json.loads(ran.stdout)


def test_the_script_writes_the_same_history(examples: Path):
    """The monthly exports in the repository are what their script writes."""
    spec = importlib.util.spec_from_file_location("make_history", examples / "make_history.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_history"] = module
    spec.loader.exec_module(module)

    for path, data in module.files().items():
        assert (examples / path).read_bytes() == data


def test_the_history_in_the_readme_is_what_is_printed(
    icp: Callable, derived: Callable, root: Path, examples: Path, tmp_path: Path, update_golden: bool
):
    """Too few, keep, keep, keep, keep, revise: each month's exit code, its line in the history, the last report."""
    assert derived("history/2026-01.csv").code == 0
    before = (tmp_path / "icp.json").read_bytes()
    codes = []
    for day in DAYS:
        export = examples / "history" / f"{day[:7]}.csv"
        ran = icp("review", export, "--history", "reviews", "--today", day, "--quiet")
        codes.append(ran.code)

    lines = (tmp_path / "reviews" / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    told = [f"{(r := json.loads(line))['reviewed_on']}  {r['decision']}" for line in lines]
    shown = "\n".join([*told, "", ran.stdout])
    block = re.compile(r"(<!-- history -->\n```text\n)(.*?)(```)", re.DOTALL)
    readme = (root / "README.md").read_text(encoding="utf-8")
    if update_golden:
        (root / "README.md").write_text(block.sub(lambda m: m[1] + shown + m[3], readme), encoding="utf-8")
        readme = (root / "README.md").read_text(encoding="utf-8")

    assert codes == [0, 0, 0, 0, 0, 4]
    assert [line.split("  ")[1] for line in told] == [*["keep"] * 5, "revise"]
    assert (tmp_path / "icp.json").read_bytes() == before
    printed = block.search(readme)
    assert printed is not None
    assert printed[2].splitlines() == shown.splitlines()


@pytest.mark.parametrize(
    ("choice", "code"),
    [('require = ["Industry=Logistics"]', 0), ('forbid = ["Land=Deutschland"]', 4)],
)
def test_a_review_follows_what_the_profile_required_and_forbade(
    icp: Callable, examples: Path, tmp_path: Path, choice: str, code: int
):
    """Headers and spellings of the export hold in a review too, and so they do among the few companies that are left."""
    (tmp_path / "icp.toml").write_text(choice + "\n", encoding="utf-8")
    for month in ("2026-01", "2026-07"):
        text = (examples / "history" / f"{month}.csv").read_text(encoding="utf-8")
        head, rows = text.split("\n", 1)
        assert "Country" in head
        text = head.replace("Country", "Land") + "\n" + rows.replace("Germany", "Deutschland")
        (tmp_path / f"{month}.csv").write_text(text, encoding="utf-8")
    assert icp("derive", "2026-01.csv", "--quiet").code == 0

    ran, told = review(icp, "2026-07.csv", "--today", "2026-07-30")

    assert ran.code == code
    assert told["drift"]["arrivals"]["customers"] == 144


def changed(examples: Path, folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """The export of July, changed."""
    book = pd.read_csv(examples / "history" / "2026-07.csv", dtype=str, keep_default_na=False)
    change(book).to_csv(folder / "changed.csv", index=False)
    return folder / "changed.csv"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book.drop(columns="Industry"), "no column of these exports holds it"),
        (lambda book: book.assign(Industry="New " + book["Industry"]), "which the profile asks for"),
    ],
)
def test_a_column_that_is_gone_and_values_that_were_renamed_are_no_market_that_moved(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path, change: Callable, said: str
):
    """One sentence says what is missing and what to do; nothing is decided from it, and nothing written to the history."""
    assert derived("history/2026-01.csv").code == 0
    export = changed(examples, tmp_path, change)

    ran = icp("review", export, "--history", "reviews", "--today", "2026-07-30", "--quiet")

    assert ran.code == 1
    assert said in ran.stderr
    assert "icp derive" in ran.stderr
    assert not list(tmp_path.rglob("*.jsonl"))


def test_an_export_without_a_date_is_reviewed_without_newcomers(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path
):
    """Where nothing says since when anybody is a customer, nobody is new, and nothing breaks."""

    def undated(book: pd.DataFrame) -> pd.DataFrame:
        return book.drop(columns=["Customer since", "Churn date"])

    assert derived("history/2026-01.csv").code == 0

    ran, told = review(icp, changed(examples, tmp_path, undated), "--today", "2026-07-30")

    assert ran.code in {0, 4}
    assert told["drift"]["arrivals"]["customers"] == 0


def test_a_profile_that_was_none_is_not_kept(icp: Callable, examples: Path, tmp_path: Path):
    """Where derive said that the data support none, a review does not print its hypothesis as a profile to keep."""
    few = pd.read_csv(examples / "history" / "2026-01.csv", dtype=str, keep_default_na=False).head(25)
    few.to_csv(tmp_path / "few.csv", index=False)
    assert icp("derive", "few.csv", "--quiet").code == 3

    ran = icp("review", "few.csv", "--today", "2026-02-28", "--quiet")

    assert ran.code == 0
    assert "no profile yet" in ran.stdout
    assert "Good customers" not in ran.stdout
    assert "keep" not in ran.stdout


def test_row_order_and_the_unit_of_money_change_no_review(icp: Callable, examples: Path, tmp_path: Path):
    """Rows shuffled, and all money in cents, give the same decision and evidence."""
    for month in ("2026-01", "2026-04"):
        book = pd.read_csv(examples / "history" / f"{month}.csv", dtype=str, keep_default_na=False)
        cents = book.assign(**{name: book[name] + "00" for name in ("MRR", "Acquisition cost")})
        cents.sample(frac=1, random_state=3).to_csv(tmp_path / f"{month}.csv", index=False)
    icp("derive", examples / "history" / "2026-01.csv", "--quiet", "--profile", "one.json")
    icp("derive", "2026-01.csv", "--quiet", "--profile", "other.json")

    day = ("--today", "2026-04-30")
    _, one = review(icp, examples / "history" / "2026-04.csv", *day, "--profile", "one.json")
    _, other = review(icp, "2026-04.csv", *day, "--profile", "other.json")

    assert other["decision"] == one["decision"] == "keep"
    assert other["drift"]["statistic"] == pytest.approx(one["drift"]["statistic"], rel=1e-3)
    assert other["drift"]["arrivals"] == one["drift"]["arrivals"]
    assert other["coverage"] == one["coverage"]


def test_nothing_new_old_exports_and_overdue_are_said(icp: Callable, derived: Callable, examples: Path):
    """The same export ten months later: nothing newer, an old export, and overdue with exit 4."""
    export = examples / "history" / "2026-01.csv"
    derived("history/2026-01.csv")

    soon, first = review(icp, export, "--today", "2026-02-10")
    late, last = review(icp, "--today", "2026-12-01", "--history", "reviews")
    again, next_ = review(icp, "--today", "2026-12-20", "--history", "reviews")

    assert (soon.code, first["decision"], first["is_due"]) == (0, "too few newcomers to tell", False)
    assert "ICP503" in {finding["code"] for finding in first["findings"]}
    assert (late.code, last["is_overdue"], last["rederived"]) == (4, True, True)
    assert "ICP501" in {finding["code"] for finding in last["findings"]}
    assert (again.code, next_["is_overdue"]) == (0, False)


def test_check_reads_the_remembered_export_and_points_a_newer_one_to_review(
    icp: Callable, derived: Callable, examples: Path
):
    """Without a path the same export is derived again; on another one the report says what it is good for."""
    derived("history/2026-01.csv")

    same = icp("derive", "--check", "--quiet")
    newer = icp("derive", "--check", examples / "history" / "2026-02.csv", "--quiet")

    assert same.code == 0
    assert "is what these exports give" in same.stdout
    assert "icp review" in newer.stdout


def test_a_date_that_is_none_and_a_history_that_is_a_file_are_refused(
    icp: Callable, examples: Path, tmp_path: Path
):
    """Wrong usage is exit 2; a file where a folder should be is one clear error, before any work."""
    (tmp_path / "reviews").write_text("", encoding="utf-8")

    bad = icp("review", examples / "history" / "2026-02.csv", "--today", "tomorrow")
    blocked = icp("review", examples / "history" / "2026-02.csv", "--history", "reviews")
    missing = icp("review", examples / "history" / "2026-02.csv")

    assert bad.code == 2
    assert blocked.code == 1
    assert "reviews is a file, and a folder is needed" in blocked.stderr
    assert missing.code == 1
    assert "There is no profile at icp.json" in missing.stderr


def found(told: dict, code: str) -> list[str]:
    """What a review says under a code."""
    return [finding["message"] for finding in told["findings"] if finding["code"] == code]


JULY = ("--today", "2026-07-30")


def test_a_whole_export_of_the_same_columns_raises_no_doubt(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path
):
    """Month after month, and in another order, the companies behind the profile are found again and nothing is asked of anybody."""
    derived("history/2026-01.csv")

    for month in ("2026-02", "2026-04", "2026-07"):
        _, told = review(icp, examples / "history" / f"{month}.csv", *JULY)
        assert not {"ICP507", "ICP508", "ICP509"} & {finding["code"] for finding in told["findings"]}
    _, told = review(icp, changed(examples, tmp_path, lambda book: book.iloc[::-1]), *JULY)
    assert not {"ICP507", "ICP508", "ICP509"} & {finding["code"] for finding in told["findings"]}


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (
            lambda book: book[book["Churn date"] == ""],
            "ICP507",
            "hold 112 of the 260 customers behind the profile",
        ),
        (
            lambda book: book[book["Customer since"] > "2025-06"],
            "ICP507",
            "hold 52 of the 260 customers behind the profile",
        ),
        (lambda book: book.assign(**{"Churn date": ""}), "ICP507", "Nobody has left by these exports"),
        (
            lambda book: book.drop(columns="Acquisition cost"),
            "ICP507",
            "Acquisition cost: the profile claims",
        ),
        (
            lambda book: book.assign(Employees=book["Employees"].mask(book.index % 2 == 0, "")),
            "ICP508",
            "of the same customers",
        ),
        (
            lambda book: book.assign(
                Industry=book["Industry"].mask(
                    book["Customer since"] > "2026-02", "Other " + book["Industry"]
                )
            ),
            "ICP508",
            "unknown to the profile",
        ),
        (lambda book: book.assign(MRR=book["MRR"] + "00"), "ICP509", "100 times what they had"),
    ],
)
def test_exports_that_lack_companies_or_tell_other_things_say_so_first(
    icp: Callable,
    derived: Callable,
    examples: Path,
    tmp_path: Path,
    change: Callable,
    code: str,
    said: str,
):
    """Filtered, cut, blanked, relabelled or in another unit: one sentence at the top of the report and a warning in GitHub."""
    derived("history/2026-01.csv")
    export = changed(examples, tmp_path, change)

    _, told = review(icp, export, *JULY)
    report = icp("review", export, *JULY, "--quiet").stdout
    github = icp("review", export, *JULY, "--quiet", "--format", "github").stdout

    assert said in " ".join(found(told, code))
    assert told["second"] is None
    assert report.index(code) < report.index("Customers since")
    assert f"::warning title={code}::" in github


def test_a_value_that_everybody_lost_was_renamed_and_is_no_segment_that_vanished(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path
):
    """One of two industries under a name that others had already: an error names it, and no second profile is found in its place."""
    derived("history/2026-01.csv")

    def relabelled(book: pd.DataFrame) -> pd.DataFrame:
        return book.assign(Industry=book["Industry"].replace("Manufacturing", "Retail"))

    ran = icp("review", changed(examples, tmp_path, relabelled), *JULY, "--quiet")

    assert ran.code == 1
    assert "has Industry Manufacturing, which" in ran.stderr
    assert "No value is new" in ran.stderr
    assert "icp derive" in ran.stderr


def flagged(book: pd.DataFrame) -> pd.DataFrame:
    """The same customers, of whom only a status tells who has left."""
    left = book["Churn date"] != ""
    return book.drop(columns="Churn date").assign(Status=left.map({True: "Churned", False: "Active"}))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (lambda book: book, flagged, "these exports tell only who has"),
        (flagged, lambda book: book, "these exports tell the days"),
        (flagged, flagged, ""),
    ],
)
def test_days_of_leaving_and_flags_are_compared_and_told(
    icp: Callable, examples: Path, tmp_path: Path, before: Callable, after: Callable, said: str
):
    """A profile of dated churn reviewed by flags, and the reverse, sees the lift stop all the same, and says what is less exact."""
    book = pd.read_csv(examples / "history" / "2026-01.csv", dtype=str, keep_default_na=False)
    before(book).to_csv(tmp_path / "then.csv", index=False)
    assert icp("derive", "then.csv", "--quiet").code == 0

    _, told = review(icp, changed(examples, tmp_path, after), *JULY)

    assert told["decision"] == "revise"
    assert [message for message in found(told, "ICP506") if said in message] == found(told, "ICP506")
    assert len(found(told, "ICP506")) == bool(said)


def test_a_profile_of_data_without_a_date_is_neither_overdue_nor_compared(
    icp: Callable, examples: Path, tmp_path: Path
):
    """Nobody can be told to be new: it says so, and no monthly review fails for a day in 1970; with a history the clock runs."""

    def undated(book: pd.DataFrame) -> pd.DataFrame:
        return flagged(book).drop(columns="Customer since")

    book = pd.read_csv(examples / "history" / "2026-01.csv", dtype=str, keep_default_na=False)
    undated(book).to_csv(tmp_path / "then.csv", index=False)
    assert icp("derive", "then.csv", "--quiet").code == 0

    dated, told = review(icp, examples / "history" / "2026-07.csv", *JULY)
    same, _ = review(icp, "then.csv", *JULY, "--history", "reviews")
    report = icp("review", "then.csv", *JULY, "--quiet").stdout
    late, _ = review(icp, "then.csv", "--today", "2027-06-01", "--history", "reviews")

    assert (dated.code, told["drift"]["arrivals"]["customers"]) == (0, 0)
    assert "hold no date" in found(told, "ICP503")[0]
    assert found(told, "ICP507") == []
    assert (same.code, late.code) == (0, 4)
    assert "1970" not in report


def test_one_part_of_the_claim_that_is_gone_is_told_though_the_rest_holds(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path
):
    """Newcomers inside that became twice as dear to win are told, and a warning in GitHub, though the profile is kept."""
    derived("history/2026-01.csv")
    book = pd.read_csv(examples / "history" / "2026-05.csv", dtype=str, keep_default_na=False)
    inside = book["Industry"].isin(["Logistics", "Manufacturing"]) & (book["Customer since"] > "2026-01-28")
    dear = (pd.to_numeric(book["Acquisition cost"]) * 2).round(2).astype(str)
    book.assign(**{"Acquisition cost": book["Acquisition cost"].mask(inside, dear)}).to_csv(
        tmp_path / "dear.csv", index=False
    )
    day = ("--today", "2026-05-31")

    _, quiet = review(icp, examples / "history" / "2026-05.csv", *day)
    ran, told = review(icp, "dear.csv", *day)
    github = icp("review", "dear.csv", *day, "--quiet", "--format", "github").stdout

    assert quiet["decision"] == told["decision"] == "keep"
    assert ran.code == 0
    assert [part["part"] for part in quiet["drift"]["parts"] if part["stopped"]] == []
    assert [part["part"] for part in told["drift"]["parts"] if part["stopped"]] == ["acquisition_cost"]
    assert told["drift"]["parts"][0]["stopped"].startswith("2026-0")
    assert "no better any more by acquisition cost (since about" in " ".join(told["reasons"])
    assert "::warning file=icp.json,title=ICP review%3A keep::" in github


def test_deriving_again_says_what_changed_against_the_profile_that_stood_there(
    icp: Callable, derived: Callable, examples: Path, tmp_path: Path
):
    """The same export changes nothing, another one is told line by line, an older one as older; what cannot be read is no profile."""
    derived("history/2026-01.csv")
    same = icp("derive", examples / "history" / "2026-01.csv")
    other = icp("derive", examples / "history" / "2026-04.csv", "--require", "Industry=Logistics")
    older = icp("derive", examples / "history" / "2026-01.csv")
    (tmp_path / "icp.json").write_text("{", encoding="utf-8")
    anew = icp("derive", examples / "history" / "2026-01.csv")

    assert "Nothing differs from the profile that stood there" in same.stderr
    assert "condition gone: industry is Logistics or Manufacturing" in other.stderr
    assert "condition new: industry is Logistics\n" in other.stderr
    assert "These exports end on 2026-01-28, before those behind" in older.stderr
    assert "stood there" not in anew.stderr
