"""Employees, their units and memberships, and the shifts they work."""
