"""One text to what it says: a number, a date, a country, a sector, a header."""
