"""Checks of a whole bank: evenly spread keys, no tricks that pay off, no duplicates, every fact covered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import log, sqrt
from typing import Any, TypeAlias

from bot.bank import limits
from bot.bank.faults import Level
from bot.bank.guessers import scores
from bot.bank.lint_question import NEGATIVE
from bot.bank.words import shingles, terms, words
from bot.places import PROGRAM
from bot.study.questions import Kind, Pack, Question

BankFinding: TypeAlias = tuple[Level, str, str, str]
"""Severity in a strict pack; id of the question, case or section (empty for the whole bank); problem; remedy."""

E, W = Level.ERROR, Level.WARNING


def lint_bank(pack: Pack, minimum: Mapping[str, int]) -> Iterator[BankFinding]:
    questions = pack.active
    yield from _positions(questions)
    yield from _guessers(questions, pack)
    yield from _duplicates(questions)
    yield from _decisions(questions)
    yield from _cases(pack)
    yield from _sections(pack, minimum)
    yield from _coverage(pack)
    yield from _skills(pack)
    yield from _only_keys(questions)
    yield from _mix(questions)


def positions(questions: Sequence[Question]) -> list[int]:
    """Count how often the key is in each position, over choices with the usual number of options."""
    usual = [q for q in questions if q.kind is Kind.CHOICE and len(q.options) == limits.CHOICE_OPTIONS]
    count = Counter(question.correct[0] for question in usual)
    return [count[place] for place in range(limits.CHOICE_OPTIONS)]


def chi_square(observed: Sequence[int]) -> float:
    """Return Pearson's statistic against an even spread."""
    expected = sum(observed) / len(observed)
    return sum((count - expected) ** 2 / expected for count in observed) if expected else 0.0


def _positions(questions: Sequence[Question]) -> Iterator[BankFinding]:
    observed = positions(questions)
    limit = limits.CHI_SQUARE_MAX[len(observed) - 1]
    if sum(observed) >= limits.STATISTICS_FROM and (statistic := chi_square(observed)) > limit:
        problem = f"has the key in positions 1 to {len(observed)} {observed} times (chi-square {statistic:.1f}, at most {limit})"
        yield E, "", problem, "Move keys to the rarer positions"


def _guessers(questions: Sequence[Question], pack: Pack) -> Iterator[BankFinding]:
    for score in scores(questions, pack):
        if score.questions >= limits.STATISTICS_FROM and score.excess > limits.GUESSER_MARGIN:
            problem = f'lets "{score.guesser}" score {score.share:.1%}, where chance is {score.chance:.1%}'
            yield (
                E,
                "",
                problem,
                f"Bring it below {score.chance + limits.GUESSER_MARGIN:.0%}: see `{PROGRAM} stats`",
            )


def _duplicates(questions: Sequence[Question]) -> Iterator[BankFinding]:
    for first, second, likeness in twins(questions):
        problem = f"is nearly the same as {first} ({likeness:.0%} of its words)"
        yield E, second, problem, "Change the situation and what is asked"


def twins(questions: Sequence[Question]) -> Iterator[tuple[str, str, float]]:
    """Return pairs of questions that share runs of words in their stems, or much of their vocabulary.

    Stems alone would miss a paraphrased duplicate. The vocabulary includes the options, because the stems of matching
    questions are much alike.
    """
    stems = {question.id: shingles(question.stem, limits.DUPLICATE_SHINGLE) for question in questions}
    whole = {question.id: terms(_everything(question)) for question in questions}
    found = dict(_alike(stems, limits.DUPLICATE_STEMS))
    for pair, likeness in _alike(whole, limits.DUPLICATE_TERMS):
        found.setdefault(pair, likeness)
    for (first, second), likeness in sorted(found.items()):
        yield first, second, likeness


