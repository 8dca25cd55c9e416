"""Content in, `bot.study.questions` out: reads packs and uploads, reports every fault at once, exports."""
