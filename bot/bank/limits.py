"""All limits of the bank: what Discord can show, what editors require, what statistics reject."""

from __future__ import annotations

from typing import Final

# Limits of the schema, for packs and uploads alike: the bot's messages and menus rely on them.
STEM_MAX: Final = 600
OPTION_MAX: Final = 100  # the label of a select option
PROMPT_MAX: Final = 90
RATIONALE_MAX: Final = 280
EXPLANATION_MAX: Final = 650
SCENARIO_MAX: Final = 800
SOURCE_MAX: Final = 300
SOURCES_MAX: Final = 4
COVERS_MAX: Final = 3
EXAMS_MAX: Final = 6
SKILLS_MAX: Final = 3
OPTIONS_MIN: Final = 2
OPTIONS_MAX: Final = 10  # one letter each, A to J
STEPS: Final = (3, 5)  # ordering
PROMPTS: Final = (3, 5)  # matching
ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$"
SKILL_PATTERN: Final = r"^[1-9]\d?(\.[1-9]\d?){1,3}$"
EXAM_PATTERN: Final = r"^[a-z0-9][a-z0-9-]{0,15}$"
SECTION_PATTERN: Final = r"^[a-z0-9]+(\.[a-z0-9]+)*$"
PACK_PATTERN: Final = r"^[a-z0-9][a-z0-9-]{0,39}$"

# Limits of an upload, checked before anything is built from it.
UPLOAD_BYTES_MAX: Final = 1024 * 1024
UPLOAD_QUESTIONS_MAX: Final = 500
OWN_QUESTIONS_MAX: Final = 2_000  # questions that a server keeps in addition to its pack, retired ones included
FAULTS_MAX: Final = 200  # faults listed for an upload; the rest are only counted
YAML_DEPTH_MAX: Final = 8
YAML_NODES_MAX: Final = 200_000
UNPACKED_BYTES_MAX: Final = 64 * 1024 * 1024  # of an archive
SHEET_RATIO_MAX: Final = 40  # unpacked size of a spreadsheet, as a multiple of its file size; 4 MiB are always allowed
SHEET_COLUMNS_MAX: Final = 80
SHEET_ROWS_MAX: Final = 200_000
ARCHIVE_MEMBERS_MAX: Final = 20_000
XML_DEPTH_MAX: Final = 100
XML_NODES_MAX: Final = 20_000  # elements of one question
XML_INDEX_MAX: Final = 500_000  # elements of a package's table of contents

# What editors require of each question (errors in a strict pack, warnings elsewhere).
CHOICE_OPTIONS: Final = 4
RESPONSE_OPTIONS: Final = (5, 6)
RESPONSE_CORRECT: Final = (2, 3)
MATCHING_OPTIONS: Final = (3, 6)
RATIONALE_MIN: Final = 30
EXPLANATION_MIN: Final = 120
EXPLANATION_SENTENCES: Final = (2, 4)
SOURCES_ASKED: Final = (1, 2)
STEM_WORDS: Final = (10, 85)
TRADE_OFF_STEM_WORDS: Final = (35, 80)  # of a question of difficulty 3 in the current exam
TRADE_OFF_OPTION_WORDS: Final = (5, 20)  # median over its options, which must be designs, not names
CASE_QUESTIONS: Final = (2, 4)
SCENARIO_WORDS: Final = (30, 120)
KEY_LENGTH_RATIO: Final = 1.3  # of the key to the longest distractor, or of the shortest distractor to the key
KEY_LENGTH_SLACK: Final = 8  # a difference this small goes unnoticed
NEGATIVES_PER_SECTION: Final = 1

# Requirements on a bank as a whole.
STATISTICS_FROM: Final = 60  # choice questions; with fewer, chance alone passes the thresholds below
GUESSER_MARGIN: Final = 0.05  # above chance
CHI_SQUARE_MAX: Final = {3: 11.345, 4: 13.277, 5: 15.086}  # critical values for p = 0.01, by degrees of freedom
DUPLICATE_SHINGLE: Final = 3  # words in a run
DUPLICATE_STEMS: Final = 0.4  # Jaccard index of these runs; our most similar distinct questions have 0.29
DUPLICATE_TERMS: Final = 0.5  # Jaccard index of terms; our most similar distinct questions have 0.46
DECISION: Final = 0.5  # cosine similarity of questions that ask for the same decision
SKILL_MIN: Final = 2  # questions on each skill of the default exam version
DOMAIN_SHARE_MIN: Final = 0.2  # share of the questions in each domain
COVERAGE_MIN: Final = 2
COVERAGE_GOOD: Final = 3
COVERAGE_GOOD_SHARE: Final = 0.5
KEYS_JUDGED_FROM: Final = 8  # choices; with fewer in an imported file, the positions of their keys are not checked
KEY_PLACE_SHARE_MAX: Final = 0.8  # of the choices, with the key in one position; by chance it is a quarter
ONLY_KEY_FROM: Final = 3  # an option that is the key this often must also be a distractor somewhere
MIX_FROM: Final = 100  # questions; the mix of a smaller bank is not checked
MIX_MARGIN: Final = 0.07
DIFFICULTY_MIX: Final = {1: 0.27, 2: 0.35, 3: 0.38}
KIND_MIX: Final = {"choice": 0.71, "response": 0.19, "ordering": 0.05, "matching": 0.05}
