"""Books with a hidden rule, what icpcli and its peers make of them, and tables of both."""
