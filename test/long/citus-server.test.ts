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
  ...[
    'allocate',
    'end-comped-plan',
    'entitlements',
    'entitlement-nodes',
    'hourly-rates',
    'packages-and-overrides',
    'plan-check',
    'preview-usage',
    'quota-windows',
    'rates',
    'record-usage',
    'release-reservation',
    'remove-spend-cap',
    'reserve',
  ].map((name) => `test/api/entitlements/${name}.test.ts`),
  ...[
    'cancel-subscription',
    'change-plan',
    'checkout-rules',
    'checkouts',
    'failed-refunds',
    'paypal-unsupported',
    'paypal-webhooks',
    'preview-plan-change',
    'remove-addon',
    'resume-subscription',
    'second-trials',
    'start-subscription',
    'subscription-sync',
    'taxes',
    'trial-changes',
    'upcoming-invoice',
    'void-usage',
  ].map((name) => `test/api/billing/${name}.test.ts`),
]

describeUnless(reason)('Server on tables that Citus distributes [SC13]', () => {
  let cluster: CitusCluster
  beforeAll(async () => {
    cluster = await startCitusCluster(FOLDER, process.env['STACKGATE_TEST_DATA'])
  })
  afterAll(() => cluster?.stop())

  it('passes the tests of usage, payments and faults that a single PostgreSQL passes', async () => {
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
