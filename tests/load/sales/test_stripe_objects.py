"""Objects of Stripe's interface tell money in the smallest unit of its currency, and hold tests beside what is live."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from exported import rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path

SUBSCRIPTIONS = (
    "id,object,customer,status,currency,start_date,ended_at,plan.amount,plan.interval,quantity,livemode\n"
    "sub_1,subscription,cus_00000001,active,usd,1704448800,,9900,month,1,true\n"
    "sub_2,subscription,cus_00000002,canceled,usd,1704448800,1717236000,99000,year,1,true\n"
    "sub_3,subscription,cus_00000003,active,jpy,1704448800,,15000,month,1,true\n"
    "sub_4,subscription,cus_00000004,active,usd,1704448800,,9900,month,1,false\n"
)


def test_amounts_in_cents_are_read_in_units_and_tests_left_out(tmp_path: Path):
    """9900 are 99 dollars, 15,000 yen are 15,000, and what was only a test was not sold."""
    (tmp_path / "subscriptions.csv").write_text(SUBSCRIPTIONS, encoding="utf-8")
    exports = load_exports([str(tmp_path)], Settings(rates={"JPY": 0.01}))

    assert sorted(rows(exports, CrmObject.SUBSCRIPTION, "account_key", "mrr")) == [
        ("cus_00000001", 99),
        ("cus_00000002", Decimal("82.5")),
        ("cus_00000003", 150),
    ]
    assert exports.sources[0].dropped == {"a test": 1}
    path = tmp_path / "subscriptions.csv"
    assert [f.message for f in exports.findings if f.code == "ICP148"] == [
        f"{path}: 'plan.amount' in cents, as Stripe's interface tells amounts; read in units of their currency."
    ]


def test_amounts_that_were_brought_to_units_stay(tmp_path: Path):
    """Who divided by a hundred already has cents behind the point; so has whoever exports from the dashboard, which knows no live mode."""
    brought = SUBSCRIPTIONS.replace(",9900,", ",99.50,").replace(",99000,", ",990.00,")
    (tmp_path / "subscriptions.csv").write_text(brought, encoding="utf-8")
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "subscriptions.csv").write_text(
        SUBSCRIPTIONS.replace("livemode", "mode"), encoding="utf-8"
    )

    for path, mrr in (("subscriptions.csv", Decimal("99.5")), ("whole", 9900)):
        exports = load_exports([str(tmp_path / path)], DEFAULTS)
        assert ("cus_00000001", mrr) in rows(exports, CrmObject.SUBSCRIPTION, "account_key", "mrr")
        assert not [f for f in exports.findings if f.code == "ICP148"]
