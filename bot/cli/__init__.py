"""The commands of `python -m bot`, by topic; `bot.__main__` collects them."""
