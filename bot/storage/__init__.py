"""The only place with SQL. `engine` opens the database; one module of named queries for each feature."""
