import { Buyer } from '../support/buyer.js'
import { buyPlan } from '../support/buy-plan.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { startRewritingProxy, type RewritingProxy } from '../support/rewriting-proxy.js'

// 200 with an unexpected body: of a gateway, of a replacement, of another API version.
describe('Provider response with an unexpected shape', () => {
  let server: TestServer
  let stripe: RewritingProxy
  let paypal: RewritingProxy
  beforeAll(async () => {
    stripe = await startRewritingProxy()
    paypal = await startRewritingProxy()
    server = await startTestServer({
      stripeThrough: (url) => stripe.to(url),
      payPalThrough: (url) => paypal.to(url),
    })
  })
  afterEach(() => {
    stripe.mend()
    paypal.mend()
  })
  afterAll(async () => {
    await server.close()
    await stripe.close()
    await paypal.close()
  })

  const start = async (token: string, provider = 'STRIPE') =>
    (
      await server.graphql<{ startSubscription: { __typename: string; url?: string; code?: string } }>(
        `mutation ($provider: PaymentProvider!) {
          startSubscription(input: { plan: "plus", provider: $provider }, key: "buy") { checkout { __typename url } denial { __typename code } }
        }`,
        { provider },
        token,
      )
    ).data.startSubscription
  const denial = { __typename: 'Denial', code: 'PROVIDER_UNAVAILABLE' }

  it('is requested again, and a checkout opens', async () => {
    stripe.rewrite('POST', /^\/v1\/checkout\/sessions$/, (session) => ({ ...session, url: null }), 1)
    expect(await start(await server.token('once@example.com'))).toMatchObject({
      __typename: 'Checkout',
      url: expect.stringMatching(/^http/),
    })
  })

  it.each([
    ['STRIPE', 'a null url', { url: null }],
    ['STRIPE', 'no id', { id: undefined }],
    ['STRIPE', 'an address that a browser must not follow', { url: 'javascript:alert(1)' }],
    ['PAYPAL', 'no links', { links: [] }],
    ['PAYPAL', 'no id', { id: undefined }],
  ])(
    '%s, %s: is denied with a code, opens no checkout, and the same key works afterwards',
    async (provider, what, change) => {
      const token = await server.token(`${provider}-${what.replaceAll(' ', '-')}@example.com`)
      const of = (session: Record<string, unknown>) => ({ ...session, ...change })
      stripe.rewrite('POST', /^\/v1\/checkout\/sessions$/, of)
      paypal.rewrite('POST', /\/v1\/billing\/subscriptions$/, of)
      expect(await start(token, provider)).toEqual(denial)
      expect(await server.query(`select id from checkout where status = 'OPEN' and url is null`)).toEqual([])
      stripe.mend()
      paypal.mend()
      expect(await start(token, provider)).toMatchObject({
        __typename: 'Checkout',
        url: expect.stringMatching(/^http/),
      })
    },
  )

  it('denies the portal with a code instead of an internal error', async () => {
    const token = await server.token('portal@example.com')
    await buyPlan(server, token, 'plus')
    stripe.rewrite('POST', /^\/v1\/billing_portal\/sessions$/, ({ url: _url, ...rest }) => rest)
    const { data, errors } = await server.graphql(
      `mutation { openBillingPortal { denial { __typename code } } }`,
      {},
      token,
    )
    expect([errors, data]).toEqual([undefined, { openBillingPortal: denial }])
  })

  it('keeps an event pending until the object can be read', async () => {
    const buyer = await Buyer.named(server, 'event@example.com')
    stripe.rewrite('GET', /^\/v1\/subscriptions\/sub_/, ({ items: _items, ...rest }) => rest)
    const page = await buyer.start('startSubscription', { plan: 'plus' })
    await server.sandboxControl('POST', `checkouts/${page.providerReference}/pay`, {})
    const waiting = () =>
      server.query<{ state_reason: string }>(
        `select state_reason from inbox_event where state = 'RETRYING' and object_key like 'subscription:%'`,
      )
    await eventually(waiting, (rows) => rows.length > 0, 30_000)
    expect((await buyer.account()).plan.plan.code).not.toBe('plus')
    stripe.mend()
    await buyer.buyerWhen(({ plan }) => plan.plan.code === 'plus')
  })
})
