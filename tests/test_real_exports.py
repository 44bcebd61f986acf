"""What an honest tool finds in exports of others, and what it must not find; skipped where they are absent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def derived(icp: Callable, tmp_path: Path, *words: Any) -> dict[str, Any]:
    """The icp.json that a derivation leaves."""
    icp("derive", *words)
    return json.loads((tmp_path / "icp.json").read_text(encoding="utf-8"))


def fields_of(written: dict[str, Any]) -> set[str]:
    """The fields of the profile's conditions and of all its alternatives."""
    rules = [written["profile"], *written["profile"]["alternatives"]]
    return {c["field"] for rule in rules for c in rule["conditions"]}


def said(written: dict[str, Any], code: str) -> str:
    """All findings of a code in one text."""
    return "\n".join(f["message"] for f in written["findings"] if f["code"] == code)


def test_maven_size_is_the_profile_and_the_sector_is_not(
    icp: Callable, tmp_path: Path, exports_of_others: Callable[[str], Path]
):
    """Larger companies are worth more; the sector says nothing, is hardly in any rule, and the report says as much."""
    written = derived(icp, tmp_path, exports_of_others("maven_crm"))

    assert written["profile"]["verdict"] == "supported"
    assert {c["field"] for c in written["profile"]["conditions"]} <= {"employees", "annual_revenue"}
    assert written["profile"]["lift"]["lifetime_value"]["improved"] > 0.9
    assert "acquisition_cost" not in written["profile"]["lift"] or (
        written["profile"]["lift"]["acquisition_cost"]["low"] < 0
    )
    told = {f["field"]: f for f in written["fields"]}
    assert told["industry"]["information"] < 0.2
    assert told["industry"]["tells"] <= told["industry"]["noise"]
    assert told["employees"]["tells"] > told["employees"]["noise"]


def test_salvirt_size_is_named_as_confounded(
    icp: Callable, tmp_path: Path, exports_of_others: Callable[[str], Path]
):
    """Size goes with winning only because existing clients are larger: named, and in no rule; upsell flags are leaks."""
    written = derived(icp, tmp_path, exports_of_others("salvirt_b2b"), "--row-per-company")

    named = {c["field"]: c for c in written["profile"]["confounded"]}
    assert named["Comp_size"]["p_alone"] < 1e-3
    assert named["Comp_size"]["p_within"] > 0.5
    assert "Comp_size goes with winning" in said(written, "ICP314")
    assert "Comp_size" not in fields_of(written)
    assert "Cross_sale, Up_sale" in said(written, "ICP301")


def test_adventureworks_is_supported_without_bank_and_orders(
    icp: Callable, tmp_path: Path, exports_of_others: Callable[[str], Path]
):
    """Size or type of business make the profile; the bank is a decoy, order fields are leaks, sales and revenue are one."""
    written = derived(icp, tmp_path, exports_of_others("adventureworks"))

    orders = {"OrderFrequency", "OrderMonth", "FirstOrderYear", "LastOrderYear"}
    assert written["profile"]["verdict"] == "supported"
    assert {c["field"] for c in written["profile"]["conditions"]} <= {
        "annual_revenue",
        "employees",
        "account_type",
    }
    assert not fields_of(written) & {"BankName", *orders}
    assert all(name in said(written, "ICP301") for name in orders)
    assert "AnnualSales as annual_revenue" in said(written, "ICP304")
    assert {a["condition"]["field"] for a in written["profile"]["also_true"]} >= {"AnnualSales"}


def test_ravenstack_seats_are_named_and_nothing_is_supported(
    icp: Callable, tmp_path: Path, exports_of_others: Callable[[str], Path]
):
    """Seats are the quantity bought and are left out; without them there is no supported profile."""
    written = derived(icp, tmp_path, exports_of_others("ravenstack"))

    assert "what was bought" in said(written, "ICP301")
    assert "seats" in said(written, "ICP301")
    assert "seats" not in fields_of(written)
    assert written["profile"]["verdict"] != "supported"
