#!/usr/bin/env bash
# Guess: aniso8601 reads `P1M` as 30 days (75 %).
# Behavior: aniso8601 10.0.1 makes a `timedelta` of each duration: `P1M` is 30 days and `P1Y` is 365, also where the beginning of an
# interval is known. `R3/2026-01-31/P1M` is January 31, March 2 and April 1, and `2024-02-29/P1Y` ends on February 28.
# isodate 0.7.2 keeps the months, and `P1M` after January 31 is February 28.
# Why users meet it: a period of a subscription is `P1M` in catalogs of app stores and in iCalendar. No invoice has a date in February.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aniso8601==10.0.1 isodate==0.7.2
cat >case.py <<'PYTHON'
from datetime import date

import aniso8601
import isodate

print("aniso8601", *aniso8601.parse_repeating_interval("R3/2026-01-31/P1M"))
print("aniso8601", *aniso8601.parse_interval("2024-02-29/P1Y"))
print("isodate", date(2026, 1, 31) + isodate.parse_duration("P1M"), date(2024, 2, 29) + isodate.parse_duration("P1Y"))
PYTHON
venv/bin/pip freeze | grep iso
seen=$(venv/bin/python case.py)
echo "$seen"
[ "$seen" = 'aniso8601 2026-01-31 2026-03-02 2026-04-01
aniso8601 2024-02-29 2025-02-28
isodate 2026-02-28 2025-02-28' ]
