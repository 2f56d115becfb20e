"""The part of Globus Auth that clients need: tokens, scopes, consents, identities."""
