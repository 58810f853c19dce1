// Order of the test files: first the source checks, so that a run fails early; then the slowest files, so that none of
// them runs alone at the end; then the others, large files first.
import { existsSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '#bootstrap.mjs'

const FIRST = /^test\/(architecture|contract\/schema)\//

/** The files that take longest: twenty seconds or more on two cores. */
export const SLOWEST_FILES = [
  'test/contract/providers/subscriptions.test.ts',
  'test/start/refused-start.test.ts',
  'test/api/kernel/database-setups.test.ts',
  'test/scenarios/scheduled-changes.test.ts',
  'test/faults/killed-agents.test.ts',
  'test/start/running-server.test.ts',
  'test/contract/providers/checkout.test.ts',
  'test/api/billing/named-remedies.test.ts',
  'test/faults/silent-database.test.ts',
  'test/api/ops/rotation.test.ts',
  'test/api/kernel/silent-connections.test.ts',
  'test/start/readme.test.ts',
  'test/scenarios/fresh-start.test.ts',
  'test/api/deployments/large-reports.test.ts',
  'test/api/identity/webhook-deliveries.test.ts',
  'test/scenarios/invoice-lives/invoice-lives.test.ts',
  'test/scenarios/money-by-change/money-by-change.test.ts',
  'test/contract/providers/event-orders.test.ts',
  'test/contract/providers/reconcile.test.ts',
  'test/api/ops/deploy.test.ts',
  'test/faults/two-api-processes.test.ts',
  'test/faults/wrong-clock.test.ts',
  'test/faults/ended-tokens.test.ts',
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
