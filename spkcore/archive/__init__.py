"""The .spk archive: identify, read, unpack, build and verify it."""
