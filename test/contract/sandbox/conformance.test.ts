import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runAgainstSandbox } from '@stackgate/sandbox/conformance/run-against-sandbox.js'
import { diffTraces } from '@stackgate/sandbox/conformance/diff-traces.js'
import { SCENARIO } from '@stackgate/sandbox/conformance/scenario.js'
import { stripeContract } from '@stackgate/sandbox/contract/contract.js'

const now = Date.parse('2026-01-31T10:00:00Z') / 1000

/** Objects that no route of the sandbox returns. */
const ABSENT = new Set([
  'bank_account',
  'billing.meter_event_adjustment',
  'card',
  'entitlements.active_entitlement',
  'entitlements.active_entitlement_summary',
  'entitlements.feature',
  'product_feature',
  'radar.early_fraud_warning',
  'tax_id',
  'transfer_reversal',
])

describe('sandbox scenario', () => {
  it('has at least 60 steps over all object types, breaks no schema, and repeats identically', async () => {
    expect(SCENARIO.length).toBeGreaterThanOrEqual(60)
    expect(new Set(SCENARIO.map(({ name }) => name)).size).toBe(SCENARIO.length)
    const [one, other] = await Promise.all([runAgainstSandbox(SCENARIO, { now }), runAgainstSandbox(SCENARIO, { now })])
    expect(diffTraces(one.played, other.played)).toEqual([])
    expect([...one.violations, ...other.violations]).toEqual([])
    const seen = new Set(JSON.stringify(one.played).match(/(?<="object":")[a-z_.]+(?=")/g))
    const unseen = Object.keys(stripeContract().objects).filter((object) => !seen.has(object) && !ABSENT.has(object))
    expect(unseen).toEqual([])
    // The sandbox would respond with 501 to unsupported calls. No step of the scenario causes one.
    expect(JSON.stringify(one.played)).not.toContain('not_implemented_in_sandbox')
  })

  it('reports the differences of two runs', () => {
    const played = (outcome: unknown) => [{ step: 'a step', outcome }]
    expect(diffTraces(played({ a: [1, { b: 2 }] }), played({ a: [1, { b: 3 }], c: null }))).toEqual([
      'a step: a.1.b: 2 | 3',
      'a step: c: absent | null',
    ])
    expect(diffTraces(played(1), [])).toEqual(['a step: played by one only'])
  })

  it('runs against Stripe only with a test-mode key', () => {
    for (const key of ['', 'sk_test_sandbox_x', 'sk_live_x']) {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(process.cwd(), 'packages/sandbox/dist/conformance/main.js'), '--live'],
        { env: { PATH: process.env['PATH'], STRIPE_SECRET_KEY: key }, encoding: 'utf8' },
      )
      expect([status, stderr]).toEqual([1, expect.stringContaining('nothing was called')])
    }
  })
})
