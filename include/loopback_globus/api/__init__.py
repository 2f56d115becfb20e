"""The HTTP side: routes, error documents, and what happens to every request."""
