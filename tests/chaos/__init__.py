"""The fault harness: run the bot as a real process, kill it at random moments under load, and check what must be true
afterwards."""
