"""The read-only web pages: handlers ask the services and fill templates. No script, no form, nothing that changes anything."""
