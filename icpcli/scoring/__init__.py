"""A saved profile on companies nobody has met: plain values in, match, probability, points and reasons out."""
