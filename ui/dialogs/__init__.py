"""What is asked and shown above the window: each a dialog that blocks nothing."""
