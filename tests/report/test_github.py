"""Annotations of GitHub Actions: one line each, whatever the data hold."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from icpcli.report.github import Annotation, Level, of_differences, of_error, render

LINE = re.compile(r"::(notice|warning|error) (?:file=([^,:\r\n]*),?)?(?:title=([^,:\r\n]*))?::([^\r\n]*)\n")


def unescaped(text: str, *, is_property: bool) -> str:
    """What GitHub shows: the escapes of actions/toolkit, undone in reverse."""
    pairs = [("%0D", "\r"), ("%0A", "\n")]
    if is_property:
        pairs += [("%3A", ":"), ("%2C", ",")]
    for escape, sign in pairs:
        text = text.replace(escape, sign)
    return text.replace("%25", "%")


def test_the_escapes_are_those_of_the_toolkit():
    """Percent, newlines, and in properties colons and commas too, as actions/toolkit escapes them."""
    annotation = Annotation(Level.WARNING, "a:b, 100 %", "50 %, half\r\n::error::no", "icp.json")

    assert render([annotation]) == (
        "::warning file=icp.json,title=a%3Ab%2C 100 %25::50 %25, half%0D%0A::error::no\n"
    )


@given(title=st.text(min_size=1), message=st.text(), file=st.text())
def test_no_text_begins_a_command_of_its_own(title: str, message: str, file: str):
    """Whatever a company or a file is called, the annotation is one line and says it in full."""
    text = render([Annotation(Level.NOTICE, title, message, file)])

    match = LINE.fullmatch(text)
    assert match is not None
    assert unescaped(match[2] or "", is_property=True) == file
    assert unescaped(match[3], is_property=True) == title
    assert unescaped(match[4], is_property=False) == message


def test_differences_are_an_error_and_sameness_a_notice():
    """What differs is red with its lines; what is the same is said once."""
    same, changed = of_differences((), "icp.json"), of_differences(("a", "b"), "icp.json")

    assert (same[0].level, changed[0].level) == (Level.NOTICE, Level.ERROR)
    assert changed[0].message == "a\nb"


def test_a_long_list_is_cut_and_says_so():
    """GitHub cuts long messages without a word; ours says how many lines are left."""
    message = of_error("first", [f"line {n}" for n in range(30)])[0].message

    assert message.endswith("... and 11 more")
