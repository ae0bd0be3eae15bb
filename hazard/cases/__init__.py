"""One hazard at one place, from opening to archive."""
