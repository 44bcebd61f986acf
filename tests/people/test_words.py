"""Their words: distinctive, said at several companies, and never a name, address, number or company."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from icpcli.model.spelling import fold
from icpcli.model.tables import Names
from icpcli.people.phrases import hidden_among, sentences_of
from icpcli.people.words import discoveries, distinctiveness, themes, words_of_kinds

NOBODY = Names(frozenset(), frozenset())


def texts_of(*rows: tuple[str, str, str], source: str = "notes", score: float | None = None) -> pd.DataFrame:
    """Texts from (contact, company, text)."""
    frame = pd.DataFrame(rows, columns=["contact_key", "account_key", "text"])
    return frame.assign(document=range(len(rows)), source=source, score=score)


def said_by(*sentences: str, companies: int = 6, kind: str = "a") -> list[tuple[str, str, str]]:
    """One person at each of several companies who says all of this."""
    return [(f"{kind}{i}", f"{kind}-company{i}", " ".join(sentences)) for i in range(companies)]


def kinds_of(texts: pd.DataFrame) -> dict[str, int]:
    """People whose key begins with a are kind 0, with b kind 1."""
    return {key: "ab".index(key[0]) for key in texts["contact_key"]}


def phrases_in(text: str, names: Names = NOBODY, *, beside: tuple[str, ...] = ()) -> set[str]:
    """What could be shown of a text."""
    hidden = hidden_among((text, *beside), names)
    return {phrase.said for sentence in sentences_of(text, hidden) for phrase in sentence.phrases}


def test_a_name_with_a_ligature_is_hidden():
    """Lebœuf is hidden however it is written in the names and in the text."""
    names = Names(frozenset({fold("Lebœuf")}), frozenset())

    for text in ("le budget de lebœuf reste un budget serré", "le budget de Leboeuf reste un budget serré"):
        assert not [phrase for phrase in phrases_in(text, names) if "leb" in phrase.casefold()]
        assert phrases_in(text, names)


def test_distinctiveness_is_the_formula_of_the_paper():
    """Three phrases, counts 8, 2, 10 against 2, 8, 10: log-odds over their standard error, computed by hand."""
    z = distinctiveness(np.array([8.0, 2.0, 10.0]), np.array([2.0, 8.0, 10.0]))

    # Prior 2.5, 2.5, 5 (a quarter of the corpus), 10 in all; n = 20 each: (8 + 2.5) / (20 + 10 - 10.5), (2 + 2.5) / (30 - 4.5).
    by_hand = (math.log(10.5 / 19.5) - math.log(4.5 / 25.5)) / math.sqrt(1 / 10.5 + 1 / 4.5)
    assert z[0] == pytest.approx(by_hand)
    assert z[1] == pytest.approx(-by_hand)
    assert z[2] == pytest.approx(0)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=12))
def test_to_exchange_the_sides_changes_the_sign(counts):
    """What sets one kind apart from the other sets the other apart from the one, as much, the other way."""
    told = np.array([c for c in counts if sum(c)], dtype=float)
    if len(told) < 2:
        return

    np.testing.assert_allclose(
        distinctiveness(told[:, 0], told[:, 1]), -distinctiveness(told[:, 1], told[:, 0]), atol=1e-9
    )


def test_discoveries_reproduce_the_example_of_benjamini_and_hochberg_1995():
    """Of the fifteen p-values of their section 4.1 four stand out at 0.05, where Bonferroni's rule leaves three."""
    told = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1]  # fmt: skip

    found = discoveries(np.array(told), 0.05)

    assert found.tolist() == [True] * 4 + [False] * 11
    assert sum(p <= 0.05 / 15 for p in told) == 3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_are_those_of_scipy(p_values: list[float], false_share: float):
    """What stands out is what scipy's adjusted p-values say, but where rounding decides."""
    told = np.array(p_values)
    adjusted = false_discovery_control(told)
    if np.abs(adjusted - false_share).min() < 1e-12:
        return

    assert discoveries(told, false_share).tolist() == (adjusted <= false_share).tolist()


def test_each_kind_is_quoted_with_its_own_words():
    """What one kind says and the other does not is quoted, with the companies on both sides; what all say is not."""
    texts = texts_of(
        *said_by("Wants shorter lead times.", "The invoice arrived.", companies=8),
        *said_by("Worried about data migration.", "The invoice arrived.", companies=7, kind="b"),
    )

    words = words_of_kinds(texts, kinds_of(texts), NOBODY)

    assert [(w.said, w.about, w.companies, w.other_companies) for w in words[0]] == [
        ("shorter lead times", "motive", 8, 0)
    ]
    assert [(w.said, w.about, w.companies, w.other_companies) for w in words[1]] == [
        ("data migration", "objection", 7, 0)
    ]


@pytest.mark.parametrize(
    ("sentence", "thing"),
    [
        ("Late deliveries are their biggest problem", "late deliveries"),
        ("Leur principal souci est le rapprochement bancaire", "rapprochement bancaire"),
    ],
)
def test_what_the_problem_is_is_quoted_not_that_it_is_one(sentence: str, thing: str):
    """To name a thing the biggest problem says what the sentence is about, and is no part of the thing."""
    texts = texts_of(*said_by(sentence), *said_by("Asks for an invoice in another currency", kind="b"))

    (words,) = words_of_kinds(texts, kinds_of(texts), NOBODY)[0]
    assert (words.said, words.about) == (thing, "pain")


