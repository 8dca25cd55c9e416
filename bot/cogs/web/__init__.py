"""Links to the web pages."""
