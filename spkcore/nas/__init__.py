"""The NAS side: SSH sessions, sudo, transfer, capture and the demo NAS."""
