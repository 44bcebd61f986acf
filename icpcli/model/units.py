"""Units and conventions that several rooms must share to the digit."""

from __future__ import annotations

import numpy as np

MONTHS_PER_YEAR = 12
HIGHEST_TAX = 1.27  # of value added, in Hungary: by so much an amount with tax may be above the same without
DAYS_PER_MONTH = 30.436875  # 365.2425 / 12, the mean Gregorian month
Z95 = 1.959963984540054  # half the width of a 95 % interval, in standard errors


def positive_floor(amounts: np.ndarray) -> float:
    """What an amount of zero or less counts as when its logarithm is taken: half the smallest positive percentile.

    NaN is missing and left out; 1.0 where no amount is positive.
    """
    positive = amounts[np.isfinite(amounts) & (amounts > 0)]
    return float(np.quantile(positive, 0.01)) / 2 if len(positive) else 1.0
