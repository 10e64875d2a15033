"""A small DSM-like NAS inside our own process, for trying the program without a NAS."""
