"""All SQL lives here. `engine` opens the database; each feature has a module of named queries."""
