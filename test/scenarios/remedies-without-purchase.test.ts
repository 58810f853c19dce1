import { readdirSync } from 'node:fs'
import { Program, type Action, type Result } from '#test/support/remedy-program.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOGS = readdirSync('catalogs').map((name) => name.replace(/\.yaml$/, ''))

/** The action of a denial of this type; a denial without it is a failure. */
function actionOf({ actions, code }: Pick<Result, 'actions' | 'code'>, type: string): Action {
  const found = actions.find(({ __typename }) => __typename === type)
  if (!found) throw new Error(`${code} has no ${type}: ${JSON.stringify(actions)}`)
  return found
}

describe.each(CATALOGS)('A program carries out remedies that buy nothing, in the catalog %s', (catalog) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(() => server.close())

  const subscriptionOf = async (program: Program) =>
    (
      await program.query<{ account: { subscription: { status: string; cancelAt: string | null } | null } }>(
        `{ account { subscription { status cancelAt } } }`,
      )
    ).account.subscription

  it('cancels the subscription that forbids a deletion, and resumes one that ends', async () => {
    const program = await Program.of(server)
    await program.subscribe()
    const denied = await program.request('deleteAccount')
    const cancel = actionOf(denied, 'CancelSubscriptionAction')
    await program.request('cancelSubscription', { at: cancel['at'] })
    expect((await subscriptionOf(program))!.cancelAt).not.toBeNull()
    expect(await program.request('deleteAccount')).toMatchObject({ __typename: 'AccountJob' })
    expect(await program.request('cancelAccountDeletion')).toMatchObject({ __typename: 'AccountJob' })

    const again = await program.request('startSubscription', await program.cheapest())
    expect(again.code).toBe('SUBSCRIPTION_CONFLICT')
    actionOf(again, 'ResumeSubscriptionAction')
    expect(await program.request('resumeSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
    expect((await subscriptionOf(program))!.cancelAt).toBeNull()
  })

  it('repeats a denied mutation without what the provider lacks', async () => {
    const program = await Program.of(server)
    const input = { ...(await program.cheapest()), provider: 'PAYPAL', promotionCode: 'SPRING' }
    const denied = await program.request('startSubscription', input)
    expect(denied.code).toBe('NOT_SUPPORTED_BY_PROVIDER')
    const retry = actionOf(denied, 'RetryAction')
    const page = await program.retry('startSubscription', input, retry)
    expect(page).toMatchObject({ __typename: 'Checkout' })
    await program.payCheckout(page)

    // PayPal has no portal: the step is a page for the person.
    const portal = await program.request('openBillingPortal')
    expect(portal.code).toBe('NOT_SUPPORTED_BY_PROVIDER')
    const { url } = actionOf(portal, 'OpenUrlAction')
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
    actionOf(denied, 'OpenBillingPortalAction')
    const { url } = await program.request('openBillingPortal')
    const page = await fetch(url!)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Invoices')])
  })

  it('waits until a quota resets', async () => {
    const program = await Program.of(server)
    const { account } = await program.query<{
      account: { id: string; entitlements: { feature: { code: string; kind: string }; remaining: number | null }[] }
    }>(`{ account { id entitlements { feature { code kind } remaining } } }`)
    const quota = account.entitlements.find(
      ({ feature, remaining }) => feature.kind === 'QUOTA' && (remaining ?? 0) > 0,
    )
    // Not every catalog has a quota in its free plan.
    if (!quota) return
    const { feature, remaining } = quota
    const service = await server.serviceKey(['entitlements:write'], account.id)
    const { data } = await server.graphql<{ consume: { __typename: string } }>(
      `mutation ($input: ConsumeInput!) { consume(input: $input) { __typename } }`,
      { input: { accountId: account.id, feature: feature.code, amount: remaining, idempotencyKey: 'all' } },
      service,
    )
    expect(data.consume.__typename).toBe('Consumption')
    const denied = await program.check(feature.code, 1)
    const { retryAt } = actionOf({ actions: denied.actions, code: 'QUOTA_EXCEEDED' }, 'WaitAction')
    await server.advanceTo(retryAt as string)
    expect(await program.check(feature.code, 1)).toMatchObject({ allowed: true })
  })
})
