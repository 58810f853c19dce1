import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountOf, change, subscribe, type Subscriber } from '#test/support/subscribers.js'

describe("Subscription copy and the provider's state", () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const stripe = async (method: string, path: string, body: Record<string, string> = {}) => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
      ...(method === 'GET' ? {} : { body: new URLSearchParams(body) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as { id: string; schedule: string; items: { data: { id: string }[] } }
  }
  const priceOf = async (code: string, interval = 'MONTH') =>
    (
      await server.query<{ external_id: string }>(
        `select pp.external_id from provider_price pp join price pr on pr.id = pp.price_id join product p on p.id = pr.product_id
         where p.code = $1 and pr."interval" = $2 and pp.provider = 'STRIPE'`,
        [code, interval],
      )
    )[0]!.external_id
  const becomes = (who: Subscriber, plan: string) =>
    eventually(
      () => accountOf(server, who),
      (account) => account.plan.plan.code === plan && account.subscription?.plan.code === plan,
    )

  it("syncs a plan change from the provider's dashboard and keeps a scheduled change while it exists there", async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await change(server, ann, 'changePlan', { plan: 'basic' })
    const { items } = await stripe('GET', `subscriptions/${ann.externalId}`)
    await stripe('POST', `subscriptions/${ann.externalId}`, {
      'items[0][id]': items.data[0]!.id,
      'items[0][price]': await priceOf('individual'),
      'items[0][quantity]': '2',
    })
    const account = await becomes(ann, 'individual')
    expect(account.subscription).toMatchObject({ quantity: 2, scheduledChange: { plan: { code: 'basic' } } })
    await eventually(
      () =>
        server.query(`select 1 from subscription_change where account_id = $1 and pushed_to_provider`, [ann.accountId]),
      (rows) => rows.length === 1,
    )
    const { schedule } = await stripe('GET', `subscriptions/${ann.externalId}`)
    await stripe('POST', `subscription_schedules/${schedule}/release`)
    await eventually(
      () => accountOf(server, ann),
      ({ subscription }) => subscription?.scheduledChange === null,
    )
    const [planned] = await server.query(
      `select status, failure_reason from subscription_change where account_id = $1`,
      [ann.accountId],
    )
    expect(planned).toEqual({ status: 'SUPERSEDED', failure_reason: 'the subscription was changed elsewhere' })
    await eventually(
      () => server.logLines.join(''),
      (log) => /Subscription sub_\w+ updated to individual/.test(log) && log.includes('Subscription created'),
    )
  })
})
