from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.bank.check import check_pack
from bot.bank.faults import Level
from bot.bank.limits import STATISTICS_FROM
from bot.bank.lint_bank import chi_square, lint_bank, same_decisions, twins
from bot.bank.lint_question import lint_question
from bot.study.questions import Case, ClosedService, Domain, ExamVersion, Kind, Option, Question
from tests.bank.builders import EXPLANATION, PACK, PACK_YAML, QUESTION_YAML, WHY, a_folder, a_pack, a_question

ORDERED = {"kind": Kind.ORDERING, "correct": (1, 0, 3, 2)}
MATCHED = {"kind": Kind.MATCHING, "prompts": ("One", "Two", "Three"), "correct": (1, 0, 3)}
FIVE = ("Simple Queue Service", "Simple Notices", "Step Functions", "Event Bridge", "Transfer Family")


def findings(**changes: object) -> list[str]:
    return [
        f"{'.'.join(map(str, path))} {problem}" for _, path, problem, _ in lint_question(a_question(**changes), PACK)
    ]


def bank_findings(*questions: Question, **minimum: int) -> list[str]:
    pack = a_pack(*questions, facts={}, cases={})
    return [f"{name} {problem}".strip() for _, name, problem, _ in lint_bank(pack, minimum)]


def test_a_good_question_has_no_findings() -> None:
    assert findings() == []
    assert findings(**ORDERED) == []
    assert findings(**MATCHED) == []
    assert findings(kind=Kind.RESPONSE, options=FIVE, correct=(0, 2), stem=a_question().stem + " (Select TWO.)") == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"id": "queue"}, 'id "queue" is not the section and three digits'),
        ({"options": FIVE}, "options has 5 options"),
        ({"options": (Option("Simple Queue Service", ""), *FIVE[1:4])}, "options.0.why is missing"),
        ({"options": (Option("Simple Queue Service", "Right."), *FIVE[1:4])}, "options.0.why has 6 characters"),
        ({"explanation": ""}, "explanation is missing"),
        ({"explanation": "It is. " * 30}, "explanation has 30 sentences"),
        ({"covers": ()}, "covers is missing"),
        ({"sources": ()}, "sources is missing"),
        ({"sources": ("a: b",) * 3}, "sources has 3 entries"),
        ({"sources": ("http://docs.aws.amazon.com/x",)}, "sources.0 is neither an https address nor a book"),
        ({"sources": ("docs.aws.amazon.com/x",)}, "sources.0 is neither an https address nor a book"),
        ({"sources": ("https://docs.aws.amazon.com",)}, "sources.0 is neither an https address nor a book"),
        ({"sources": ("A book that I read",)}, "sources.0 has no title"),
        ({"stem": a_question().stem + " (Select TWO.)"}, "stem asks for several answers"),
        ({"stem": "A bakery takes orders at night and bakes them one after another in the morning, then."}, "stem asks no question"),
        ({"stem": "A bakery bakes at night. Which service holds the orders? And which one sends the bread out?"}, "stem asks several questions"),
        ({"stem": "Which?"}, "stem has 1 words"),
        ({"stem": "A bakery takes orders at night and bakes them. Which of the following is true?"}, "stem asks which statement is true"),
        ({"stem": "A bakery takes orders at night and bakes them. Which service should not hold them?"}, "stem asks for a negative that is easily overlooked"),
        ({"explanation": "Option B is a queue. " * 8}, 'explanation refers to an option by its position ("Option B")'),
        ({"explanation": "The second option is a queue that works. " * 4}, 'explanation refers to an option by its position ("second option")'),
        ({"options": ("All of the above", *FIVE[1:4])}, "options.0.text stands for several options"),
        ({"options": ("Both", *FIVE[1:4])}, "options.0.text stands for several options"),
        ({"options": ("The **first** queue", *FIVE[1:4])}, 'options.0.text contains markup or an emoji ("**")'),
        ({"options": ("Usually a queue", *FIVE[1:4])}, 'options hedges only in the key ("usually")'),
        ({"options": ("A simple queue", "Often a notice", *FIVE[2:4])}, 'options hedges in an option ("often")'),
        ({"options": ("A simple queue", "Always a notice", *FIVE[2:4])}, 'options uses an absolute only in wrong options ("always")'),
        ({"options": ("Only a queue", "Always a notice", *FIVE[2:4])}, 'options uses an absolute in an option ("only")'),
        ({"options": ("A queue that hands out each order exactly once", *FIVE[1:4])}, "options has a key of 46 characters, but no other option has more than 14"),
        ({"options": ("Queue", "Simple Notices of it", "Some Step Functions", "The Event Bridge one")}, "options has a key of 5 characters, but no other option has fewer than 19"),
        ({"options": ("Queue", "Simple Queue Service", "Step Functions", "Event Bridge")}, "options.0.text is wholly inside another option"),
        ({"options": ("30 days", "7 days", "90 days", "60 days")}, "options lists numbers out of order"),
        ({**ORDERED, "correct": (0, 1, 2, 3)}, "options lists the steps in the right order"),
        ({**MATCHED, "correct": (1, 0, 1)}, "prompts uses an option twice"),
        ({**MATCHED, "correct": (0, 1, 3)}, "options is in the order of its prompts"),
        ({**MATCHED, "options": (*FIVE, "Six", "Seven")}, "options has 7 options"),
        ({"kind": Kind.RESPONSE, "options": FIVE, "correct": (0, 2)}, "stem does not end with the number of answers"),
        ({"kind": Kind.RESPONSE, "options": FIVE, "correct": (0, 2), "stem": a_question().stem + " (Select THREE.)"}, "stem does not end with the number"),
        ({"kind": Kind.RESPONSE, "correct": (0, 2), "stem": a_question().stem + " (Select TWO.)"}, "options has 4 options"),
        ({"kind": Kind.RESPONSE, "options": FIVE, "correct": (0, 1, 2, 3), "stem": a_question().stem + " (Select FOUR.)"}, "options has 4 correct options"),
    ],
)  # fmt: skip
def test_the_rules_for_single_questions_are_checked(changes: dict[str, object], found: str) -> None:
    assert any(line.startswith(found) for line in findings(**changes)), findings(**changes)


