"""The look, without Qt."""
