"""Sealing: names and employee numbers that nobody opens alone; it seals and opens, nothing else."""
