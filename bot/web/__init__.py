"""The read-only web pages: handlers query the services and fill templates. No scripts, no forms, no side effects."""
