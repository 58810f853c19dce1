import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startCitusCluster, type CitusCluster } from '../support/citus-cluster.mjs'
import { describeUnless } from '../support/skip.js'

const FOLDER = process.env['CITUS_POSTGRES'] ?? ''
const reason =
  FOLDER === ''
    ? 'CITUS_POSTGRES names no PostgreSQL with Citus'
    : existsSync(join(FOLDER, 'lib/citus.so'))
      ? null
      : `${FOLDER} contains no lib/citus.so`

/** Tests that pass completely on distributed tables. docs/scale.md lists what does not work. */
const FILES = [
  'test/faults/distributed.test.ts',
  'test/faults/distributed-agents.test.ts',
  'test/faults/killed-agents.test.ts',
  ...[
    'allocate',
    'assign-seat',
    'commit-reservation',
    'comp-plan',
    'deallocate',
    'end-comped-plan',
    'entitlements',
    'entitlement-nodes',
    'grant-credits',
    'hourly-rates',
    'money-caps',
    'move-seat',
    'packages-and-overrides',
    'plan-check',
    'preview-usage',
    'quota-windows',
    'rate-cards',
    'rates',
    'record-usage',
    'release-reservation',
    'remove-spend-cap',
    'reserve',
    'set-balance-alerts',
    'set-parent-account',
    'set-spend-cap',
    'set-sub-account-limit',
    'set-usage-alerts',
    'unassign-seat',
  ].map((name) => `test/api/entitlements/${name}.test.ts`),
  ...[
    'add-addon',
    'amend-usage',
    'cancel-subscription',
    'change-plan',
    'checkout-rules',
    'checkouts',
    'failed-refunds',
    'offer-negotiated-plan',
    'open-usage-batch',
    'overage',
    'overage-invoices',
    'paypal-unsupported',
    'paypal-webhooks',
    'plan-migrations',
    'preview-plan-change',
    'preview-plan-migration',
    'preview-usage-amendment',
    'preview-usage-batch',
    'remove-addon',
    'remove-auto-top-up',
    'resume-plan-migration',
    'resume-subscription',
    'second-trials',
    'set-auto-top-up',
    'start-subscription',
    'stop-plan-migration',
    'subscription-sync',
    'taxes',
    'top-up-faults',
    'trial-changes',
    'upcoming-invoice',
    'void-usage',
    'withdraw-negotiated-plan',
  ].map((name) => `test/api/billing/${name}.test.ts`),
  ...[
    'accept-drift',
    'account-invariants',
    'churn',
    'compare-money',
    'compare-paypal-money',
    'comped-plans',
    'credit-analytics',
    'dead-letters',
    'export-account',
    'heal-drift',
    'package-performance',
    'queue-stats',
    'reconcile',
    'reconciliation-reports',
    'reconciliation-runs',
    'recurring-revenue',
    'retry-dead-letter',
    'revenue',
    'statement',
    'subscriptions',
    'trial-conversion',
    'user-credit-summary',
  ].map((name) => `test/api/ops/${name}.test.ts`),
  ...[
    'agent-calls',
    'agent-presence',
    'cancel-command',
    'command-details',
    'command-lists',
    'command-queue',
    'commands',
    'delivery',
    'deployment-events',
    'enqueue-command',
    'enqueue-commands',
    'large-reports',
    'load-history',
    'observed-deployments',
    'outages',
    'redelivery',
    'register-agent',
    'reissue-enrolment',
    'report',
    'revoke-agent',
    'rotate-agent-token',
    'signature',
    'start-deployment',
    'stop-deployment',
    'tracked-deployments',
  ].map((name) => `test/api/deployments/${name}.test.ts`),
]

describeUnless(reason)('Server on tables that Citus distributes [SC13]', () => {
  let cluster: CitusCluster
  beforeAll(async () => {
    cluster = await startCitusCluster(FOLDER, process.env['STACKGATE_TEST_DATA'])
  })
  afterAll(() => cluster?.stop())

  it('passes the tests of usage, payments, agents and faults that a single PostgreSQL passes', async () => {
    const { STACKGATE_LONG: _, ...env } = process.env
    const child = spawn(process.execPath, ['test/run.mjs', ...FILES], {
      env: { ...env, CITUS_DATABASE_URL: cluster.urls.join(',') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    await new Promise((resolve) => child.once('close', resolve))
    expect(shown.split('\n').filter((line) => /^failed|^skipped/.test(line))).toEqual([])
    expect(shown).toMatch(/^\d+ passed, 0 failed$/m)
  })
})
