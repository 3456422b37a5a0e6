"""Every rate of the generated party records in one place, each with where it comes from.

"Note": the measurements this benchmark answers to (the anchor set of 1,000,000 Chinese parties): shares of missing,
masked and mistyped numbers, of kinds, of repeat mentions, of hubs, and how often one entity's mentions agree.
"Reason": no figure is at hand; set so that agreement within entities comes out no higher than the note's.
"""

from __future__ import annotations

from typing import Final

# --- Who there is (note: 70 % persons, 35 % repeat mentions; 1M records: 650,000 entities, 757,000 true pairs)
PERSONS: Final = 0.70
REPEATS: Final = 0.35
HUB_EVERY: Final = 22_500  # records a hub litigant: with HUB_MENTIONS gives the note's number of true pairs
HUB_MENTIONS: Final = (20, 200)  # note
FAMILY: Final = 0.12  # a person of the household before (reason)
FAMILY_SURNAME: Final = 0.55  # … of its surname; else married in (reason)
FAMILY_PHONE: Final = 0.06  # … filed with its phone (reason)
BRANCH: Final = (
    0.06  # an organisation that is a branch of the one before, own number (note has them; share by reason)
)
SISTER: Final = (
    0.03  # … of its group: same core, representative, often phone and door; another trade (reason)
)
FIRM_EVERY: Final = 740  # records a law firm: its phone stands at about 60 parties (note)

# --- Numbers (note: missing 38 %, masked 6 %, mistyped 5 %)
ID_MISSING: Final = 0.38
ID_MASKED: Final = 0.06  # first 6 and last 4 shown
ID_TYPO: Final = 0.05
ID_TRANSPOSED: Final = 0.4  # of the typos; else one digit is wrong
ID_FIFTEEN: Final = 0.01  # written in the form of before 1999 (reason)
ID_SPACED: Final = 0.01  # 620102 19760512 1234, or a small x (reason)
BORN_ELSEWHERE: Final = 0.25  # the number's area is not that of residence (reason)

# --- Names of persons, a mention (note names the kinds; rates by reason so that 16 % or more of an entity's pairs
# are written differently, and that normal form, pinyin and order recover about the note's 19, 52 and 59 % of these)
PERSON_NAME: Final = {
    "homophone": 0.030,
    "lookalike": 0.020,
    "traditional": 0.012,
    "masked": 0.015,
    "swapped": 0.009,
    "spaced": 0.008,
    "full_width": 0.003,
    "former": 0.010,
    "dropped": 0.009,
    "pinyin": 0.009,
}
SURNAME_HIT: Final = 0.15  # a wrong character falls on the surname (reason)
RENAMED_PERSON: Final = 0.002  # filed under the former given name alone (reason)

# --- Names of organisations, a mention (note: core equal in 72 %, whole normal form in 10 % of what differs)
ORGANISATION_NAME: Final = {
    "form": 0.050,
    "place_out": 0.045,
    "place_in": 0.035,
    "bracketed": 0.015,
    "short": 0.040,
    "lookalike": 0.015,
    "homophone": 0.012,
    "traditional": 0.008,
    "half_width": 0.010,
}
RENAMED: Final = 0.02  # an organisation once had another name (reason)
RENAMED_MENTION: Final = 0.35  # … and a mention uses it (reason)

# --- Phones (note: 62 % filed; equal in 21 % of true pairs; 6 % of the pairs of one phone are true)
PHONE_MISSING: Final = 0.38
PHONE_LAWYER: Final = (
    0.15  # of those filed, the law firm's (reproduces the note's 2.6 million pairs of one phone)
)
PHONE_SECOND: Final = 0.13  # the other number of the same party (reason)
PHONE_TYPO: Final = 0.01
PHONE_STYLED: Final = 0.10  # blanks, hyphens, +86
LANDLINE: Final = 0.5  # of organisations (reason)

# --- Addresses (note: door equal in 39 % of true pairs; 14 % of the pairs of one door are true)
ADDRESS_MISSING: Final = 0.17
ADDRESS_SERVICE: Final = 0.08  # the law firm's, for service
ADDRESS_MOVED: Final = 0.13  # the party's other address
MOVED_AWAY: Final = 0.15  # … lies in another area (reason)
RURAL: Final = 0.30  # town, village, group instead of road and number; persons (reason)
ADDRESS_NO_PROVINCE: Final = 0.25
ADDRESS_NO_CITY: Final = 0.12  # nor province
ADDRESS_NO_AREA: Final = 0.05
ADDRESS_CUT: Final = 0.10  # ends after the number of the road
ADDRESS_DASHED: Final = 0.12  # 3-1-502
ADDRESS_TYPO: Final = 0.02

# --- Birth dates (reason throughout)
BIRTH_MISSING: Final = 0.35
BIRTH_YEAR: Final = 0.03  # 1976
BIRTH_MONTH: Final = 0.03  # 1976-05
BIRTH_DIGIT: Final = 0.02  # one digit of day or month wrong
BIRTH_SWAPPED: Final = 0.005  # day for month
BIRTH_LUNAR: Final = 0.01  # the date of the farmers' calendar, about a month earlier

# --- Legal representatives (reason throughout)
REPRESENTATIVE_MISSING: Final = 0.40
REPRESENTATIVE_CHANGED: Final = 0.08
REPRESENTATIVE_HOMOPHONE: Final = 0.02

# --- How names are made (reason; surnames: order and shares of the Ministry of Public Security's name report, rounded)
SINGLE_GIVEN: Final = 0.13  # 张伟
WHOLE_GIVEN: Final = 0.12  # one of the forty commonest given names as a whole
GIVEN_SKEW: Final = 10.0  # weight of the r-th commonest character is 1 / (r + skew)
THREE_CHARACTER_CORE: Final = 0.22
FORMS: Final = {
    "有限公司": 0.68,
    "有限责任公司": 0.17,
    "股份有限公司": 0.03,
    "集团有限公司": 0.03,
    "厂": 0.03,
    "经营部": 0.03,
    "农民专业合作社": 0.03,
}
AREA_SPREAD: Final = 1.0  # sigma of the log-normal weights of the 2,978 areas: about 1,200 of equal weight (note: masked numbers)
