"""What is due when, for whom, and who is told when it is late."""
