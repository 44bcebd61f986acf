"""What a book cannot do without, and what its money is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icpcli.errors import NothingToRankError
from icpcli.model.common import CrmObject, Finding, Kind

if TYPE_CHECKING:
    import pandas as pd

    from icpcli.model.tables import Exports
    from icpcli.settings import Settings

MAY_TELL = frozenset({Kind.MONEY, Kind.COUNT, Kind.SHARE, Kind.DATE, Kind.BOOLEAN})
MOST_SHOWN = 12
MARGIN_USED = "ICP201"
FIGURES = (
    "acquisition_cost touches activities days_to_close hours discount monthly_value order_value_log_mean nps satisfaction referrals "
    "advocacy_signs churned_on last_order_on"
).split()


def margin_finding(orders: pd.DataFrame, settings: Settings) -> tuple[Finding, ...]:
    """Whether value is margin, by which cost, or revenue."""
    if settings.gross_margin is not None:
        message = f"Value is margin: revenue times the gross margin of {100 * settings.gross_margin:g} %."
    elif len(orders) and not np.allclose(orders["amount"], orders["revenue"], equal_nan=True):
        message = "Value is margin: revenue less the cost of each purchase."
    else:
        message = (
            "Value is revenue: no complete and plausible costs are exported (--gross-margin makes it margin)."
        )
    return (Finding(MARGIN_USED, message),)


def require_customers(is_customer: pd.Series, exports: Exports, settings: Settings) -> None:
    """Raise NothingToRankError where no company is a customer."""
    if is_customer.any():
        return
    until = (
        f"As of {settings.as_of}, as --as-of says: what came later was left out." if settings.as_of else None
    )
    raise NothingToRankError(
        f"None of the {len(is_customer):,} companies is a customer, so there is nothing to rank.",
        (
            *((until,) if until else ()),
            "Looked for: a won deal, an invoice, a subscription, a customer-since date, an MRR, a lifecycle stage customer.",
            *_read(exports),
            *_not_understood(exports),
            'If a column says it, name it: --column account.customer_since="THAT COLUMN"',
            *_people_there(exports),
        ),
    )


def require_figures(accounts: pd.DataFrame, spend: pd.DataFrame, exports: Exports) -> None:
    """Raise NothingToRankError where nothing stands behind any criterion; companies won and lost are the least of it."""
    if any(accounts[name].notna().any() for name in FIGURES) or len(spend):
        return
    if not accounts["is_customer"].all():
        return
    raise NothingToRankError(
        "No column holds a figure for any criterion: acquisition cost, retention, lifetime value or advocacy.",
        (
            "Looked for: acquisition cost, times contacted, days to close, MRR, amounts, churn date, NPS.",
            *_read(exports),
            *_not_understood(exports),
            'If a column holds one, name it: --column account.mrr="THAT COLUMN"',
            *_people_there(exports),
        ),
    )


def _read(exports: Exports) -> tuple[str, ...]:
    """The files that were read, and those that were not used, with the reason."""
    used = sorted({s.path for s in exports.sources if s.object is not CrmObject.OTHER})
    unused = sorted((s.path, *s.dropped) for s in exports.sources if s.object is CrmObject.OTHER)
    return (f"Read: {', '.join(used)}", *(f"{path}: {'; '.join(reasons)}" for path, *reasons in unused))


def _not_understood(exports: Exports) -> tuple[str, ...]:
    """The columns of the user's own that hold figures, dates or yes and no, of which one may be what was looked for."""
    own = {
        r.header
        for r in exports.readings
        if r.field is None and r.object is CrmObject.ACCOUNT and r.kind in MAY_TELL
    }
    more = f" and {len(own) - MOST_SHOWN} more" if len(own) > MOST_SHOWN else ""
    return (f"Not understood: {', '.join(sorted(own)[:MOST_SHOWN])}{more}",) if own else ()


def _people_there(exports: Exports) -> tuple[str, ...]:
    """Where the exports hold people, how to describe them all the same."""
    people = CrmObject.CONTACT in exports.tables
    return ("The kinds of people in these exports: icp personas PATH",) if people else ()
