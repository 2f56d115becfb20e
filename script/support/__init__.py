"""What the demo and the system tests share: servers on one machine, and a rig to record from."""
