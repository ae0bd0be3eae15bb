"""What the tables add up to: read from everywhere, changing nothing; screens and papers agree."""
