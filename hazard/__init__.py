"""Hazard reporting and reward for one factory; the floors are drawn in CONTRIBUTING.md."""
