"""Derivations to tell: one of each verdict."""

from __future__ import annotations

from datetime import date

import pytest

from icpcli.model.common import Criterion, CrmObject, Finding, Interval, Verdict
from icpcli.model.personas import Persona, Personas, Share
from icpcli.model.profile import (
    AccountCounts,
    AlsoTrue,
    Alternative,
    Avoid,
    Condition,
    Confounding,
    CriterionSource,
    Derivation,
    Evidence,
    FieldReport,
    Figure,
    Lift,
    Profile,
    Scorecard,
    ScoreItem,
    Sensitivity,
    SourceRecord,
    ToCollect,
    WeightedRule,
)
from icpcli.wording import statement

CONDITIONS = (
    Condition("employees", "between", at_least=50, below=500, probability=0.97),
    Condition("industry", "one_of", ("Logistics", "Wholesale"), probability=0.88),
)

FIELDS = (
    FieldReport("employees", 0.97, 0.9, None, 0.12, 0.02, "keep"),
    FieldReport("industry", 0.88, 0.45, None, 0.09, 0.03, "collect", "customers"),
    FieldReport("Newsletter", 0.0, 0.8, None, -0.001, 0.01, "stop collecting"),
    FieldReport("Fax", 0.0, 0.02, None, advice="stop collecting"),
)


def derivation_of(verdict: Verdict, *, personas: int = 2, name: str = "Logistics") -> Derivation:
    """A derivation with this verdict; ``name`` is a value that stands in conditions, findings and files."""
    conditions = (CONDITIONS[0], Condition("industry", "one_of", (name, "Wholesale"), probability=0.88))
    return Derivation(
        icpcli_version="0.1.0",
        as_of=date(2026, 9, 30),
        settings={"seed": 0},
        sources=(
            SourceRecord(f"exports/{name}.csv", "0" * 64, CrmObject.ACCOUNT, 412, 400, 5, {"ragged": 7}),
        ),
        accounts=AccountCounts(customers=300, lost=80, not_worked=20, matching_not_worked=6),
        findings=(Finding("ICP102", f"{name}: 7 rows did not fit.", 7),),
        criteria=(
            CriterionSource(Criterion.ACQUISITION_COST, "acquisition cost column", "EUR", 1.0, 290),
            CriterionSource(Criterion.RETENTION, "contract dates", "months", 1.0, 300),
            CriterionSource(Criterion.LIFETIME_VALUE, "monthly value", "EUR", 1.0, 300),
            CriterionSource(Criterion.ADVOCACY, "not exported", "of 10", 0.0, 0),
        ),
        profile=profile_of(verdict, conditions),
        posterior=(WeightedRule(conditions, 0.4, 0.6),),
        scorecard=Scorecard(
            20.0,
            (ScoreItem(conditions[1], None, 45.0, 56), ScoreItem(None, "industry", 5.0, 30)),
            ((0.0, 0.0), (100.0, 100.0)),
            0.8,
        ),
        personas=Personas(
            verdict="supported" if personas else "none",
            basis="people who took part in won deals",
            people=90 if personas else 0,
            maximum=3,
            items=tuple(persona(i) for i in range(personas)),
            note="" if personas else "No people were exported.",
        ),
        fields=FIELDS,
        to_collect=(
            ToCollect("nps", "how customers rate you; advocacy is absent.", 0.25),
            ToCollect("channel", "not exported; what it would tell is not known.", None),
        ),
    )


def profile_of(verdict: Verdict, conditions: tuple[Condition, ...]) -> Profile:
    """A profile with this verdict by these conditions."""
    supported = verdict is not Verdict.UNSUPPORTED
    return Profile(
        verdict=verdict,
        statement=statement(conditions),
        conditions=conditions,
        customers=66,
        share_of_customers=0.22,
        share_of_value=0.41,
        figures=(
            Figure(Criterion.ACQUISITION_COST, "EUR", 1758.0, 4925.0, 1527.0, 2020.0, 64, 226),
            Figure(Criterion.RETENTION, "months", 30.7, 17.5, 28.3, 33.0, 66, 234),
            Figure(Criterion.LIFETIME_VALUE, "EUR", 23011.0, None, 19504.0, 27381.0, 66, 0),
        ),
        agreement=0.87,
        lift={
            "net": Lift(0.62, 0.40, 0.84, 0.999),
            "acquisition_cost": Lift(0.7, 0.4, 1.0, 0.99),
            "retention": Lift(0.5, 0.2, 0.8, 0.98),
            "lifetime_value": Lift(-0.2, -0.4, 0.0, 0.04),
        }
        if supported
        else {},
        evidence=Evidence(
            0.005 if supported else 0.31,
            199,
            {"net": Interval(0.55, 0.3, 0.8)},
            "About 200 more companies would settle it.",
            {"net": Interval(0.41, 0.1, 0.72)} if supported else {},
            date(2026, 1, 31) if supported else None,
        ),
        alternatives=(
            Alternative(
                (CONDITIONS[0],), "Companies with 50-499 employees.", 0.12, "12 % of the rules that fit."
            ),
        ),
        also_true=(AlsoTrue(Condition("Tools", "has", ("Slack",)), "employees", 0.91, 0.08),),
        confounded=(
            Confounding("employees", "country", Criterion.RETENTION, 0.08, 0.0, 1e-5, 0.4, in_profile=True),
        ),
        avoid=avoided() if verdict is Verdict.SUPPORTED else None,
        sensitivity=(
            Sensitivity("without retention", statement(conditions), 0.97),
            Sensitivity("without the 3 largest customers", "Companies with 50-499 employees.", 0.55),
        )
        if supported
        else (),
    )


def avoided() -> Avoid:
    """A type of company that costs much and leaves."""
    conditions = (Condition("industry", "one_of", ("Media",), probability=0.9),)
    return Avoid(
        conditions,
        statement(conditions),
        customers=30,
        share_of_customers=0.1,
        agreement=0.8,
        lift={"net": Lift(-0.5, -0.7, -0.3, 0.001)},
        evidence=Evidence(0.01, 199, {"net": Interval(-0.45, -0.7, -0.2)}, "The pattern is clear enough."),
    )


def persona(place: int) -> Persona:
    """A persona whose counts are 50 and 40."""
    people = 50 - 10 * place
    return Persona(
        name=("Head of Operations, decision maker", "CFO, budget holder")[place],
        statement=f"{people} of 90.",
        contacts=people,
        share=people / 90,
        functions=(Share("operations", people - 2, (people - 2) / people),),
        seniorities=(),
        buying_roles=(),
        channels=(Share("Referral", 20, 20 / people),),
        usual_titles=(Share("Operations Director", 12, 0.3),),
        won_involvement=Interval(0.8, 0.7, 0.9),
        how_to_reach=("40 % came by Referral, against 10 % of the others (n = 50)",),
        apart_by=(),
    )


@pytest.fixture(params=list(Verdict))
def any_derivation(request: pytest.FixtureRequest) -> Derivation:
    """A derivation of each verdict."""
    return derivation_of(request.param)
