// Order of the test files: first the source checks, so that a run fails early; then the slowest files, so that none of
// them runs alone at the end; then the others, large files first.
import { existsSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '#bootstrap.mjs'

const FIRST = /^test\/(architecture|contract\/schema)\//

/** The files that take longest: twenty seconds or more on two cores. */
export const SLOWEST_FILES = [
  'test/contract/providers/event-orders.test.ts',
  'test/contract/providers/subscriptions.test.ts',
  'test/scenarios/scheduled-changes.test.ts',
  'test/scenarios/money-by-change/money-by-change.test.ts',
  'test/api/ops/deploy.test.ts',
  'test/start/install.test.ts',
  'test/start/readme.test.ts',
  'test/api/ops/rotation.test.ts',
  'test/faults/rolling-upgrade.test.ts',
  'test/scenarios/multi-process/first-day.test.ts',
  'test/api/ops/doctor.test.ts',
  'test/contract/providers/checkout.test.ts',
  'test/api/deployments/report.test.ts',
  'test/api/identity/user-service.test.ts',
  'test/contract/providers/checkout-rules.test.ts',
  'test/api/deployments/delivery.test.ts',
  'test/contract/providers/reconcile.test.ts',
  'test/contract/providers/refund-purchase.test.ts',
  'test/api/billing/unused-time.test.ts',
  'test/api/billing/returned-money.test.ts',
]

for (const path of SLOWEST_FILES)
  if (!existsSync(join(root, path))) throw new Error(`test/support/sequencer.mjs names ${path}, which does not exist`)

const rank = (path) => {
  if (FIRST.test(path)) return -1
  const place = SLOWEST_FILES.indexOf(path)
  return place < 0 ? SLOWEST_FILES.length : place
}

export default class Sequencer {
  sort(tests) {
    return tests
      .map((test) => ({ test, rank: rank(relative(root, test.path)), size: statSync(test.path).size }))
      .toSorted((one, other) => one.rank - other.rank || other.size - one.size)
      .map(({ test }) => test)
  }

  /** Every so many-th test: the parts take equally long. */
  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, index) => index % shardCount === shardIndex - 1)
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {
    // The order does not depend on earlier runs.
  }
}
