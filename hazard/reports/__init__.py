"""One message from one person: intake, photographs, receipt, conversation."""