def test_words_that_only_look_like_absolutes_are_not_reported() -> None:
    assert findings(options=("Read-only queue", "All-reduce ring", "Step functions", "Event bridge")) == []


def test_a_letter_in_a_name_is_not_a_reference() -> None:
    assert findings(explanation="Vitamin A and plan B are names, and a choice between them is none here. " * 2) == []


def test_an_option_can_be_used_twice_if_the_stem_says_so() -> None:
    stem = "Match each need of the bakery to the service that meets it. A service may be used more than once."

    assert findings(**{**MATCHED, "correct": (1, 0, 1)}, stem=stem) == []


CLOSED = ClosedService("Simple Queue", date(2026, 7, 30), "another queue", "https://example.org/queue")


def test_no_key_makes_a_new_customer_adopt_a_closed_service() -> None:
    adopting = a_question(stem="A start-up " + a_question().stem)
    problems = [problem for _, _, problem, _ in lint_question(adopting, PACK, closed=[CLOSED])]

    assert problems == ["makes a new customer adopt Simple Queue, which is closed to new customers"]
    assert list(lint_question(a_question(), PACK, closed=[CLOSED])) == []


def bank(count: int, place: int | None = None, **changes: object) -> list[Question]:
    """Return choice questions whose options reveal nothing. `place`: the position of the key in every question."""
    rng = Random(7)
    names = [f"{first}{second}" for first in "bcdfghjklmnpqrstvw" for second in "aeiou"]
    questions = []
    for number in range(count):
        options = tuple(Option("".join(rng.sample(names, 4)), WHY) for _ in range(4))
        stem = f"A {' '.join(''.join(rng.sample(names, 3)) for _ in range(12))} which?"
        correct = (number % 4 if place is None else place,)
        questions.append(a_question(id=f"1.1-{number:03}", stem=stem, options=options, correct=correct, **changes))
    return questions