def test_two_companies_are_too_few_to_be_quoted():
    """A phrase of one talkative person, or of people at two companies only, is never shown."""
    talkative = [(f"a{i}", f"a-company{i % 2}", "Wants shorter lead times.") for i in range(20)]
    texts = texts_of(*talkative, *said_by("Stock is fine.", companies=9, kind="b"))

    assert words_of_kinds(texts, kinds_of(texts), NOBODY)[0] == ()


def test_noise_is_seldom_quoted():
    """Two kinds that draw the same phrases at random: in 20 books few phrases are called distinctive."""
    rng = np.random.default_rng(3)
    things = [
        f"{a}{b} engine" for a in ("red", "blue", "old", "new", "fast") for b in ("er", "ish", "ly", "y")
    ]
    shown = 0
    for _ in range(20):
        rows = [
            (f"{kind}{i}", f"{kind}{i}", ". ".join(rng.choice(things, 4, replace=False)))
            for kind in "ab"
            for i in range(40)
        ]
        texts = texts_of(*rows)
        shown += sum(len(w) for w in words_of_kinds(texts, kinds_of(texts), NOBODY).values())
    assert shown <= 10


@pytest.mark.parametrize(
    "text",
    [
        "Called Camille Dupont about shorter lead times",
        "camille dupont wants shorter lead times",
        "CAMILLE DUPONT WANTS SHORTER LEAD TIMES",
        "Write to camille.dupont@acme.example or www.acme.example, shorter lead times",
        "Camille-Dupont, 06 12 34 56 78, shorter lead times in 2027",
        "Acme wants shorter lead times than Zenith Partners",
        "acme's shorter lead times",
        "compares us with zenith partners, shorter lead times",
        "Told by Mr Rastignac of BIGCORP: shorter lead times",
        "<b>Camille</b> shorter lead times &amp; https://acme.example/camille",
    ],
)
def test_no_name_number_address_or_company_is_shown(text):
    """Names that the exports know, words written like names, numbers and addresses are cut out; the rest stays."""
    names = Names(frozenset({"camille", "dupont"}), frozenset({("acme",), ("zenith", "partners")}))

    shown = phrases_in(text, names)

    assert "shorter lead times" in shown
    words = " ".join(shown).replace("'", " ").split()
    hidden = ("camille", "dupont", "acme", "zenith", "rastignac", "bigcorp", "example")
    assert not any(part in word for word in words for part in hidden)
    assert not any(character.isdigit() or character == "@" for word in words for character in word)


def test_a_name_that_is_a_word_is_kept_where_it_is_written_small():
    """With a Mrs Price among the contacts, "the price is too high" may still be quoted; "Price said" may not."""
    names = Names(frozenset({"price"}), frozenset())

    assert "price" in phrases_in("Finds the price too high", names)
    assert not any("price" in phrase for phrase in phrases_in("Spoke to Price about it", names))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Ils n'ont pas de visibilité sur les stocks", "pas de visibilité"),
        ("Besoin d'une application mobile", "application mobile"),
        ("There is no budget before June", "no budget"),
        ("The month-end closing takes too long", "month-end closing"),
        ("Veut un accès par API et SSO", "api et sso"),
    ],
)
def test_phrases_read_as_they_were_written(text, phrase):
    """Small words inside, denials before, hyphens, apostrophes and accents stay."""
    assert phrase in phrases_in(text)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    """No text breaks the reading, and nothing with a digit or an at sign is shown."""
    for phrase in phrases_in(text, Names(frozenset({"ann"}), frozenset({("acme", "tools")}))):
        assert not any(c.isdigit() or c == "@" for c in phrase)


@pytest.mark.parametrize(
    ("source", "score", "about"),
    [("lost_reason", None, "objection"), ("won_reason", None, "motive"), ("nps_comment", 10.0, "motive"), ("nps_comment", 3.0, "pain")],
)  # fmt: skip
def test_where_a_text_stands_says_what_it_is_about(source, score, about):
    """Reasons lost are objections, reasons won motives; a comment is a motive or a pain by the score beside it."""
    texts = texts_of(
        *said_by("Reporting module.", companies=8),
        *said_by("Delivery dates.", companies=8, kind="b"),
        source=source,
        score=score,
    )

    (word,) = words_of_kinds(texts, kinds_of(texts), NOBODY)[0]

    assert (word.said, word.about) == ("reporting module", about)


def test_themes_tell_what_people_speak_of():
    """People's theme is the phrase that most of them share; those who share none have the rest's."""
    texts = texts_of(
        *said_by("Wants shorter lead times.", companies=8),
        *said_by("Worried about data migration.", companies=7, kind="b"),
        ("c1", "c1", "Nothing to add."),
    )

    found = themes(texts, set(texts["contact_key"]), NOBODY)

    assert {found[f"a{i}"] for i in range(8)} == {"shorter lead time"}
    assert {found[f"b{i}"] for i in range(7)} == {"data migration"}
    assert found["c1"] == "(other)"
