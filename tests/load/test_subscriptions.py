"""What exports of subscriptions say beside a price: its currency, how many were bought, whom it bills, whether it was ever paid."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from exported import rows

from icpcli.load.exports import load_exports
from icpcli.model.common import CrmObject
from icpcli.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from icpcli.model.tables import Exports

STRIPE = "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)"


def subscribed(folder: Path, *lines: str, settings: Settings = DEFAULTS) -> Exports:
    """Subscriptions under Stripe's headers, loaded."""
    (folder / "subscriptions.csv").write_text("\n".join([STRIPE, *lines]), encoding="utf-8")
    return load_exports([str(folder)], settings)


def paid(exports: Exports) -> list[tuple[Any, ...]]:
    """Who pays how much a month, in order of their keys."""
    return sorted(rows(exports, CrmObject.SUBSCRIPTION, "account_key", "mrr"))


@pytest.mark.parametrize(
    ("settings", "yen"), [(DEFAULTS, None), (Settings(rates={"JPY": 0.0065}), Decimal("97.5000"))]
)
def test_what_a_subscription_pays_has_the_currency_of_its_row(
    tmp_path: Path, settings: Settings, yen: Decimal | None
):
    """15,000 yen beside dollars are 15,000 of nothing: converted at the user's rate, else kept apart and told."""
    exports = subscribed(
        tmp_path,
        "sub_1,cus_1,,pro,1,usd,month,99.00,active,2024-01-05 10:00,,,",
        "sub_2,cus_2,,pro,1,jpy,month,15000,active,2024-02-05 10:00,,,",
        "sub_3,cus_3,,pro,1,usd,month,49.00,active,2024-03-05 10:00,,,",
        settings=settings,
    )

    assert paid(exports) == [("cus_1", 99), ("cus_2", yen), ("cus_3", 49)]
    assert [f.rows for f in exports.findings if f.code == "ICP127"] == [1]
