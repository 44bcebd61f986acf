"""Tables of strings to what they hold: which object, and which column is which field of it."""
