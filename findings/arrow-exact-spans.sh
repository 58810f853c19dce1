#!/usr/bin/env bash
# Guess: none about spans. That `Arrow.range("month", January 31)` has February 28 and March 31 (65 %) was right.
# Behavior: arrow 1.4.0 counts each beginning from January 31, and each end from the beginning of its span. The span of February 28
# ends on March 27, and the next begins on March 31: March 28 to 30 are in no span. The same days are missing after each short month.
# Why users meet it: months of a subscription that began on the 31st. Use on these days belongs to no period.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check arrow==1.4.0
cat >case.py <<'PYTHON'
from datetime import datetime

import arrow

for begin, end in arrow.Arrow.span_range("month", datetime(2026, 1, 31), datetime(2026, 6, 29), exact=True):
    print(begin.date(), end.date())
PYTHON
venv/bin/pip freeze | grep arrow
seen=$(venv/bin/python case.py)
echo "$seen"
[ "$seen" = '2026-01-31 2026-02-27
2026-02-28 2026-03-27
2026-03-31 2026-04-29
2026-04-30 2026-05-29
2026-05-31 2026-06-28' ]