def near(question: Question, others: Iterable[Question]) -> list[tuple[Question, float]]:
    """Return the other questions that are nearly the same as this one, as `twins` measures it, most similar first."""
    stem, whole = shingles(question.stem, limits.DUPLICATE_SHINGLE), terms(_everything(question))
    found = []
    for other in others:
        likeness = max(
            _above(limits.DUPLICATE_STEMS, stem, shingles(other.stem, limits.DUPLICATE_SHINGLE)),
            _above(limits.DUPLICATE_TERMS, whole, terms(_everything(other))),
        )
        if likeness and other.id != question.id:
            found.append((other, likeness))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].id))


def _above(limit: float, first: frozenset[Any], second: frozenset[Any]) -> float:
    """Return the Jaccard index of two sets, or 0 if it is below the limit."""
    common = len(first & second)
    likeness = common / (len(first) + len(second) - common) if common else 0.0
    return likeness if likeness >= limit else 0.0


def _decisions(questions: Sequence[Question]) -> Iterator[BankFinding]:
    """Report questions that ask for the same decision, but only in a large bank: in a small bank no term is rare."""
    if len(questions) < limits.MIX_FROM:
        return
    for first, second, likeness in same_decisions(questions):
        problem = f"asks for the same decision as {first} (stem, key and explanation are {likeness:.0%} similar)"
        yield E, second, problem, "Ask for another decision, or retire one of the two"


