"""A planted item of a list is found and said; sector and industry are never in one rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
from books import book_of, words

from icpcli.cluster.attributes import Attribute, candidates
from icpcli.cluster.heard import heard_of
from icpcli.cluster.levels import Floor, Levels
from icpcli.cluster.posterior import Sampler
from icpcli.cluster.profile import derive_profile
from icpcli.cluster.rules import membership
from icpcli.cluster.sampled import Rules
from icpcli.cluster.selection import condition_probabilities
from icpcli.model.common import Criterion, Verdict
from icpcli.model.profile import Condition
from icpcli.model.tables import Utility
from icpcli.rank.ranking import rank_customers
from icpcli.settings import DEFAULTS, Settings

TOOLS = ("Jira", "Shopify", "Slack", "Zoom")
SECTORS = {"Banks": "Finance", "Insurance": "Finance", "Farms": "Agriculture", "Vineyards": "Agriculture"}


def heard(part: np.ndarray) -> Utility:
    """A utility of one standardised part."""
    scaled = (part - part.mean()) / part.std()
    return Utility(
        np.round(scaled * 2**20)[:, None] / 2**20,
        (Criterion.LIFETIME_VALUE,),
        np.ones(1),
        np.arange(len(part)),
    )


def test_a_planted_item_of_a_list_is_found_and_said():
    """Where companies with Shopify among their tools are worth more, the profile says that their tools include it."""
    rng = np.random.default_rng(0)
    has = rng.random((240, 4)) < 0.4
    cells = [";".join(np.array(TOOLS)[row]) or None for row in has]
    attributes = {"Tools": words(cells), "colour": words(list(rng.choice(["a", "b", "c"], 240)))}
    utility = heard(rng.standard_normal(240) + 1.5 * has[:, 1])
    book = book_of(240, attributes=attributes, monthly_value=rng.lognormal(5, 1, 240))
    settings = Settings(permutations=39)

    found = derive_profile(book, rank_customers(book, settings), utility, settings)

    assert [(c.field, c.kind, c.values) for c in found.profile.conditions] == [("Tools", "has", ("Shopify",))]
    assert found.profile.statement == "Companies whose Tools include Shopify."
    assert found.profile.verdict is Verdict.SUPPORTED
    assert [f.field for f in found.fields] == ["Tools", "colour"]
    unseen = pd.DataFrame({"Tools": words(["Slack; Shopify", "Slack", None])})
    assert membership(found.profile.conditions, unseen)[:2].tolist() == [1.0, 0.0]


def test_the_blank_cells_of_a_list_earn_points_once():
    """Two items that both carry information share one line for companies whose tools are unknown."""
    rng = np.random.default_rng(1)
    has = rng.random((300, 4)) < 0.5
    known = rng.random(300) > 0.2
    cells = [";".join(np.array(TOOLS)[row]) or None if k else None for row, k in zip(has, known, strict=True)]
    utility = heard(rng.standard_normal(300) + 2.0 * (has[:, 1] & has[:, 2]))
    book = book_of(300, attributes={"Tools": words(cells)}, monthly_value=rng.lognormal(5, 1, 300))

    found = derive_profile(book, rank_customers(book, DEFAULTS), utility, DEFAULTS)

    assert found.scorecard is not None
    assert {c.values for c in found.profile.conditions} == {("Shopify",), ("Slack",)}
    assert [item.missing for item in found.scorecard.items if item.missing] == ["Tools"]


def test_a_condition_is_sure_where_rules_agree_on_its_values():
    """A field that rules use for values of every kind makes no one of its values sure."""
    codes = np.arange(90) % 3
    levels = Levels([Attribute("kind", "one_of", ("a", "b", "c"), (), codes, np.ones(3, dtype=bool), None)])
    chosen = np.eye(3, dtype=bool)
    inside = chosen[:, codes]
    weight = np.array([0.5, 0.3, 0.2])
    rules = Rules(
        levels, chosen, np.ones((3, 1), dtype=bool), weight, np.ones(3), inside, inside.astype(float)
    )

    assert condition_probabilities(rules, 0, [codes]).tolist() == [0.5]


def test_a_rule_holds_for_another_exports_spelling_of_its_words():
    """What was Banking last year and is BANKING today is still inside; another word is not."""
    banking = Condition("industry", "one_of", ("Banking", "Énergie"))
    shopify = Condition("Tools", "has", ("Shopify",))

    held = membership((banking,), pd.DataFrame({"industry": words(["BANKING", "energie", "Bank", None])}))
    has = membership((shopify,), pd.DataFrame({"Tools": words(["Slack; SHOPIFY", "Slack", None, "shopify"])}))

    assert held[:3].tolist() == [1, 1, 0]
    assert np.isnan(held[3])
    assert has[[0, 1, 3]].tolist() == [1, 0, 1]
    assert np.isnan(has[2])


def test_sector_and_industry_are_never_in_one_rule():
    """Both tell the same here, and no rule that is drawn uses both."""
    rng = np.random.default_rng(1)
    industry = rng.choice(list(SECTORS), 200)
    attributes = {"industry": words(list(industry)), "sector": words([SECTORS[i] for i in industry])}
    part = rng.standard_normal(200) + 1.0 * np.isin(industry, ["Banks", "Insurance"])
    fields = candidates(book_of(200, attributes=attributes), DEFAULTS).attributes
    assert [a.field for a in fields] == ["industry", "sector"]
    sampler = Sampler(
        fields, heard_of(heard(part).parts, np.ones(1), np.arange(200)), np.ones((1, 200), dtype=bool),
        ladders=4, floor=Floor(np.ones(200), 8.0), rng=np.random.default_rng(0),
    )  # fmt: skip

    sampler.run(20)
    used = np.concatenate([d.used for d in sampler.draw(40)])

    assert used.any(axis=1).mean() > 0.9
    assert not used.all(axis=1).any()
