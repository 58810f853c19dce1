import { variablesOf } from '#test/support/mutations.js'
import { StartSubscription, Checkout, Operation } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { ofType } from '#test/support/of-type.js'

const START = `mutation ($input: StartSubscriptionInput!, $key: String!) {
  startSubscription(input: $input, key: $key) {
    checkout { __typename id providerReference status url interval { unit count } money { amountMinor currency decimal } product { type code } account { id } expiresAt }
    denial { __typename
      code
      message
      issues { path }
      remedies { kind at mutation subject { id } }
      subscription { id status plan { code } items { quantity price { money { decimal } } product { code } } }
    }
  }
}`

interface Result {
  startSubscription: {
    __typename: string
    id: string
    providerReference: string
    status: string
    url: string
    code: string
    subscription: { status: string }
  }
}

interface StripeCall {
  method: string
  path: string
}

describe('Starting a subscription', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  let serial = 0
  const start = async (token: string | null, input: Record<string, unknown>) =>
    server.graphql<Result>(
      START,
      variablesOf('startSubscription', { provider: 'STRIPE', plan: 'plus', key: `key-${++serial}`, ...input }),
      token,
    )
  const calls = async (path: string) =>
    (await server.sandboxControl<{ calls: StripeCall[] }>('GET', 'calls')).calls.filter(
      (call) => call.method === 'POST' && call.path.startsWith(path),
    ).length
  const stripe = async <Found>(path: string): Promise<Found> =>
    (await (
      await fetch(`${server.sandbox.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_sandbox_server' } })
    ).json()) as Found

  it('returns the page, with the checkout stored before the provider is called', async () => {
    const token = await server.token('ann@example.com')
    const { data } = await start(token, {
      userEmail: 'Ann@example.com',
      userDomain: 'try.direct',
      billingFirstName: '',
      billingLastName: '',
    })
    const checkout = data.startSubscription
    expect(checkout).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      interval: { unit: 'MONTH', count: 1 },
      money: { amountMinor: 2000, currency: 'USD', decimal: '20.00' },
      product: { type: 'PLAN', code: 'plus' },
    })
    const [row] = await server.query<{ status: string; amount_minor: number }>(
      `select status, amount_minor from checkout where id = $1`,
      [checkout.id],
    )
    expect(row).toEqual({ status: 'OPEN', amount_minor: 2000 })
  })

  it('asks for the provider while several are possible, and then uses that of the account', async () => {
    const token = await server.token('chooser@example.com')
    const { data } = await start(token, { provider: undefined })
    expect(data.startSubscription).toMatchObject({
      code: 'PROVIDER_CHOICE_REQUIRED',
      issues: [{ path: ['provider'] }],
      message: 'Name the provider: STRIPE or PAYPAL.',
      remedies: [{ kind: 'CONTINUE_CHECKOUT' }, { kind: 'CONTINUE_CHECKOUT' }],
    })
    await start(token, { provider: 'PAYPAL' })
    await start(token, { provider: undefined, plan: 'basic' })
    const checkouts = await server.query<{ provider: string }>(
      `select provider from checkout where account_id in (select account_id from billing_customer where email = 'chooser@example.com')`,
    )
    expect(checkouts).toEqual([{ provider: 'PAYPAL' }, { provider: 'PAYPAL' }])
  })

  it('works over REST with the field names of the integration', async () => {
    const token = await server.token('rest@example.com')
    const { status, body } = await server.rest('POST', '/billing/start', {
      token,
      body: {
        payment_method: 'stripe',
        plan_name: 'plus',
        user_email: 'rest@example.com',
        user_domain: 'try.direct',
        community_id: 42,
      },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      checkout_url: expect.stringMatching(/^http/),
      session_id: expect.stringMatching(/^cs_test_/),
      payment_id: expect.stringMatching(/^chk_/),
    })
    const refused = await server.rest('POST', '/billing/start', { token, body: { plan_name: 'enterprise' } })
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'Invalid plan tier', code: 'INVALID_PLAN', field: 'plan_name' },
    })
    expect(await server.rest('POST', '/billing/start', { body: { plan_name: 'plus' } })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    })
  })

  it('returns every problem of the input together', async () => {
    const token = await server.token('careless@example.com')
    const issuesOf = async (input: Record<string, unknown>) => {
      const { data } = await server.graphql(
        StartSubscription,
        variablesOf('startSubscription', { provider: 'STRIPE', plan: 'plus', key: `key-${++serial}`, ...input }),
        token,
      )
      return ofType(data.startSubscription, 'Denial').issues.map(({ path, code }) => `${path.join('.')} ${code}`)
    }
    expect(await issuesOf({ plan: 'nope', userEmail: 'other@example.com', successUrl: 'javascript:alert(1)' })).toEqual(
      ['userEmail INVALID_EMAIL', 'plan INVALID_PLAN', 'successUrl INVALID_RETURN_URL'],
    )
    expect(await issuesOf({ quantity: 0, trialDays: 400, cancelUrl: 'https://evil.example' })).toEqual([
      'quantity INVALID_AMOUNT',
      'trialDays TRIAL_NOT_AVAILABLE',
      'cancelUrl INVALID_RETURN_URL',
    ])
  })

  it('accepts a quantity over REST for a plan that is priced per unit', async () => {
    const token = await server.token('rest-units@example.com')
    const begin = (body: object) => server.rest('POST', '/billing/start', { token, body })
    const { status, body } = await begin({ plan_name: 'basic', quantity: 3 })
    expect(status).toBe(200)
    const { data } = await server.graphql(Checkout, { by: { id: (body as { payment_id: string }).payment_id } }, token)
    expect(data.checkout!.money.decimal).toBe('30.00')
    for (const quantity of [0, -1, 10_001])
      expect(await begin({ plan_name: 'basic', quantity })).toMatchObject({
        status: 422,
        body: { code: 'INVALID_AMOUNT', field: 'quantity' },
      })
    expect(await begin({ plan_name: 'basic', quantity: 1.5 })).toMatchObject({ status: 400 })
  })

  it('creates one customer and one session for twenty parallel calls, with our references', async () => {
    const token = await server.token('crowd@example.com')
    const before = await calls('/v1/checkout/sessions')
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(token, {})))
    const urls = new Set(answers.map(({ data }) => data.startSubscription.url))
    expect(urls.size).toBe(1)
    const customers = await stripe<{ data: { id: string; metadata: Record<string, string> }[] }>(
      'customers?email=crowd@example.com',
    )
    expect(customers.data.map(({ metadata }) => metadata['internal_user_id'])).toEqual(['crowd@example.com'])
    const session = await stripe<{ client_reference_id: string; customer: string; metadata: Record<string, string> }>(
      `checkout/sessions/${answers[0]!.data.startSubscription.providerReference}`,
    )
    expect(session).toMatchObject({
      client_reference_id: 'crowd@example.com',
      customer: customers.data[0]!.id,
      metadata: { plan_tier: 'plus', checkout_id: answers[0]!.data.startSubscription.id },
    })
    expect(await calls('/v1/checkout/sessions')).toBeGreaterThan(before)
    expect(
      await server.query(
        `select 1 from checkout where account_id = (select id from account where external_id = 'crowd@example.com')`,
      ),
    ).toHaveLength(1)
  })

  it('uses the community’s ID as reference, whatever the client sends', async () => {
    const admin = await server.token('owner@example.com', { communityId: '42', communityRole: 'admin' })
    const { data } = await start(admin, {})
    const session = await stripe<{ client_reference_id: string }>(
      `checkout/sessions/${data.startSubscription.providerReference}`,
    )
    expect(session.client_reference_id).toBe('42')
    const member = await server.token('guest@example.com', { communityId: '42', communityRole: 'member' })
    expect((await start(member, {})).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('returns the first result for a repeated key and denies the key for another request', async () => {
    const token = await server.token('twice@example.com')
    const first = await start(token, { idempotencyKey: 'the-key' })
    const again = await start(token, { idempotencyKey: 'the-key' })
    expect(again.data.startSubscription).toEqual(first.data.startSubscription)
    const other = await start(token, { plan: 'basic', idempotencyKey: 'the-key' })
    expect(other.data.startSubscription).toMatchObject({ __typename: 'Denial', code: 'IDEMPOTENCY_MISMATCH' })
    const { data } = await server.graphql(Operation, { key: 'the-key' }, token)
    expect(data.operation).toMatchObject({
      status: 'SUCCEEDED',
      mutation: 'startSubscription',
      result: { id: first.data.startSubscription.id },
    })
  })

  it('rejects a name longer than the provider’s limit and starts nothing', async () => {
    const token = await server.token('long@example.com')
    const { data } = await start(token, { billingFirstName: 'x'.repeat(101) })
    expect(data.startSubscription).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['billingFirstName'] }],
    })
    expect(await server.query(`select 1 from billing_customer where email = 'long@example.com'`)).toEqual([])
  })

  it('closes the earlier page for another offer and keeps it for the same offer', async () => {
    const token = await server.token('changing@example.com')
    const plus = await start(token, {})
    const same = await start(token, {})
    expect(same.data.startSubscription.id).toBe(plus.data.startSubscription.id)
    const basic = await start(token, { plan: 'basic', interval: { unit: 'YEAR', count: 1 } })
    expect(basic.data.startSubscription).toMatchObject({
      status: 'OPEN',
      interval: { unit: 'YEAR', count: 1 },
      money: { decimal: '100.00' },
    })
    const old = await stripe<{ status: string }>(`checkout/sessions/${plus.data.startSubscription.providerReference}`)
    expect(old.status).toBe('expired')
    const { data } = await server.graphql(Checkout, { by: { id: plus.data.startSubscription.id } }, token)
    expect(data.checkout).toMatchObject({ status: 'EXPIRED', url: null })
  })

  it('denies a second subscription and offers a plan change', async () => {
    const token = await server.token('subscriber@example.com')
    const { data } = await start(token, {})
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.providerReference}/pay`, {})
    await server.graphql(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      { id: data.startSubscription.providerReference },
      token,
    )
    const conflict = await start(token, { plan: 'individual' })
    expect(conflict.data.startSubscription).toMatchObject({
      __typename: 'Denial',
      code: 'SUBSCRIPTION_CONFLICT',
      subscription: {
        status: 'ACTIVE',
        plan: { code: 'plus' },
        items: [{ quantity: 1, price: { money: { decimal: '20.00' } }, product: { code: 'plus' } }],
      },
      remedies: [{ kind: 'CHANGE_PLAN', mutation: 'changePlan' }],
    })
  })

  it('ignores price, amount and status sent by a client', async () => {
    const token = await server.token('cheap@example.com')
    for (const field of ['amount: 1', 'priceId: "price_x"', 'status: ACTIVE', 'customerId: "cus_x"']) {
      const { errors } = await server.graphql(
        `mutation { startSubscription(input: { provider: STRIPE, plan: "plus", ${field} }, key: "k") { denial { code } } }`,
        {},
        token,
      )
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    }
  })

  it('hides account and checkout from other users', async () => {
    const owner = await server.token('private@example.com')
    const stranger = await server.token('stranger@example.com')
    const { data } = await start(owner, {})
    const { id } = data.startSubscription
    expect((await start(stranger, { accountId: 'person:private@example.com' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    )
    expect((await server.graphql(Checkout, { by: { id } }, stranger)).data.checkout).toBeNull()
    expect((await start(null, {})).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  describe('provider failures', () => {
    it('repeats a call without a response under the same key: one session', async () => {
      const token = await server.token('lost@example.com')
      await server.sandboxControl('POST', 'faults', {
        match: { method: 'POST', path: '/v1/checkout/sessions' },
        action: 'drop_after',
        times: 1,
      })
      const { data } = await start(token, {})
      expect(data.startSubscription).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
      const customer = (await stripe<{ data: { id: string }[] }>('customers?email=lost@example.com')).data[0]!.id
      const sessions = await stripe<{ data: unknown[] }>(`checkout/sessions?customer=${customer}`)
      expect(sessions.data).toHaveLength(1)
    })

    it('links a reset sandbox again', async () => {
      const token = await server.token('reset@example.com')
      await start(token, { plan: 'basic' })
      await server.sandboxControl('POST', 'reset', {})
      const { data } = await start(token, { plan: 'plus' })
      expect(data.startSubscription).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
    })

    it('leaves one payable page for two concurrent offers', async () => {
      const token = await server.token('torn@example.com')
      await Promise.all([
        start(token, { plan: 'plus' }),
        start(token, { plan: 'basic' }),
        start(token, { plan: 'individual' }),
      ])
      const open = await server.query(
        `select 1 from checkout where status in ('CREATING', 'OPEN') and account_id = (select id from account where external_id = 'torn@example.com')`,
      )
      expect(open).toHaveLength(1)
      const customer = (await stripe<{ data: { id: string }[] }>('customers?email=torn@example.com')).data[0]!.id
      const sessions = await stripe<{ data: { status: string }[] }>(`checkout/sessions?customer=${customer}`)
      expect(sessions.data.filter(({ status }) => status === 'open')).toHaveLength(1)
    })

    it('reports an unavailable provider with a retry time, and the next call resumes the intent', async () => {
      const token = await server.token('down@example.com')
      await server.sandboxControl('POST', 'faults', {
        match: { method: 'POST', path: '/v1/checkout/sessions' },
        action: 'status_500',
        times: 3,
      })
      const refused = await start(token, { idempotencyKey: 'down-1' })
      expect(refused.data.startSubscription).toMatchObject({
        __typename: 'Denial',
        code: 'PROVIDER_UNAVAILABLE',
        remedies: [{ kind: 'WAIT', at: expect.any(String) }],
      })
      const requested = `{ operation(key: "down-1") { status result { __typename } } }`
      expect((await server.graphql(requested, {}, token)).data).toEqual({
        operation: { status: 'UNKNOWN', result: { __typename: 'Checkout' } },
      })
      const again = await start(token, { idempotencyKey: 'down-1' })
      expect(again.data.startSubscription).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
      expect(
        await server.query(
          `select 1 from checkout where account_id = (select id from account where external_id = 'down@example.com')`,
        ),
      ).toHaveLength(1)
    })
  })
})
