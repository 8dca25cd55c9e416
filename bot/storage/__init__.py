"""All SQL lives here. `engine` opens the database; each feature has one module of named queries."""
