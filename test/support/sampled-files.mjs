// The sample that `npm test` runs so that it takes less time: a part of the test files of some folders, and of the tests of slow files.
// Files whose tests concern every operation of the API, such as `schema-matrix.test.ts`, always run with all their tests.
// `npm test -- <file>` runs all tests of a file, and `npm run test:long -- sampled` all tests of all sampled files.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '#bootstrap.mjs'

/** One test in so many runs. A seed decides which, except in files whose tests build on each other. */
export const SAMPLED_FILES = {
  'test/api/billing/intervals.test.ts': 2,
  'test/api/billing/minimums.test.ts': 3,
  'test/api/billing/next-amounts.test.ts': 1,
  'test/api/billing/offer-negotiated-plan.test.ts': 3,
  'test/api/billing/discounts-of-unpaid-invoices.test.ts': 2,
  'test/api/billing/one-invoice.test.ts': 2,
  'test/api/billing/open-billing-portal.test.ts': 2,
  'test/api/billing/overage-currencies.test.ts': 2,
  'test/api/billing/overage-invoices.test.ts': 3,
  'test/api/billing/overage-threshold.test.ts': 2,
  'test/api/billing/pause-subscription.test.ts': 3,
  'test/api/billing/pause-with-terms.test.ts': 3,
  'test/api/billing/paypal-only.test.ts': 2,
  'test/api/billing/promotion-at-plan-change.test.ts': 3,
  'test/api/billing/returned-money.test.ts': 2,
  'test/api/billing/revert-usage-batch.test.ts': 2,
  'test/api/billing/set-auto-top-up.test.ts': 2,
  'test/api/billing/invoice-terms.test.ts': 3,
  'test/api/billing/tariffs.test.ts': 2,
  'test/api/billing/taxed-top-ups.test.ts': 2,
  'test/api/billing/trial-changes.test.ts': 2,
  'test/api/billing/unpaid-units.test.ts': 2,
  'test/api/billing/unused-time.test.ts': 3,
  'test/api/billing/waiting-use.test.ts': 2,
  'test/api/deployments/dashboards.test.ts': 2,
  'test/api/deployments/delivery.test.ts': 2,
  'test/api/deployments/large-reports.test.ts': 2,
  'test/api/deployments/legacy-regressions.test.ts': 2,
  'test/api/deployments/report.test.ts': 2,
  'test/api/deployments/signature.test.ts': 2,
  'test/api/edge/limits.test.ts': 2,
  'test/api/edge/openapi.test.ts': 2,
  'test/api/entitlements/rollover.test.ts': 3,
  'test/api/entitlements/unwritten-accounts.test.ts': 1,
  'test/api/identity/user-service.test.ts': 2,
  'test/api/identity/webhook-deliveries.test.ts': 2,
  'test/api/kernel/database-setups.test.ts': 3,
  'test/api/kernel/silent-connections.test.ts': 2,
  'test/api/ops/backup.test.ts': 3,
  'test/api/ops/compare-money.test.ts': 2,
  'test/api/ops/compare-paypal-money.test.ts': 2,
  'test/api/ops/compare-synced-invoices.test.ts': 3,
  'test/api/ops/compare-synced-members.test.ts': 3,
  'test/api/ops/deploy.test.ts': 3,
  'test/api/ops/doctor.test.ts': 2,
  'test/api/ops/failing-account.test.ts': 2,
  'test/api/ops/haproxy.test.ts': 2,
  'test/api/ops/planted-differences.test.ts': 2,
  'test/api/ops/price-lists.test.ts': 2,
  'test/api/ops/rotation.test.ts': 2,
  'test/api/ops/verify-chains.test.ts': 1,
  'test/contract/providers/checkout-rules.test.ts': 3,
  'test/contract/providers/checkout.test.ts': 3,
  'test/contract/providers/packages.test.ts': 2,
  'test/contract/providers/refund-purchase.test.ts': 2,
  'test/contract/providers/subscription-sync.test.ts': 3,
  'test/contract/providers/subscriptions.test.ts': 3,
  'test/contract/sandbox/pages.test.ts': 2,
  'test/dashboard/bars.test.ts': 3,
  'test/dashboard/catalog-form.test.ts': 3,
  'test/dashboard/customer-stories.test.ts': 3,
  'test/dashboard/deployment-stories.test.ts': 3,
  'test/dashboard/deployments.test.ts': 3,
  'test/dashboard/first-purchase.test.ts': 3,
  'test/dashboard/languages.test.ts': 2,
  'test/dashboard/lists.test.ts': 2,
  'test/dashboard/marketplace.test.ts': 3,
  'test/dashboard/one-click.test.ts': 3,
  'test/dashboard/operator-stories.test.ts': 3,
  'test/dashboard/operators.test.ts': 4,
  'test/dashboard/page-states.test.ts': 5,
  'test/dashboard/proof.test.ts': 2,
  'test/dashboard/sandbox-bar.test.ts': 2,
  'test/dashboard/sign-in.test.ts': 4,
  'test/dashboard/team.test.ts': 3,
  'test/dashboard/vendors.test.ts': 3,
  'test/dashboard/webhooks.test.ts': 2,
  'test/faults/ended-tokens.test.ts': 3,
  'test/faults/killed-agents.test.ts': 3,
  'test/faults/killed-rollover.test.ts': 1,
  'test/faults/killed-server.test.ts': 2,
  'test/faults/machines.test.ts': 3,
  'test/faults/rolling-restart.test.ts': 2,
  'test/faults/rolling-upgrade.test.ts': 2,
  'test/faults/silent-database.test.ts': 2,
  'test/faults/two-api-processes.test.ts': 2,
  'test/faults/wrong-clock.test.ts': 2,
  'test/packages/client/local-checks.test.ts': 2,
  'test/packages/client/outbox-files.test.ts': 2,
  'test/packages/client/poisoned-documents.test.ts': 4,
  'test/packages/client/streams.test.ts': 3,
  'test/packages/iframe/redirects.test.ts': 3,
  'test/packages/iframe/returns.test.ts': 4,
  'test/packages/iframe/stories.test.ts': 2,
  'test/packages/publishing.test.ts': 2,
  'test/packages/react/logs.test.ts': 3,
  'test/packages/react/stories.test.ts': 3,
  'test/scenarios/browser.test.ts': 2,
  'test/scenarios/executable-remedies.test.ts': 2,
  'test/scenarios/multi-process/first-day.test.ts': 2,
  'test/scenarios/plan-changes.test.ts': 2,
  'test/scenarios/remedies-without-purchase.test.ts': 2,
  'test/scenarios/scheduled-changes.test.ts': 4,
  'test/start/build-dashboard.test.ts': 3,
  'test/start/cli.test.ts': 2,
  'test/start/init.test.ts': 3,
  'test/start/mcp.test.ts': 4,
  'test/start/options.test.ts': 2,
  'test/start/page-samples.test.ts': 3,
  'test/start/recipes.test.ts': 3,
  'test/start/refused-start.test.ts': 3,
  'test/start/replay.test.ts': 2,
  'test/start/runner.test.ts': 2,
  'test/start/running-server.test.ts': 2,
  'test/start/tutorials.test.ts': 3,
  'test/unit/deployments/redaction-time.test.ts': 3,
}

