"""The rules of study: frozen data and pure functions. No Discord, no SQL, no clock, no randomness of its own."""
