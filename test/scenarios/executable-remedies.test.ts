import { readdirSync } from 'node:fs'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { isSendable, Program, STEP, type Feature, type Step } from '#test/support/remedy-program.js'
import { pricedTemplate } from '#test/contract/providers/provider.js'

const CATALOGS = readdirSync('catalogs')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace(/\.yaml$/, ''))
let serial = 0

/** The same step for another customer, whose account its arguments name. */
const stepOf = ({ steps }: { readonly steps: readonly Step[] }, { mutation, label }: Step): Step =>
  steps.find((step) => step.mutation === mutation && step.label === label)!

/** One more than is left. Null if the feature cannot be used up. */
function tooMuch({ feature, limit, remaining, granted, unlimited }: Feature): number | null {
  if (unlimited) return null
  if (feature.kind === 'BOOLEAN') return granted ? null : 1
  return ((feature.kind === 'RATE' ? limit : remaining) ?? 0) + 1
}

describe.each(CATALOGS)('A program that parses no text, in the catalog %s', (catalog) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(() => server.close())

  it.each(['without a subscription', 'with a subscription'])(
    'carries out each kind of remedy %s, and is allowed',
    async (state) => {
      const customer = async () => {
        const program = await Program.of(server)
        if (state === 'with a subscription') await program.subscribe()
        return program
      }
      const asking = await customer()
      const tried = new Set<string>()
      for (const feature of await asking.features()) {
        const [code, amount] = [feature.feature.code, tooMuch(feature)]
        if (amount === null) continue
        const { allowed, steps } = await asking.check(code, amount)
        expect([code, allowed]).toEqual([code, false])
        for (const step of steps.filter(isSendable)) {
          const kind = `${step.mutation} ${feature.feature.kind}`
          if (tried.has(kind)) continue
          tried.add(kind)
          const program = await customer()
          await program.carryOut(stepOf(await program.check(code, amount), step))
          expect([catalog, code, step, (await program.check(code, amount)).allowed]).toEqual([
            catalog,
            code,
            step,
            true,
          ])
        }
      }
      // With a subscription to `communities`, everything that is counted is sold without a limit.
      if (state === 'without a subscription') expect(tried.size).toBeGreaterThan(0)
    },
    240_000,
  )
})

describe('A program that parses no text', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { APP_URL: 'https://app.example.com' } })
  })
  afterAll(() => server.close())

  it('buys a template that a deployment requires', async () => {
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
    const program = await Program.of(server)
    const eligibility = () =>
      program.query<{
        template: { eligibility: { allowed: boolean; denials: { remedies: Step[] }[] } }
      }>(
        `query ($id: ID!) { template(by: { id: $id }) { eligibility { allowed denials { remedies { ${STEP} } } } } }`,
        { id: templateId },
      )
    const { eligibility: refused } = (await eligibility()).template
    const [remedy] = refused.denials[0]!.remedies
    expect(remedy).toMatchObject({
      mutation: 'purchaseTemplate',
      input: { input: { accountId: expect.any(String) as string, templateId, currency: 'USD' } },
    })
    await program.carryOut(remedy!)
    expect((await eligibility()).template.eligibility.allowed).toBe(true)
  })

  it('changes the plan where it already subscribes, and reads absolute URLs', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const start = (plan: string) =>
      program.query<{ startSubscription: { code: string; remedies: Step[] } }>(
        `mutation ($plan: String!, $key: String!) {
          startSubscription(input: { provider: STRIPE, plan: $plan, interval: { unit: MONTH } }, key: $key) { denial { code remedies { ${STEP} } } }
        }`,
        { plan, key: `start-${++serial}` },
      )
    const { startSubscription: refused } = await start('plus')
    const [remedy] = refused.remedies
    const interval = { unit: 'MONTH', count: 1 }
    const input = { accountId: expect.any(String) as string, plan: 'plus', interval, quantity: 1 }
    expect(remedy).toMatchObject({ mutation: 'changePlan', input: { input } })
    await program.carryOut(remedy!)
    const { account } = await program.query<{ account: object }>(
      `{ account { billing { subscription { plan { code } } } } }`,
    )
    expect(account).toEqual({ billing: { subscription: { plan: { code: 'plus' } } } })
    const { check } = await program.query<{ check: { denial: { remedies: { url: string }[] } } }>(
      `{ check(feature: "deployments", amount: 100) { denial { remedies { url } } } }`,
    )
    for (const { url } of check.denial.remedies) expect(url).toBe(`${server.url}/billing/start`)
  })
})
