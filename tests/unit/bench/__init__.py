"""What measures has to measure rightly."""
