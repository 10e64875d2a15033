"""The engine of SPK Creator: everything about Synology packages, nothing about windows."""

__version__ = "0.1.0"
