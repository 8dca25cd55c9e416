"""The page around the playground."""
