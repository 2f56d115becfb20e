"""The part of Globus Auth that clients need: tokens, scopes, who am I."""
