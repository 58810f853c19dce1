import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { diffTraces } from '@stackgate/sandbox/conformance/diff-traces.js'
import { playAgainstPayPalSandbox } from '@stackgate/sandbox/conformance/paypal/play.js'
import { PAYPAL_SCENARIO } from '@stackgate/sandbox/conformance/paypal/scenario.js'
import { PAYPAL_ROUTES } from '@stackgate/sandbox/paypal/routes.js'

const now = new Date('2026-01-31T10:00:00Z')

describe('PayPal sandbox scenario', () => {
  it('covers every route, breaks no schema, and repeats identically', async () => {
    expect(PAYPAL_SCENARIO.length).toBeGreaterThanOrEqual(60)
    expect(new Set(PAYPAL_SCENARIO.map(({ name }) => name)).size).toBe(PAYPAL_SCENARIO.length)
    const [one, other] = await Promise.all([
      playAgainstPayPalSandbox(PAYPAL_SCENARIO, { now }),
      playAgainstPayPalSandbox(PAYPAL_SCENARIO, { now }),
    ])
    expect(diffTraces(one.played, other.played)).toEqual([])
    expect([...one.violations, ...other.violations]).toEqual([])
    const isCalled = (method: string, path: string) => {
      const form = new RegExp(`^/paypal${path.replaceAll(/:\w+/g, '[^/?]+')}(\\?|$)`)
      return one.calls.some((call) => call.method === method && form.test(call.path))
    }
    expect(PAYPAL_ROUTES.filter(({ method, path }) => !isCalled(method, path))).toEqual([])
    const statuses = Object.fromEntries(
      one.played.map(({ step, outcome }) => [step, (outcome as { status: number }).status]),
    )
    // Steps that fail say so in their name, and no other step fails.
    const failed = Object.entries(statuses).filter(([, status]) => status >= 400)
    expect(failed.filter(([name]) => !/\b(refused|missed|not|nothing)\b/.test(name))).toEqual([])
    expect(failed.length).toBeGreaterThanOrEqual(15)
    expect(JSON.stringify(one.played)).not.toMatch(/NOT_IMPLEMENTED|not_implemented/)
  })

  it('runs only supported steps against PayPal', async () => {
    const { played, violations } = await playAgainstPayPalSandbox(PAYPAL_SCENARIO, { now, live: true })
    expect(violations).toEqual([])
    expect(played.map(({ step }) => step)).toEqual(
      PAYPAL_SCENARIO.filter(({ sandboxOnly }) => !sandboxOnly).map(({ name }) => name),
    )
    expect(played.length).toBeGreaterThanOrEqual(30)
  })

  it("runs against PayPal only with a client of PayPal's sandbox", () => {
    for (const client of ['', 'sandbox-client-x']) {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(process.cwd(), 'packages/sandbox/dist/conformance/main.js'), '--paypal', '--live'],
        {
          env: { PATH: process.env['PATH'], PAYPAL_CLIENT_ID: client, PAYPAL_CLIENT_SECRET: 'whatever-it-is' },
          encoding: 'utf8',
        },
      )
      expect([status, stderr]).toEqual([1, expect.stringContaining('nothing was called')])
    }
  })
})
