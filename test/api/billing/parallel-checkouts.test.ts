import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Checkouts of different plans at the same time', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const PLANS = ['basic', 'plus', 'individual']

  it('leave one page open, which can be paid, also beside a page that was open before', async () => {
    for (let attempt = 0; attempt < 14; attempt++) {
      const ann = await Buyer.named(server, `parallel-${attempt}@example.com`)
      if (attempt % 2 === 0) await ann.start('startSubscription', { plan: 'basic' })
      const pages = await Promise.all(PLANS.map((plan) => ann.start('startSubscription', { plan })))
      const open = await server.query<{ id: string; providerReference: string }>(
        `select c.id, c.session_id as "providerReference" from checkout c join account a on a.id = c.account_id
         where a.external_id = $1 and c.status in ('CREATING', 'OPEN')`,
        [ann.email],
      )
      expect([attempt, open.length]).toEqual([attempt, 1])
      const [page] = open
      expect(pages.map(({ id }) => id)).toContain(page!.id)
      for (const { __typename, code, id } of pages)
        if (__typename !== 'Checkout') expect([id, code]).toEqual([undefined, 'CHECKOUT_CONFLICT'])
      await ann.pay(page!.providerReference)
      expect([attempt, await ann.confirm(page!.providerReference)]).toEqual([attempt, 'COMPLETED'])
    }
  })

  it('are those of the latest call, however long the reading of each call takes', async () => {
    const query = `mutation ($input: StartSubscriptionInput!, $key: String!) {
      startSubscription(input: $input, key: $key) { checkout { __typename id } }
    }`
    for (let attempt = 0; attempt < 5; attempt++) {
      const bob = await Buyer.named(server, `latest-${attempt}@example.com`)
      await bob.start('startSubscription', { plan: 'basic' })
      const started: Promise<{ id: string; __typename: string }>[] = []
      for (const plan of Array.from({ length: 4 }, () => PLANS).flat()) {
        // Requests on several connections could arrive in another order.
        const called = server.app.edge.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { authorization: `Bearer ${bob.token}` },
          payload: {
            query,
            variables: { input: { plan, provider: 'STRIPE' }, key: `latest-${started.length}` },
          },
        })
        started.push(called.then((answer) => answer.json().data.startSubscription.checkout))
        await new Promise((wake) => setTimeout(wake, 4))
      }
      const pages = await Promise.all(started)
      const open = await server.query<{ id: string }>(
        `select c.id from checkout c join account a on a.id = c.account_id where a.external_id = $1 and c.status = 'OPEN'`,
        [bob.email],
      )
      expect([attempt, open]).toEqual([attempt, [{ id: pages.at(-1)!.id }]])
    }
  })
})
