"""A throw-away plant to try the product on, made by the product's own verbs."""
