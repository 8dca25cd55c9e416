"""What members and managers read about flags on questions."""

from __future__ import annotations

from bot.cogs.reports.custom_ids import ReportPageId, ResolveId, RestoreId, RetireId
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import BankId
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.text import FIELD, clip, plain, plural, safe_name, stamp
from bot.services.reports import Flagged, FlagReport
from bot.storage.reports import Flag
from bot.study.characters import visible
from bot.study.grading import Answer, as_written, describe
from bot.study.questions import DIFFICULTIES, Question
from bot.study.reports import Figures, Learned, Reason, Suspicion

REASONS = {
    Reason.WRONG_KEY: "wrong key",
    Reason.OUTDATED: "outdated",
    Reason.UNCLEAR: "unclear",
    Reason.TYPO: "typo",
}
EXPLAINED = {
    Reason.WRONG_KEY: "Another answer is right, or more than one is",
    Reason.OUTDATED: "It used to be right, but things have changed",
    Reason.UNCLEAR: "It can be read in more than one way",
    Reason.TYPO: "A spelling mistake or a wrong word",
}
RETIRED_BY_PACK = "The pack itself has retired this question, so only the pack can bring it back. Press Resolved to close the reports."

BAR = 10
MISTAKES_SHOWN = 3


def flagged(flagged: Flagged) -> Message:
    """Confirm a flag to the member."""
    title = "Your report is updated" if flagged.again else "Thank you for your report"
    card = Card(
        title=title,
        color=BLUE,
        text=(
            f"The managers of this server will see your report as **{REASONS[flagged.reason]}**, with figures on how the "
            f"question was answered. Your points do not change. Report the question again to change what you said."
        ),
    )
    return Message(card)


# -- for managers


def nothing() -> Message:
    return Message(
        Card(
            title="Nothing is reported",
            color=GREEN,
            text=(
                "Members can press Report under the feedback on a question and say what is wrong with it. Their "
                "reports appear here, with figures on how the question was answered."
            ),
        )
    )


def report(report: FlagReport | None) -> Message:
    """Show one flagged question: what members report, what the answers suggest, and the question with its key."""
    if report is None:
        return nothing()
    question, pack = report.question, report.pack
    card = Card(
        title=questions.heading(pack, question),
        color=GREY,
        text=questions.solved(question, as_written(question), pack.scenario_of(question)),
    )
    retired = " · retired" if question.retired else ""
    card.above = f"Report {report.page} of {report.pages} · {plain(question.id)}{retired}"
    if report.suspicion is not None:
        card.add("⚠️ The answers suggest a wrong key", suspected(question, report.suspicion))
    card.add(_flags_title(report), _flags(report))
    card.add(_figures_title(report.figures), spread(question, report.figures))
    if report.learned is not None:
        card.add("How hard it is", hardness(question, report.learned))
    card.footer = _next_step(question)
    return Message(card, [_resolve(report), _retire(report), *_pager(report)])


def suspected(question: Question, suspicion: Suspicion) -> str:
    shown = as_written(question)
    if suspicion.rival is None:
        return (
            "Members who do well on other questions get this one wrong more often than the rest do. Please "
            "check the key against the source."
        )
    return (
        f"Of the members who do well on other questions, {suspicion.for_rival:,} chose "
        f"**{describe(question, suspicion.rival, shown)}** and {suspicion.for_key:,} chose the key "
        f"{questions.key_line(question, shown)}. Please check the key against the source."
    )


def hardness(question: Question, learned: Learned) -> str:
    """Show the measured difficulty next to the author's."""
    lines = [
        f"{learned.share:.0%} of {learned.answers:,} members were right on their first attempt; the author rated the question "
        f"{DIFFICULTIES[question.difficulty]}."
    ]
    if learned.discrimination is not None:
        lines.append(f"Discrimination: {learned.discrimination:+.2f}. Sound questions have +0.20 or more.")
    if learned.too_easy:
        lines.append(
            "Nearly everybody is right on the first attempt. Rewrite the wrong options, or retire the question."
        )
    return "\n".join(lines)


def _flags_title(report: FlagReport) -> str:
    total = sum(report.reasons.values())
    reasons = ", ".join(f"{REASONS[reason]} {count:,}" for reason, count in report.reasons.items())
    return f"{plural(total, 'report')}: {reasons}"


def _flags(report: FlagReport) -> str:
    """List flags, newest first; count those that do not fit."""
    total = sum(report.reasons.values())
    lines: list[str] = []
    for flag in report.flags:
        line = _flag(flag, report.names.get(flag.user_id, ""))
        if sum(map(len, lines)) + len(lines) + len(line) > FIELD - 40:
            break
        lines.append(line)
    left = total - len(lines)
    return "\n".join([*lines, f"… and {left:,} more"] if left else lines)


def _flag(flag: Flag, name: str) -> str:
    words = f": {clip(plain(visible(flag.words)), 400)}" if flag.words else ""
    return f"**{REASONS[flag.reason]}**{words} · {safe_name(name)}, {stamp(flag.created_at, 'd')}"


def _figures_title(figures: Figures) -> str:
    if not figures.answered:
        return "Nobody has answered yet"
    return f"{plural(figures.answered, 'member has', 'members have')} answered, {figures.right / figures.answered:.0%} right"


def spread(question: Question, figures: Figures) -> str:
    """Show how many members chose each option; where there are no figures by option, how many gave the key and each of
    the most common mistakes."""
    if not figures.answered:
        return "There are no figures until someone has answered."
    shown = as_written(question)
    if figures.by_option:
        rows: list[tuple[Answer, int]] = [((index,), figures.by_option[index]) for index in shown]
    else:
        given = dict(figures.by_answer)
        right = given.pop(question.correct, 0)
        rows = [(question.correct, right), *list(given.items())[:MISTAKES_SHOWN]]
    lines = []
    for answer, count in rows:
        share = count / figures.answered
        key = answer == question.correct or (bool(figures.by_option) and answer[0] in question.correct)
        bar = "█" * round(BAR * share)
        note = " ← key" if key else ""
        lines.append(f"`{bar:░<{BAR}}` **{describe(question, answer, shown)}** {count:,} ({share:.0%}){note}")
    return "\n".join(lines)


def _next_step(question: Question) -> str:
    if question.retired:
        return "Restore brings it back · Resolved closes the reports"
    return "Retire takes it out of this server · Resolved closes the reports"


def _pager(report: FlagReport) -> list[Press]:
    if report.pages == 1:
        return []
    return [
        Press(ReportPageId(max(1, report.page - 1)), "◀ Previous", disabled=report.page == 1),
        Press(ReportPageId(min(report.pages, report.page + 1)), "Next ▶", disabled=report.page == report.pages),
    ]


def _retire(report: FlagReport) -> Press:
    id = BankId(report.question.id)
    if report.question.retired:
        return Press(RestoreId(id, report.page), "Restore")
    return Press(RetireId(id, report.page), "Retire")


def _resolve(report: FlagReport) -> Press:
    return Press(ResolveId(BankId(report.question.id), report.last, report.page), "Resolved", main=True)
