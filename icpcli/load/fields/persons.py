"""Who people are: the words of their names, by which deals and activities call them where they give no id."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from icpcli.load.texts.cells import Cells, blank_to_null
from icpcli.load.texts.headers import fold_header, is_first_name, is_surname_of
from icpcli.model.common import CrmObject
from icpcli.model.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from icpcli.load.fields.understood import Understood

CALLED = "called"
"""The column of a table of people that holds the words of each name, sorted; null where no name is told."""

FORMS_OF_ADDRESS = frozenset(
    "m mr mrs ms miss mme mlle monsieur madame mademoiselle dr herr frau sr sra srta".split()
)
WORD = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"[^\s<>()\[\]{},;:\"]+@[^\s<>()\[\]{},;:\"]+")
NUMBER = re.compile(r"\+?\(?\d(?:[ .()-]*\d){7,}")
CUT = ("job_title", "department", "channel")
NAME_LENGTHS = (4, 3, 2)
SEVERAL_HAVE_IT = 3
GONE = "\0"
IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*\0[^()\[\]]*[)\]]")
MARKS = " ,;:|/()[]<>-–—"
SEVERAL = (re.compile(r"[;\n|]"), re.compile(r"[,/&]"))


def called_in(file: Understood) -> pa.Array:
    """The words of the name on each row of a file of people: of first and last name, else of the one column of names."""
    held = file.of(CrmObject.CONTACT).get("full_name")
    headers = [fold_header(header, CrmObject.CONTACT) for header in file.raw.headers]
    first = next((i for i, header in enumerate(headers) if is_first_name(header)), None)
    last = next((i for i, header in enumerate(headers) if i != first and is_surname_of(header)), None)
    places = [i for i in (first, last) if i is not None]
    if len(places) < 2:
        places = [] if held is None else [held.index]
    if not places:
        return pa.nulls(file.raw.cells.num_rows, pa.string())
    columns = [blank_to_null(file.raw.column(i)).texts().to_pylist() for i in places]
    joined = (" ".join(part for part in parts if part) for parts in zip(*columns, strict=True))
    return pa.array([called(name) for name in joined], pa.string())


def called(name: str) -> str | None:
    """The words of a person's name in one order ("DUPONT Marie", "Mme Marie Dupont"); None where it has none."""
    words = [word for word in WORD.findall(fold(name)) if word not in FORMS_OF_ADDRESS]
    return " ".join(sorted(words)) or None


@dataclass(frozen=True, slots=True, eq=False)
class Persons:
    """The keys of people by their addresses, and by company (None: not known) and name; of an address several share, none."""

    by_address: Mapping[str, str]
    by_name: Mapping[tuple[str | None, str], str]

    def named_in(self, cell: str, account: str | None) -> list[str]:
        """The keys of the people whom a cell names: "Marie Dupont (marie@acme.fr); Paul Petit"; those not known are left out."""
        return [key for part in SEVERAL[0].split(cell) for key in self._of_part(part, account)]

    def _of_part(self, part: str, account: str | None) -> list[str]:
        address = ADDRESS.search(part)
        if address and (key := self.by_address.get(address[0].casefold())):
            return [key]
        whole = self._by_name(part, account)
        several = [whole] if whole else [self._by_name(p, account) for p in SEVERAL[1].split(part)]
        return [key for key in several if key]

    def _by_name(self, name: str, account: str | None) -> str | None:
        """Somebody of this name at the company, else one of whom no company is known."""
        words = called(ADDRESS.sub(" ", name))
        if words is None:
            return None
        return self.by_name.get((account, words)) or self.by_name.get((None, words))


def persons_of(contacts: pa.Table) -> Persons:
    """The people of the contact table; of namesakes at one company the first by key, who mostly are one person twice."""
    addresses: dict[str, set[str]] = defaultdict(set)
    names: dict[tuple[str | None, str], str] = {}
    columns = (_cells(contacts, n) for n in ("contact_key", "account_key", "email", CALLED))
    for key, account, address, words in sorted(zip(*columns, strict=True), key=lambda row: row[0]):
        if address:
            addresses[address.strip().casefold()].add(key)
        if words:
            names.setdefault((account, words), key)
    return Persons({a: next(iter(keys)) for a, keys in addresses.items() if len(keys) == 1}, names)


def with_names_cut(contacts: pa.Table) -> pa.Table:
    """The people without anybody's full name, address or telephone number in their titles, departments and channels.

    "Marie Dupont, DAF" is a DAF. A name that several people have for a title ("Sales Manager") is one.
    """
    if CALLED not in contacts.column_names:
        return contacts
    names = {words for words in _cells(contacts, CALLED) if words and " " in words}
    titles = Counter(called(title) for title in _cells(contacts, "job_title") if title)
    names -= {words for words, times in titles.items() if times >= SEVERAL_HAVE_IT}
    for field in CUT:
        if field in contacts.column_names:
            cells = Cells.of(contacts.column(field)).mapped(lambda text: _cut(text, names), pa.string())
            contacts = contacts.set_column(contacts.column_names.index(field), field, cells)
    return contacts


def _cut(text: str, names: Collection[str | None]) -> str | None:
    """The text without names and addresses, and without the marks that parted them from the rest; None where nothing is left."""
    bare = ADDRESS.sub(GONE, NUMBER.sub(GONE, text))
    words = list(WORD.finditer(bare))
    spans = [
        (words[i].start(), words[i + length - 1].end())
        for length in NAME_LENGTHS
        for i in range(len(words) - length + 1)
        if called(" ".join(word[0] for word in words[i : i + length])) in names
    ]
    for start, end in spans:
        bare = bare[:start] + GONE * (end - start) + bare[end:]
    if bare == text:
        return text
    return " ".join(IN_BRACKETS.sub(" ", bare).replace(GONE, " ").split()).strip(MARKS) or None


def _cells(table: pa.Table, name: str) -> Sequence[str | None]:
    cells: list[str | None] = (
        table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
    )
    return cells


__all__ = ["CALLED", "FORMS_OF_ADDRESS", "Persons", "called", "called_in", "persons_of", "with_names_cut"]
