"""A parser and evaluator of HubSpot's calculation properties, by the grammar of its documentation.

expression  = or ;  or = and {"or" and} ;  and = not {"and" not} ;  not = ["not"] comparison ;
comparison  = sum [("=" | "<" | "<=" | ">" | ">=") sum] ;  sum = value {("+" | "-") value} ;
value       = number | "-" number | text | "true" | "false" | name | "string(" name ")" | "is_present(" property ")"
| "contains(" expression "," expression ")" | "concatenate(" expression {"," expression} ")" | "(" expression ")" | conditional ;
conditional = "if" expression "then" expression {"elseif" expression "then" expression} "else" expression ;
"""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|[=<>+\-(),])|(?P<word>[a-z_][a-z0-9_]*))"""
)


def evaluated(formula: str, held: dict[str, Any]) -> Any:
    """The value of a formula for a record; None stands for a property without a value. Raises ValueError on bad syntax."""
    parser = _Parser(_tokens(formula), held)
    value = parser.either()
    if parser.left:
        msg = f"not understood: {parser.left[:5]}"
        raise ValueError(msg)
    return value


def _tokens(formula: str) -> list[str]:
    found, at = [], 0
    while formula[at:].strip():
        match = TOKEN.match(formula, at)
        if match is None:
            msg = f"no token at {formula[at : at + 20]!r}"
            raise ValueError(msg)
        found.append(match[0].strip())
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str], held: dict[str, Any]) -> None:
        self.left, self._held = tokens, held

    def _take(self, *wanted: str) -> str:
        if not self.left or (wanted and self.left[0] not in wanted):
            msg = f"expected {wanted}, found {self.left[:3]}"
            raise ValueError(msg)
        return self.left.pop(0)

    def _next_is(self, *wanted: str) -> bool:
        return bool(self.left) and self.left[0] in wanted

    def either(self) -> Any:
        value = self._both()
        while self._next_is("or"):
            self._take()
            other = self._both()
            value = bool(value) or bool(other)
        return value

    def _both(self) -> Any:
        value = self._negated()
        while self._next_is("and"):
            self._take()
            other = self._negated()
            value = bool(value) and bool(other)
        return value

    def _negated(self) -> Any:
        if self._next_is("not"):
            self._take()
            return not self._negated()
        return self._compared()

    def _compared(self) -> Any:
        value = self._sum()
        if not self._next_is("=", "<", "<=", ">", ">="):
            return value
        sign, other = self._take(), self._sum()
        if value is None or other is None:
            return False
        compare = {
            "=": lambda a, b: a == b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
        }  # fmt: skip
        return compare[sign](value, other)

    def _sum(self) -> Any:
        value = self._value()
        while self._next_is("+", "-"):
            sign, other = self._take(), self._value()
            value = value + other if sign == "+" else value - other
        return value

    def _value(self) -> Any:
        read = {"(": self._grouped, "-": self._negative, "if": self._conditional, "string": self._inside}
        read |= {"contains": self._contains, "concatenate": self._concatenated}
        taken = self._take()
        if taken in read:
            return read[taken]()
        if taken == "is_present":
            return self._is_present()
        if taken in {"true", "false"}:
            return taken == "true"
        if taken[0] in "\"'":
            return taken[1:-1]
        return float(taken) if taken[0].isdigit() else self._held[taken]

    def _contains(self) -> bool:
        whole, part = self._arguments()
        return part in whole

    def _concatenated(self) -> str:
        return "".join("" if text is None else text for text in self._arguments())

    def _arguments(self) -> list[Any]:
        self._take("(")
        values = [self.either()]
        while self._take(",", ")") == ",":
            values.append(self.either())
        return values

    def _grouped(self) -> Any:
        value = self.either()
        self._take(")")
        return value

    def _negative(self) -> float:
        return -float(self._take())

    def _is_present(self) -> bool:
        self._take("(")
        name = self._take()
        value = self._inside() if name == "string" else self._held[name]
        self._take(")")
        return value is not None

    def _inside(self) -> Any:
        self._take("(")
        name = self._take()
        self._take(")")
        return self._held[name]

    def _conditional(self) -> Any:
        answer, is_found = None, False
        while True:
            condition = self.either()
            self._take("then")
            value = self.either()
            if condition and not is_found:
                answer, is_found = value, True
            if self._take("elseif", "else") == "else":
                value = self.either()
                return answer if is_found else value
