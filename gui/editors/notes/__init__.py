"""The editors of the licence and of the changelog."""
