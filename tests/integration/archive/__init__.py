"""The archive layer against independent programs."""
