"""Consumes a unit of a feature, and prints what remains, or the steps that lift the denial."""

import os

from stackgate import Stackgate

with Stackgate(os.environ["STACKGATE_URL"], os.environ["STACKGATE_SECRET_KEY"]) as stackgate:
    result = stackgate.consume(account_id=os.environ["STACKGATE_ACCOUNT"], feature="attribution_runs")
    if result:
        print(result.value["entitlement"]["remaining"], "runs remain.")
    else:
        print(result.denial.message, *[remedy["label"] for remedy in result.denial.remedies], sep="\n- ")
