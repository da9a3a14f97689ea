"""On this device: what was measured, how it went, what to do about it."""
