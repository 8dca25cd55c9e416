"""Cohort: a Discord bot that runs a study group."""
