"""What the cogs share: custom ids, persistent buttons and forms, error sentences, text and its limits."""
