"""What a lab hears without asking: which causes there are, which message is due, and its words. Pure."""