def test_a_balanced_random_bank_has_no_findings() -> None:
    assert bank_findings(*bank(STATISTICS_FROM)) == []


def test_keys_that_favor_one_position_are_refused() -> None:
    found = bank_findings(*bank(STATISTICS_FROM, place=2))

    assert any("[0, 0, 60, 0] times (chi-square 180.0" in line for line in found)
    assert not any("first option" in line for line in found)


def test_statistics_are_checked_only_with_enough_questions() -> None:
    assert bank_findings(*bank(STATISTICS_FROM - 1, place=0)) == []


@pytest.mark.parametrize(
    ("guesser", "key"),
    [
        ("longest option", "longer than any other option here"),
        ("most hedged option", "usually"),
        ("most words shared with the stem", "which bakery"),
    ],
)
def test_a_bank_in_which_a_guessing_trick_works_is_refused(guesser: str, key: str) -> None:
    questions = []
    for question in bank(STATISTICS_FROM):
        options = list(question.options)
        options[question.correct[0]] = Option(f"{options[question.correct[0]].text} {key}", WHY)
        questions.append(
            a_question(id=question.id, stem=f"bakery {question.stem}", options=tuple(options), correct=question.correct)
        )

    assert any(f'lets "{guesser}" score 100.0%, where chance is 25.0%' in line for line in bank_findings(*questions))


def test_a_nearly_identical_question_is_refused_once() -> None:
    first = a_question()
    second = a_question(id="1.1-002", stem=first.stem.replace("bakery", "dairy"))

    assert [pair[:2] for pair in twins([first, second])] == [("1.1-001", "1.1-002")]


def test_matching_questions_with_the_same_instruction_are_not_duplicates() -> None:
    ask = "Match each situation to the technique that fits it best. Each technique is used at most once."
    first = a_question(**MATCHED, stem=ask)
    second = a_question(
        **{**MATCHED, "prompts": ("Far away values", "Empty cells", "Rare classes")},
        id="1.1-002",
        stem="A clinic prepares data. Match each finding to the technique that mends it.",
        options=("Median imputation", "Winsorizing", "One-hot encoding", "Oversampling"),
    )

    assert list(twins([first, second])) == []


def test_the_same_decision_in_other_words_is_found_and_a_shared_option_is_not_one() -> None:
    crowd = [
        a_question(id=f"1.1-{n:03}", stem=f"Item{n} asks{n} about{n} matter{n}?", explanation=f"Reason{n} holds{n}.")
        for n in range(10, 40)
    ]
    first = a_question(stem="A bakery queues night orders. Which service holds them?")
    again = a_question(id="1.1-002", stem="Night orders of a dairy wait in line. Which service queues and holds them?")
    other = a_question(id="1.1-003", stem="A clinic alerts doctors of lab values?", explanation="Fan-out reaches all.")

    assert [pair[:2] for pair in same_decisions([first, again, other, *crowd])] == [("1.1-001", "1.1-002")]


def test_a_thing_named_like_a_button_is_refused() -> None:
    named = a_question(explanation=EXPLANATION.replace("The others", "Model B"))

    assert [problem for _, _, problem, _ in lint_question(named, PACK)] == [
        'uses a letter as a name, as the buttons do ("Model B")'
    ]


CURRENT = ExamVersion(
    "new", "New", "Exam", 50, 15, 130, {Kind.CHOICE: 100}, 0, 100, 70,
    domains=(Domain("D1", "One", 50, {"1.1": 50}), Domain("D2", "Two", 50, {"1.2": 50})),
    skills={"1.1": "Queue", "2.1": "Notify"},
)  # fmt: skip


def test_a_trade_off_question_of_the_current_exam_is_long_enough() -> None:
    pack = replace(PACK, exams={"new": CURRENT})
    short = a_question(difficulty=3, exams=("new",))

    problems = [problem for _, _, problem, _ in lint_question(short, pack)]

    assert problems == ["has 20 words", "have a median of 2 words"]
    assert list(lint_question(replace(short, exams=("old",)), pack)) == []
    assert list(lint_question(replace(short, difficulty=2), pack)) == []


