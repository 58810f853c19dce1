import { readdirSync } from 'node:fs'
import { Program, type Result, type Step } from '#test/support/remedy-program.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOGS = readdirSync('catalogs')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace(/\.yaml$/, ''))

/** The remedy with a mutation, or without one: `retry`, `page` or `wait`. A denial without it is a failure. */
function stepOf({ steps, code }: Pick<Result, 'steps' | 'code'>, name: string): Step {
  const found = steps.find((step) => nameOf(step) === name)
  if (!found) throw new Error(`${code} has no ${name}: ${JSON.stringify(steps)}`)
  return found
}

const nameOf = ({ mutation, input, url }: Step): string => mutation ?? (input ? 'retry' : url ? 'page' : 'wait')

describe.each(CATALOGS)('A program carries out remedies that buy nothing, in the catalog %s', (catalog) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(() => server.close())

  const subscriptionOf = async (program: Program) =>
    (
      await program.query<{
        account: { billing: { subscription: { status: string; cancelAt: string | null } | null } }
      }>(`{ account { billing { subscription { status cancelAt } } } }`)
    ).account.billing.subscription

  it('cancels the subscription that forbids a deletion, and resumes one that ends', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const denied = await program.request('deleteAccount')
    await program.carryOut(stepOf(denied, 'cancelSubscription'))
    expect((await subscriptionOf(program))!.cancelAt).not.toBeNull()
    expect((await program.request('deleteAccount')).code).toBeUndefined()
    const held = await program.request('startSubscription', await program.cheapest())
    await program.carryOut(stepOf(held, 'cancelAccountDeletion'))

    const again = await program.request('startSubscription', await program.cheapest())
    expect(again.code).toBe('SUBSCRIPTION_CONFLICT')
    await program.carryOut(stepOf(again, 'resumeSubscription'))
    expect((await subscriptionOf(program))!.cancelAt).toBeNull()
  })

  it('repeats a denied mutation without what the provider lacks', async () => {
    const program = await Program.of(server)
    const input = { ...(await program.cheapest()), provider: 'PAYPAL', promotionCode: 'SPRING' }
    const denied = await program.request('startSubscription', input)
    expect(denied.code).toBe('NOT_SUPPORTED_BY_PROVIDER')
    const retry = stepOf(denied, 'retry')
    const page = await program.retry('startSubscription', input, retry)
    expect(page.code).toBeUndefined()
    await program.payCheckout(page)

    // PayPal has no portal: the step is a page for the person.
    const portal = await program.request('openBillingPortal')
    expect(portal.code).toBe('NOT_SUPPORTED_BY_PROVIDER')
    const { url } = stepOf(portal, 'page')
    expect(new URL(url as string).protocol).toBe('https:')
  })

  it('opens the billing portal for a debt', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const [customer] = await server.query<{ id: string }>(
      `select customer_id as id from billing_customer where provider = 'STRIPE' order by created_at desc limit 1`,
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: customer!.id, times: 10 })
    const [period] = await server.query<{ ends: Date }>(
      `select current_period_end as ends from billing_subscription where provider = 'STRIPE' order by started_at desc, id desc limit 1`,
    )
    await server.advanceTo(new Date(period!.ends.getTime() + 2 * 3_600_000).toISOString())
    await eventually(
      () => subscriptionOf(program),
      (found) => found?.status === 'PAST_DUE',
    )
    const denied = await program.request('startSubscription', await program.cheapest())
    const portal = stepOf(denied, 'openBillingPortal')
    const { url } = await program.request('openBillingPortal', { ...portal.input })
    const page = await fetch(url!)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Invoices')])
  })

  it('waits until a quota resets', async () => {
    const program = await Program.of(server)
    const { account } = await program.query<{
      account: {
        id: string
        usage: { entitlements: { feature: { code: string; kind: string }; remaining: number | null }[] }
      }
    }>(`{ account { id usage { entitlements { feature { code kind } remaining } } } }`)
    const quota = account.usage.entitlements.find(
      ({ feature, remaining }) => feature.kind === 'QUOTA' && (remaining ?? 0) > 0,
    )
    // Not every catalog has a quota in its free plan.
    if (!quota) return
    const { feature, remaining } = quota
    const service = await server.serviceKey(['entitlements:write'], account.id)
    const { data } = await server.graphql<{ consume: { code?: string } }>(
      `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { denial { code } } }`,
      { input: { accountId: account.id, feature: feature.code, amount: remaining }, key: 'all' },
      service,
    )
    expect(data.consume.code).toBeUndefined()
    const denied = await program.check(feature.code, 1)
    const { at } = stepOf({ steps: denied.steps, code: 'QUOTA_EXCEEDED' }, 'wait')
    await server.advanceTo(at!)
    expect(await program.check(feature.code, 1)).toMatchObject({ allowed: true })
  })
})
