"""Which rows speak of the same company, and who belongs to it."""
