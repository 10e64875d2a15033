"""A Windows CPython under Debian's Wine: made, tested in, and used to freeze the program on Linux."""
