"""What every layer of the engine stands on: errors, tasks, atomic files, settings, reference tables."""
