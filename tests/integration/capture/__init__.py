"""The capture agents and the capture itself, against a simulated Package Center, real shells, and a real sshd."""
