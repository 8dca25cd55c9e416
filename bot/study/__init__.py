"""The rules of study: frozen data and pure functions, without Discord, SQL, a clock or hidden randomness."""
