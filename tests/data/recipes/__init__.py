"""How the packages under tests/data/checks are made: for each rule one that fails and one that passes."""
