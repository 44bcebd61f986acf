"""What was really sold: each sale once, what it pays, and until when."""
