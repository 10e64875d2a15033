"""The pages inside packages, in a real browser: Chromium, a stand-in for DSM's web server, and a NAS of real shells."""
