"""As snippets.mjs, for the example in Python."""

import json
import sys

sys.path.insert(0, "generated/snippets")

from python import start_plan  # noqa: E402

print(json.dumps([start_plan(*call) for call in json.loads(sys.argv[1])]))
