"""The resources, from source, installed and frozen."""