/** Files whose tests build on each other: the sample is the first tests. */
const IN_ORDER = new Set([
  'test/api/billing/trial-changes.test.ts',
  'test/api/ops/deploy.test.ts',
  'test/api/ops/price-lists.test.ts',
  'test/api/ops/publish-catalog-processes.test.ts',
  'test/api/ops/rotation.test.ts',
  'test/dashboard/customer-stories.test.ts',
  'test/dashboard/deployment-stories.test.ts',
  'test/dashboard/first-purchase.test.ts',
  'test/dashboard/marketplace.test.ts',
  'test/dashboard/operator-stories.test.ts',
  'test/dashboard/proof.test.ts',
  'test/dashboard/team.test.ts',
  'test/dashboard/vendors.test.ts',
  'test/faults/two-api-processes.test.ts',
  'test/scenarios/multi-process/first-day.test.ts',
  'test/scenarios/plan-changes.test.ts',
  'test/start/build-dashboard.test.ts',
  'test/start/tools.test.ts',
])

/** Folders of which one in so many files runs. Their files start servers, browsers or programs. */
const FILES_EACH = 8
const SAMPLED_FOLDERS = /^test\/(?:api|contract\/(?:providers|sandbox)|dashboard|faults|packages|scenarios|start)\//

/** Files of these folders that always run: they concern every operation, every role, or the commands of the README. */
const IN_EVERY_SAMPLE = new Set([
  'test/api/identity/anonymous.test.ts',
  'test/api/identity/role-matrix.test.ts',
  'test/api/identity/roles.test.ts',
  'test/api/identity/schema-matrix.test.ts',
  'test/api/identity/tenants.test.ts',
  'test/api/kernel/repeated-mutations.test.ts',
  'test/dashboard/first-minute.test.ts',
  'test/scenarios/fresh-start.test.ts',
  'test/scenarios/invoice-lives/invoice-lives.test.ts',
  'test/scenarios/money-by-change/money-by-change.test.ts',
  'test/start/readme.test.ts',
])

for (const path of [...Object.keys(SAMPLED_FILES), ...IN_ORDER, ...IN_EVERY_SAMPLE])
  if (!existsSync(join(root, path)))
    throw new Error(`test/support/sampled-files.mjs names ${path}, which does not exist`)

/**
 * Test files of which a run without arguments leaves out some, or some of their tests or cases.
 * @returns {string[]}
 */
export const allSampledFiles = () =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path}`)
    .filter((path) => path.endsWith('.test.ts') && (isFileSampled(path) || path in SAMPLED_FILES || hasSample(path)))
    .toSorted((one, other) => one.localeCompare(other))

/** The files in the sample, which depend on `seed` and on the other files of their folders. */
export function filesInSample(paths, seed) {
  const sampled = paths.filter(isFileSampled)
  const folders = [...new Set(sampled.map((path) => dirname(path)))]
  const parts = folders.flatMap((folder) =>
    partOf(
      sampled.filter((path) => dirname(path) === folder),
      seed,
    ),
  )
  const inSample = new Set(parts)
  return paths.filter((path) => inSample.has(path) || !isFileSampled(path))
}

/** True if the cases of its tests are samples of lists (`sample.ts`). */
const hasSample = (path) => readFileSync(join(root, path), 'utf8').includes("/support/sample.js'")

const isFileSampled = (path) => SAMPLED_FOLDERS.test(path) && !IN_EVERY_SAMPLE.has(path)

const partOf = (files, seed) =>
  ranked(files, (path) => `${seed} ${path}`).slice(0, Math.ceil(files.length / FILES_EACH))

/** Titles of the tests in the sample, which depend on `seed` and on the other titles. */
export function sampleOf(path, titles, seed) {
  const count = Math.ceil(titles.length / (SAMPLED_FILES[path] ?? 1))
  if (IN_ORDER.has(path)) return new Set(titles.slice(0, count))
  return new Set(ranked(titles, (title) => `${seed} ${path} ${title}`).slice(0, count))
}

/** In an order that looks random and is always the same. */
function ranked(items, nameOf) {
  const rank = (item) => createHash('sha256').update(nameOf(item)).digest('hex')
  const withRanks = items.map((item) => [rank(item), item])
  return withRanks.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item)
}
