"""One module per command, each the stages in the order data flows."""
