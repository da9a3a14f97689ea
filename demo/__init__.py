"""The driver of `make demo`: starts the real programs, narrates what they do, checks each step."""
