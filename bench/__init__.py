"""What the product costs, beside the leanest honest program that does the same (decisions 45)."""
