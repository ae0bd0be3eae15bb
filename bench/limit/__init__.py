"""The limit: the leanest honest program that gives the same answers."""
