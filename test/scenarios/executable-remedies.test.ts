import { readdirSync } from 'node:fs'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { pricedTemplate } from '#test/contract/providers/provider.js'

/** Fields of an action and of no other kind of text. */
interface Action {
  readonly __typename: string
  readonly [field: string]: unknown
}

const ACTION = `action { __typename
  ... on StartSubscriptionAction { plan interval quantity currency } ... on ChangePlanAction { plan interval quantity }
  ... on PurchasePackageAction { package quantity currency } ... on AddAddonAction { package quantity }
  ... on PurchaseTemplateAction { templateId currency } ... on CancelSubscriptionAction { at }
  ... on RetryAction { provider at omittedFields } ... on WaitAction { retryAt } ... on OpenUrlAction { url } }`

/** Mutations of actions. The input is the fields of the action and a key. */
const MUTATIONS: Record<string, string> = {
  StartSubscriptionAction: 'startSubscription',
  ChangePlanAction: 'changePlan',
  PurchasePackageAction: 'purchasePackage',
  AddAddonAction: 'addAddon',
  PurchaseTemplateAction: 'purchaseTemplate',
}

/** Mutations that return a checkout. */
const PAID = new Set(['startSubscription', 'purchasePackage', 'purchaseTemplate'])

interface Feature {
  readonly feature: { readonly code: string; readonly kind: string }
  readonly limit: number | null
  readonly remaining: number | null
  readonly granted: boolean
  readonly unlimited: boolean
}

const CATALOGS = readdirSync('catalogs').map((name) => name.replace(/\.yaml$/, ''))
let serial = 0

/** A program that knows no product: it asks, carries out actions, and pays. */
class Program {
  private constructor(
    private readonly server: TestServer,
    private readonly token: string,
  ) {}

  static async of(server: TestServer): Promise<Program> {
    return new Program(server, await server.token(`program-${++serial}@example.com`))
  }

  async query<Data>(text: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.server.graphql<Data>(text, variables, this.token)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }

  async features(): Promise<Feature[]> {
    const { account } = await this.query<{ account: { entitlements: Feature[] } }>(
      `{ account { entitlements { feature { code kind } limit remaining granted unlimited } } }`,
    )
    return account.entitlements
  }

  async check(feature: string, amount: number): Promise<{ allowed: boolean; actions: Action[] }> {
    const { check } = await this.query<{
      check: { allowed: boolean; denial: { remedies: { action: Action | null }[] } | null }
    }>(
      `query ($feature: String!, $amount: SafeInt) { check(feature: $feature, amount: $amount) { allowed denial { remedies { ${ACTION} } } } }`,
      { feature, amount },
    )
    return { allowed: check.allowed, actions: (check.denial?.remedies ?? []).flatMap(({ action }) => action ?? []) }
  }

  async carryOut({ __typename, ...fields }: Action): Promise<void> {
    const mutation = MUTATIONS[__typename]!
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`
    const done = await this.query<Record<string, { __typename: string; sessionId?: string }>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${PAID.has(mutation) ? '... on Checkout { sessionId }' : ''} ... on Denial { code message } } }`,
      { input: { ...fields, idempotencyKey: `program-${++serial}` } },
    )
    const result = done[mutation]!
    if (result.__typename === 'Checkout') return this.pay(result.sessionId!)
    expect(result).toMatchObject({ __typename: mutation === 'changePlan' ? 'PlanChanged' : 'BillingSubscription' })
  }

  private async pay(sessionId: string): Promise<void> {
    await this.server.sandboxControl('POST', `checkouts/${sessionId}/pay`, {})
    const { confirmCheckout } = await this.query<{ confirmCheckout: { status: string } }>(
      `mutation ($id: String!) { confirmCheckout(input: { sessionId: $id }) { ... on Checkout { status } } }`,
      { id: sessionId },
    )
    expect(confirmCheckout.status).toBe('COMPLETED')
  }

  /** Subscribes to the lowest paid plan. */
  async subscribe(): Promise<void> {
    const { plans } = await this.query<{
      plans: { code: string; prices: { interval: string; money: { currency: string } }[] }[]
    }>(`{ plans { code prices { interval money { currency } } } }`)
    const plan = plans.find(({ prices }) => prices.length > 0)!
    const [{ interval, money }] = plan.prices as [(typeof plan.prices)[number]]
    await this.carryOut({
      __typename: 'StartSubscriptionAction',
      plan: plan.code,
      interval,
      quantity: 1,
      currency: money.currency,
    })
  }
}

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
    'carries out each kind of remedy %s, and is allowed [S10]',
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

  it('buys a template that a deployment requires [S10]', async () => {
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: 'ONE_TIME' })
    const program = await Program.of(server)
    const eligibility = () =>
      program.query<{
        deploymentEligibility: { allowed: boolean; denials: { remedies: { action: Action | null; url: string }[] }[] }
      }>(
        `query ($id: ID!) { deploymentEligibility(templateId: $id) { allowed denials { remedies { url ${ACTION} } } } }`,
        { id: templateId },
      )
    const { deploymentEligibility: refused } = await eligibility()
    const [remedy] = refused.denials[0]!.remedies
    expect(remedy!.action).toEqual({ __typename: 'PurchaseTemplateAction', templateId, currency: 'USD' })
    await program.carryOut(remedy!.action!)
    expect((await eligibility()).deploymentEligibility.allowed).toBe(true)
  })

  it('changes the plan where it already subscribes, and reads absolute URLs [S10]', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const start = (plan: string) =>
      program.query<{ startSubscription: { code: string; remedies: { action: Action | null }[] } }>(
        `mutation ($plan: String!, $key: String!) { startSubscription(input: { plan: $plan, interval: MONTH, idempotencyKey: $key }) {
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
