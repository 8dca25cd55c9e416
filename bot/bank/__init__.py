"""Content in, `bot.study.questions` out: reads packs and uploads, says every fault at once, exports."""
