"""The window: shows what this device knows, what leaves it and who decides; records the person's choices."""
