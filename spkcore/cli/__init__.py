"""The command `spk`: one module per command."""
