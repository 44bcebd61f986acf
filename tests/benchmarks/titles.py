"""How well job titles are read: python tests/benchmarks/titles.py.

Per block of the gold list (tests/people/titles_gold.txt): titles, and how many have both answers, the function, and the
seniority read as a person read them.
"""

from __future__ import annotations

from pathlib import Path

from icpcli.people.titles import JobRole, read_title

GOLD = Path(__file__).parent.parent / "people" / "titles_gold.txt"


def blocks() -> dict[str, list[tuple[str, JobRole]]]:
    """The titles and answers under each comment line of the gold list."""
    found: dict[str, list[tuple[str, JobRole]]] = {}
    for line in filter(None, GOLD.read_text(encoding="utf-8").splitlines()):
        if line.startswith("#"):
            found[line.strip("# ")] = []
            continue
        title, *cells = line.rsplit(" | ", 2)
        answers = [None if cell.strip() == "None" else cell.strip() for cell in cells]
        next(reversed(found.values())).append((title.strip(), JobRole(*answers)))
    return found


def main() -> None:
    """Print the table."""
    print("titles   right   function   seniority   block")
    everyone = [pair for pairs in blocks().values() for pair in pairs]
    for name, pairs in (*blocks().items(), ("all", everyone)):
        read = [(read_title(title), role) for title, role in pairs]
        right = sum(a == b for a, b in read)
        function = sum(a.function == b.function for a, b in read)
        seniority = sum(a.seniority == b.seniority for a, b in read)
        shares = [f"{count / len(pairs):7.1%}" for count in (right, function, seniority)]
        print(f"{len(pairs):6d} {shares[0]}    {shares[1]}     {shares[2]}   {name}")


if __name__ == "__main__":
    main()
