"""Runs the command `spk` as `python -m spkcore.cli`."""

from spkcore.cli.main import main

main()
