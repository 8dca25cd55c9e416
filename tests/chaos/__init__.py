"""The fault harness: the bot as a real process, killed at random moments under load, and what must be true afterwards."""
