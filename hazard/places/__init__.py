"""Places of the plant and the posters that hang there."""
