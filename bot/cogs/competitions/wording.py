"""Sentences about a competition for its posts and private messages."""

from __future__ import annotations

from bot.cogs.ui.text import FIELD, clip, human_join, plain, when
from bot.storage.competitions import Competition
from bot.study.competitions import CompetitionState, EntryRule
from bot.study.questions import Pack

FOOTER = "`/help topic: competitions` has all the rules"


def name_of(competition: Competition) -> str:
    return plain(competition.name)


def times(competition: Competition) -> str:
    if competition.counting and competition.due_at is not None:
        return (
            f"Ended {when(competition.ends_at)}. Some answers have not been counted yet, so the result will follow "
            f"{when(competition.due_at)}."
        )
    match competition.state:
        case CompetitionState.ENTRY:
            return f"Starts {when(competition.starts_at)} and ends {when(competition.ends_at)}."
        case CompetitionState.RUNNING:
            return f"Runs until {when(competition.ends_at)}."
        case CompetitionState.ENDED:
            return f"Ended {when(competition.ends_at)}; the result is final."
        case CompetitionState.CANCELLED:
            return "Canceled by a manager. Nobody has won, and points on the leaderboards stay as they are."


def subject(competition: Competition, pack: Pack) -> str:
    """Name the sections that count, in words that fit into a sentence."""
    if not competition.sections:
        return "all sections"
    return plain(human_join([pack.title_of(section) for section in competition.sections]))


def counts(competition: Competition, pack: Pack) -> str:
    return clip(f"Your first answer to each question from {subject(competition, pack)}.", FIELD)


def entry(competition: Competition) -> str:
    if competition.entry is EntryRule.UNTIL_START:
        return "Open until the start."
    return "Open until the end; answers count from when you join."


def stage(competition: Competition) -> str:
    if competition.counting:
        return "Competition · being counted"
    return {
        CompetitionState.ENTRY: "Competition · entry is open",
        CompetitionState.RUNNING: "Competition · running",
        CompetitionState.ENDED: "Competition · over",
        CompetitionState.CANCELLED: "Competition · canceled",
    }[competition.state]
