"""The lab's own pipeline, as settings attach it: its sessions, and the link tables. Begin with `sessions.Lab`."""
