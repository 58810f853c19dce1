import { readdirSync } from 'node:fs'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { ACTION, MUTATIONS, Program, type Action, type Feature } from '#test/support/remedy-program.js'
import { pricedTemplate } from '#test/contract/providers/provider.js'

const CATALOGS = readdirSync('catalogs').map((name) => name.replace(/\.yaml$/, ''))
let serial = 0

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
        const { allowed, actions } = await asking.check(code, amount)
        expect([code, allowed]).toEqual([code, false])
        for (const action of actions.filter(({ __typename }) => MUTATIONS[__typename])) {
          const kind = `${action.__typename} ${feature.feature.kind}`
          if (tried.has(kind)) continue
          tried.add(kind)
          const program = await customer()
          await program.carryOut(action)
          expect([catalog, code, action, (await program.check(code, amount)).allowed]).toEqual([
            catalog,
            code,
            action,
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
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: 'ONE_TIME' })
    const program = await Program.of(server)
    const eligibility = () =>
      program.query<{
        template: {
          eligibility: { allowed: boolean; denials: { remedies: { action: Action | null; url: string }[] }[] }
        }
      }>(
        `query ($id: ID!) { template(by: { id: $id }) { eligibility { allowed denials { remedies { url ${ACTION} } } } } }`,
        { id: templateId },
      )
    const { eligibility: refused } = (await eligibility()).template
    const [remedy] = refused.denials[0]!.remedies
    expect(remedy!.action).toEqual({
      __typename: 'PurchaseTemplateAction',
      templateId,
      currency: 'USD',
      provider: 'STRIPE',
    })
    await program.carryOut(remedy!.action!)
    expect((await eligibility()).template.eligibility.allowed).toBe(true)
  })

  it('changes the plan where it already subscribes, and reads absolute URLs', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const start = (plan: string) =>
      program.query<{ startSubscription: { code: string; remedies: { action: Action | null }[] } }>(
        `mutation ($plan: String!, $key: String!) { startSubscription(input: { provider: STRIPE, plan: $plan, interval: MONTH, idempotencyKey: $key }) {
           ... on SubscriptionConflict { code remedies { ${ACTION} } } } }`,
        { plan, key: `start-${++serial}` },
      )
    const { startSubscription: refused } = await start('plus')
    expect(refused.remedies[0]!.action).toEqual({
      __typename: 'ChangePlanAction',
      plan: 'plus',
      interval: 'MONTH',
      quantity: 1,
    })
    await program.carryOut(refused.remedies[0]!.action!)
    const { account } = await program.query<{ account: object }>(`{ account { subscription { plan { code } } } }`)
    expect(account).toEqual({ subscription: { plan: { code: 'plus' } } })
    const { check } = await program.query<{ check: { denial: { remedies: { url: string }[] } } }>(
      `{ check(feature: "deployments", amount: 100) { denial { remedies { url } } } }`,
    )
    for (const { url } of check.denial.remedies) expect(url).toBe(`${server.url}/billing/start`)
  })
})
