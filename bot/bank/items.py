"""Convert an entry of a file (`schema.Item`) into a question of the rules (`study.questions.Question`)."""

from __future__ import annotations

from bot.bank.schema import ChoiceItem, ExamEntry, Item, MatchingItem, OrderingItem, ResponseItem
from bot.study.questions import Domain, ExamVersion, Kind, Offer, Option, Question


def question_of(item: Item, section: str) -> Question:
    """Convert an item that has passed `schema.problems`."""
    return Question(
        id=item.id,
        section=section,
        kind=Kind(item.kind),
        difficulty=item.difficulty,
        stem=item.stem,
        options=tuple(Option(option.text, option.why) for option in item.options),
        correct=_correct(item),
        explanation=item.explanation,
        sources=tuple(item.sources),
        covers=tuple(item.covers),
        checked=item.checked,
        prompts=tuple(prompt.text for prompt in item.prompts) if isinstance(item, MatchingItem) else (),
        case=item.case,
        retired=item.retired,
        exams=tuple(item.exams),
        skills=tuple(item.skills),
    )


def exam_of(entry: ExamEntry, domains: tuple[Domain, ...]) -> ExamVersion:
    return ExamVersion(
        code=entry.code,
        name=entry.name,
        title=entry.title,
        scored=entry.scored,
        unscored=entry.unscored,
        minutes=entry.minutes,
        kinds={Kind(kind): share for kind, share in entry.kinds.model_dump().items() if share},
        lowest=entry.lowest,
        highest=entry.highest,
        passing=entry.passing,
        cases=entry.cases,
        offers=tuple(Offer(tuple(offer.languages), offer.begins, offer.ends) for offer in entry.offers),
        domains=domains,
        skills=dict(entry.skills),
        news=entry.news,
        uncertain=tuple(entry.uncertain),
        source=entry.source,
        checked=entry.checked,
    )


def _correct(item: Item) -> tuple[int, ...]:
    match item:
        case ChoiceItem() | ResponseItem():
            return tuple(index for index, option in enumerate(item.options) if option.correct)
        case OrderingItem():
            return tuple(sorted(range(len(item.options)), key=lambda index: item.options[index].place))
        case MatchingItem():
            texts = [option.text for option in item.options]
            return tuple(texts.index(prompt.match) for prompt in item.prompts)