def same_decisions(questions: Sequence[Question]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of questions that ask for the same decision in other words.

    The measure is the cosine similarity of the terms of stem, key and explanation, with idf weights (G. Salton, C.
    Buckley, 1988, Term-weighting approaches in automatic text retrieval, Information Processing & Management 24). Wrong
    options are left out, because two good questions may share them; so is a case's scenario, which all of its questions
    share.
    """
    bags = {question.id: terms(_decision(question)) for question in questions}
    spread = Counter(term for bag in bags.values() for term in bag)
    vectors: dict[str, dict[str, float]] = {}
    for name, bag in bags.items():
        weights = {term: log(len(bags) / spread[term]) for term in bag}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1
        vectors[name] = {term: weight / length for term, weight in weights.items()}
    seen: dict[str, list[tuple[str, float]]] = defaultdict(list)
    found: list[tuple[str, str, float]] = []
    for name, vector in vectors.items():
        alike: defaultdict[str, float] = defaultdict(float)
        for term, weight in vector.items():
            for other, theirs in seen[term]:
                alike[other] += weight * theirs
            seen[term].append((name, weight))
        found += [
            (min(name, other), max(name, other), score) for other, score in alike.items() if score >= limits.DECISION
        ]
    yield from sorted(found)


def _decision(question: Question) -> str:
    keys = [question.options[place].text for place in question.correct]
    return " ".join([question.stem, *question.prompts, *keys, question.explanation])


def _everything(question: Question) -> str:
    return " ".join([question.stem, *question.prompts, *(option.text for option in question.options)])


def _alike(bags: Mapping[str, frozenset[Any]], limit: float) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield pairs whose Jaccard index reaches the limit. Sets of very different size cannot reach it and are not
    compared."""
    names = sorted(bags, key=lambda name: len(bags[name]))
    for place, name in enumerate(names):
        bag = bags[name]
        for other in islice(names, place + 1, None):
            if len(bag) < limit * len(bags[other]):
                break
            common = len(bag & bags[other])
            if common and (likeness := common / (len(bag) + len(bags[other]) - common)) >= limit:
                first, second = sorted((name, other))
                yield (first, second), likeness


def _cases(pack: Pack) -> Iterator[BankFinding]:
    used = Counter(question.case for question in pack.active if question.case)
    low, high = limits.CASE_QUESTIONS
    for case in pack.cases.values():
        if not low <= used[case.id] <= high:
            yield E, case.id, f"has {used[case.id]} questions", f"A case has {low} to {high}"
        count = len(words(case.scenario))
        if not limits.SCENARIO_WORDS[0] <= count <= limits.SCENARIO_WORDS[1]:
            yield W, case.id, f"has a scenario of {count} words", "Aim at {} to {}".format(*limits.SCENARIO_WORDS)


def _sections(pack: Pack, minimum: Mapping[str, int]) -> Iterator[BankFinding]:
    for section in pack.leaves:
        within = pack.within(section)
        if len(within) < minimum.get(section, 0):
            yield (
                E,
                f"section {section}",
                f"has {len(within)} of the required {minimum[section]} questions",
                "Write more",
            )
        negative = [question.id for question in within if NEGATIVE.search(question.stem)]
        for name in negative[limits.NEGATIVES_PER_SECTION :]:
            problem = f"is negative (NOT, EXCEPT), as is {negative[0]} in the same section"
            yield E, name, problem, "Ask positively"


def _coverage(pack: Pack) -> Iterator[BankFinding]:
    count = coverage(pack)
    for fact, times in count.items():
        if times < limits.COVERAGE_MIN:
            problem = f"has {times} of the required {limits.COVERAGE_MIN} questions on the fact {fact}"
            yield E, f"section {pack.facts[fact].section}", problem, "Write a question on it"
    good = sum(times >= limits.COVERAGE_GOOD for times in count.values())
    if count and good < limits.COVERAGE_GOOD_SHARE * len(count):
        problem = f"covers {good} of {len(count)} facts with {limits.COVERAGE_GOOD} or more questions"
        yield E, "", problem, f"Bring it to {limits.COVERAGE_GOOD_SHARE:.0%}"


def coverage(pack: Pack) -> dict[str, int]:
    """Count how many active questions cover each fact."""
    count = Counter(fact for question in pack.active for fact in question.covers)
    return {fact: count[fact] for fact in pack.facts}


def _skills(pack: Pack) -> Iterator[BankFinding]:
    """Check that the questions test every skill of the default exam version, and neglect no domain."""
    view = pack.seen_for(None)
    version = view.version
    if version is None or not version.skills:
        return
    asked = Counter(skill for question in view.active for skill in question.skills)
    for skill in version.skills:
        if asked[skill] < limits.SKILL_MIN:
            problem = f"has {asked[skill]} of the required {limits.SKILL_MIN} questions on the skill {skill} of {version.name}"
            yield E, "", problem, "Write a question on it"
    shares = Counter(version.domain_of(question) for question in view.active)
    for domain in version.domains:
        if shares[domain.id] < limits.DOMAIN_SHARE_MIN * len(view.active):
            problem = f"has {shares[domain.id] / len(view.active):.0%} of its questions in {domain.id} {domain.title}"
            yield W, "", problem, f"Bring it to {limits.DOMAIN_SHARE_MIN:.0%}"


def _only_keys(questions: Sequence[Question]) -> Iterator[BankFinding]:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for question in questions:
        if question.kind not in (Kind.CHOICE, Kind.RESPONSE):
            continue
        for place, option in enumerate(question.options):
            tool = option.text.casefold().removeprefix("amazon ").removeprefix("aws ").removeprefix("sagemaker ")
            shown.setdefault(tool, option.text)
            (right if place in question.correct else wrong)[tool] += 1
    for tool, times in right.items():
        if times >= limits.ONLY_KEY_FROM and not wrong[tool]:
            yield W, "", f'makes "{shown[tool]}" the key {times} times and never a distractor', "Use it as a distractor"


def _mix(questions: Sequence[Question]) -> Iterator[BankFinding]:
    if len(questions) < limits.MIX_FROM:
        return
    kinds = Counter(question.kind.value for question in questions)
    levels = Counter(question.difficulty for question in questions)
    for name, wanted, found in [
        *((kind, share, kinds[kind]) for kind, share in limits.KIND_MIX.items()),
        *((f"difficulty {level}", share, levels[level]) for level, share in limits.DIFFICULTY_MIX.items()),
    ]:
        if abs(found / len(questions) - wanted) > limits.MIX_MARGIN:
            problem = f"has {found / len(questions):.0%} {name} questions; it should have about {wanted:.0%}"
            yield W, "", problem, "Shift the mix"
