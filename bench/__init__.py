"""What Shoal costs, beside what others cost: ``python -m bench``."""
