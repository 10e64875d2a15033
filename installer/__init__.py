"""Makes the programs, the installer and the portable folder that users get, on Windows and on Linux."""