def test_a_skill_without_two_questions_and_a_thin_domain_are_reported() -> None:
    questions = [a_question(id=f"1.1-{n:03}", skills=("1.1",), exams=("new",)) for n in range(3)]
    pack = a_pack(*questions, exams={"new": CURRENT})

    found = [problem for _, _, problem, _ in lint_bank(pack, {})]

    assert "has 0 of the required 2 questions on the skill 2.1 of New" in found
    assert not [problem for problem in found if "skill 1.1" in problem]
    assert "has 0% of its questions in D2 Two" in found


def test_a_second_negative_question_of_a_section_is_refused() -> None:
    questions = bank(3)
    negative = [a_question(id=q.id, stem=f"{q.stem} NOT", options=q.options, correct=q.correct) for q in questions[:2]]

    assert bank_findings(*negative, questions[2]) == [
        "1.1-001 is negative (NOT, EXCEPT), as is 1.1-000 in the same section"
    ]


def test_a_section_below_its_minimum_is_reported() -> None:
    assert bank_findings(*bank(3), **{"1.1": 5}) == ["section 1.1 has 3 of the required 5 questions"]


def test_a_fact_that_is_covered_too_little_is_reported() -> None:
    found = [problem for _, _, problem, _ in lint_bank(a_pack(a_question(), cases={}), {})]

    assert "has 1 of the required 2 questions on the fact 1.1-queue" in found
    assert "covers 0 of 1 facts with 3 or more questions" in found


def test_a_case_needs_questions() -> None:
    pack = a_pack(*bank(2, case="c"), facts={}, cases={"c": Case("c", "shop " * 40), "d": Case("d", "shop " * 4)})

    found = [(name, problem) for _, name, problem, _ in lint_bank(pack, {})]

    assert found == [("d", "has 0 questions"), ("d", "has a scenario of 4 words")]


def test_a_service_that_is_only_ever_the_key_causes_a_warning() -> None:
    questions = [
        a_question(id=q.id, stem=q.stem, options=(Option(name, WHY), *q.options[1:]))
        for q, name in zip(bank(3), ("Amazon Glue", "AWS Glue", "Glue"), strict=True)
    ]

    found = [(level, problem) for level, _, problem, _ in lint_bank(a_pack(*questions, facts={}, cases={}), {})]

    assert found == [(Level.WARNING, 'makes "Amazon Glue" the key 3 times and never a distractor')]


def test_retired_questions_are_not_checked() -> None:
    assert bank_findings(*bank(STATISTICS_FROM, place=0, retired=True)) == []


def test_chi_square_is_pearsons() -> None:
    assert chi_square([10, 10, 10, 10]) == 0
    assert chi_square([20, 10, 10, 0]) == pytest.approx(20.0)


def test_only_a_strict_pack_treats_the_editors_requests_as_errors(tmp_path: Path) -> None:
    open_minded = check_pack(a_folder(tmp_path))
    strict = check_pack(
        a_folder(tmp_path / "b", {"pack.yaml": PACK_YAML.replace("title: S", "strict: true\ntitle: S")})
    )

    assert {fault.level for fault in open_minded} == {Level.WARNING}
    assert Level.ERROR in {fault.level for fault in strict}
    assert any(fault.line == 8 and fault.key == "1.1-001, option 1, why" for fault in strict)


def test_check_reports_faults_of_structure_and_of_wording_together(tmp_path: Path) -> None:
    bad = QUESTION_YAML + QUESTION_YAML.split("questions:\n")[1].replace("001", "002").replace(
        "kind: choice", "kind: x"
    )

    faults = check_pack(a_folder(tmp_path, {"questions/1.1.yaml": bad}))

    assert {fault.key for fault in faults} >= {"1.1-002", "1.1-001, sources"}
