"""Read packs and uploads into `bot.study.questions`, report all their faults at once, and export questions."""
