import { gzipSync } from 'node:zlib'
import { eventually, openHouse, type House } from '../../support/house.js'
import { stripeEvent, stripeSignature } from '../../support/signed-event.js'

interface InboxRow {
  event_id: string
  state: string
  why: string | null
  attempts: number
}

describe('Webhooks of the payment provider', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
    // The provider tells of the price list that was pushed at the start: what is counted below begins after that.
    await eventually(
      () => house.control<{ pendingDeliveries: number }>('GET', 'clock'),
      ({ pendingDeliveries }) => pendingDeliveries === 0,
      20_000,
    )
  })
  afterAll(() => house.close())

  const post = (body: string | Buffer, headers: Record<string, string>, path = '/webhooks/stripe') =>
    fetch(`${house.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })
  const deliver = async (event: Record<string, unknown>, path?: string) => {
    const body = JSON.stringify(event, null, 2)
    return post(body, { 'stripe-signature': stripeSignature(body, house.webhookSecret) }, path)
  }
  const inbox = (eventId: string) =>
    house.rows<InboxRow>(`select event_id, state, why, attempts from inbox_event where event_id = $1`, [eventId])
  // The sandbox still tells of the catalog that was pushed when the house was opened; that is not what is counted.
  const stored = async () =>
    Number(
      (
        await house.rows<{ count: string }>(`select count(*) from inbox_event where type !~ '^(product|price|plan)\\.'`)
      )[0]!.count,
    )
  const planOf = async (token: string) =>
    (
      await house.graphql<{ account: { plan: { plan: { code: string }; dateEnd: string | null } } }>(
        `{ account { plan { plan { code } dateEnd } } }`,
        {},
        token,
      )
    ).data.account.plan
  const settled = () =>
    eventually(
      () =>
        house.rows(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING' union all select 1 from checkout where status = 'OPEN'`,
        ),
      (open) => open.length === 0,
      20_000,
    )
  const buy = async (email: string, plan = 'plus') => {
    const token = await house.token(email)
    const { data } = await house.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation ($plan: String!) { startSubscription(input: { plan: $plan, idempotencyKey: "buy" }) { ... on Checkout { sessionId } } }`,
      { plan },
      token,
    )
    await house.control('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    await eventually(
      () => planOf(token),
      ({ plan: { code } }) => code === plan,
    )
    await settled()
    const [subscription] = await house.rows<{ id: string; external_id: string; account_id: string }>(
      `select id, external_id, account_id from billing_subscription where account_id = (select id from account where external_id = $1)`,
      [email],
    )
    return { token, sessionId: data.startSubscription.sessionId, subscription: subscription! }
  }

  describe('what is not the provider’s is refused with 400 and leaves nothing', () => {
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_forged' })
    const body = JSON.stringify(event)
    const now = () => Math.floor(Date.now() / 1000)
    const forgeries: [string, () => Record<string, string>, string?][] = [
      ['another secret', () => ({ 'stripe-signature': stripeSignature(body, 'whsec_other') })],
      ['one changed byte', () => ({ 'stripe-signature': stripeSignature(`${body} `, house.webhookSecret) })],
      [
        'an old scheme only',
        () => ({ 'stripe-signature': stripeSignature(body, house.webhookSecret, { scheme: 'v0' }) }),
      ],
      ['no signature', () => ({})],
      ['a garbled signature', () => ({ 'stripe-signature': 't=now,v1=zz' })],
      [
        'a timestamp of 301 seconds ago',
        () => ({ 'stripe-signature': stripeSignature(body, house.webhookSecret, { at: now() - 301 }) }),
      ],
      [
        'a timestamp an hour ahead',
        () => ({ 'stripe-signature': stripeSignature(body, house.webhookSecret, { at: now() + 3600 }) }),
      ],
    ]
    it.each(forgeries)('[WH1] [T4] %s', async (_what, headers) => {
      const before = await stored()
      const response = await post(body, headers())
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: 'Invalid signature',
        code: 'INVALID_WEBHOOK',
        message: 'Invalid signature',
        request_id: expect.any(String),
      })
      expect(await stored()).toBe(before)
    })

    it('[WH1] a signature over something that is no JSON', async () => {
      const response = await post('not json', { 'stripe-signature': stripeSignature('not json', house.webhookSecret) })
      expect(response.status).toBe(400)
    })

    it('a body of more than 1 MiB is 413, a compressed one 415', async () => {
      const before = await stored()
      const large = JSON.stringify({ ...event, padding: 'x'.repeat(1_048_576) })
      expect((await post(large, { 'stripe-signature': stripeSignature(large, house.webhookSecret) })).status).toBe(413)
      const zipped = await post(gzipSync(body), {
        'content-encoding': 'gzip',
        'stripe-signature': stripeSignature(body, house.webhookSecret),
      })
      expect(zipped.status).toBe(415)
      expect(await stored()).toBe(before)
    })
  })

  it('[WH13] the paths of the seeds mean the same', async () => {
    for (const path of ['/webhooks/stripe', '/api/webhooks/stripe', '/webhook/stripe', '/api/packages/webhook']) {
      const event = stripeEvent('customer.created', { object: 'customer', id: 'cus_alias' })
      expect((await deliver(event, path)).status).toBe(200)
      expect(await inbox(event['id'] as string)).toHaveLength(1)
    }
  })

  it('[WH10] a type that nothing depends on is stored and ignored', async () => {
    const event = stripeEvent('radar.early_fraud_warning.created', {
      object: 'radar.early_fraud_warning',
      id: 'issfr_1',
    })
    expect(await (await deliver(event)).json()).toEqual({ received: true, state: 'ignored', duplicate: false })
    expect((await inbox(event['id'] as string))[0]!.state).toBe('IGNORED')
  })

  it('[OP1] an event of live mode is stored and quarantined, with 200 and no effect', async () => {
    const { token, subscription } = await buy('livemode@example.com')
    const event = stripeEvent(
      'customer.subscription.deleted',
      { object: 'subscription', id: subscription.external_id },
      { livemode: true },
    )
    expect((await deliver(event)).status).toBe(200)
    expect((await inbox(event['id'] as string))[0]).toMatchObject({
      state: 'QUARANTINED',
      why: expect.stringContaining('livemode true'),
    })
    expect((await planOf(token)).plan.code).toBe('plus')
  })

  it('[WH2] the same event again is 200 and changes nothing', async () => {
    const { token, subscription } = await buy('duplicate@example.com')
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: subscription.external_id })
    const facts = () =>
      house.rows(
        `select version, (select count(*) from stream_event where stream_id = a.id) as events, (select count(*) from outbox_event where account_id = a.id) as news from account a where id = $1`,
        [subscription.account_id],
      )
    const before = await facts()
    const answers = await Promise.all(
      [1, 2, 3].map(() => deliver(event).then((response) => response.json() as Promise<{ duplicate: boolean }>)),
    )
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    await eventually(
      () => inbox(event['id'] as string),
      ([row]) => row?.state === 'PROCESSED',
    )
    expect(await inbox(event['id'] as string)).toHaveLength(1)
    expect(await facts()).toEqual(before)
    expect((await planOf(token)).plan.code).toBe('plus')
  })

  it('[WH3] [WH8] [WH12] a paid checkout binds customer, subscription and plan, and tells of it once', async () => {
    const { subscription } = await buy('bound@example.com')
    const [row] = await house.rows(
      `select s.provider, s.status, p.code, s.current_period_end, c.customer_id is not null as has_customer from billing_subscription s
       join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id join billing_customer c on c.account_id = s.account_id where s.id = $1`,
      [subscription.id],
    )
    expect(row).toMatchObject({
      provider: 'STRIPE',
      status: 'ACTIVE',
      code: 'plus',
      has_customer: true,
      current_period_end: new Date('2026-02-15T10:00:00Z'),
    })
    const news = await house.rows<{ type: string }>(`select type from outbox_event where account_id = $1 order by id`, [
      subscription.account_id,
    ])
    expect(news.map(({ type }) => type).sort()).toEqual([
      'checkout.completed',
      'checkout.started',
      'purchase.paid',
      'subscription.activated',
    ])
  })

  it('[WH4] [WH9] a deleted subscription means free, by the provider’s word alone', async () => {
    const { token, subscription } = await buy('leaving@example.com')
    const claim = stripeEvent('customer.subscription.deleted', {
      object: 'subscription',
      id: subscription.external_id,
      status: 'canceled',
    })
    await deliver(claim)
    await eventually(
      () => inbox(claim['id'] as string),
      ([row]) => row?.state === 'PROCESSED',
    )
    // The event only made us look: the provider says that it is active.
    expect((await planOf(token)).plan.code).toBe('plus')
    await fetch(`${house.sandbox.url}/v1/subscriptions/${subscription.external_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_house' },
    })
    await eventually(
      () => planOf(token),
      ({ plan: { code } }) => code === 'free',
    )
    const { data } = await house.graphql<{ account: { subscription: null; events: { nodes: { type: string }[] } } }>(
      `{ account { subscription { id } events { nodes { type } } } }`,
      {},
      token,
    )
    expect(data.account.subscription).toBeNull()
    expect(data.account.events.nodes[0]!.type).toBe('subscription.canceled')
  })

  it('an event for a customer that is not known yet is deferred, and applied when it is', async () => {
    const { token, subscription } = await buy('late@example.com')
    const [customer] = await house.rows<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [subscription.account_id],
    )
    await house.rows(`update billing_customer set customer_id = null where account_id = $1`, [subscription.account_id])
    await house.rows(`update plan_assignment set ended_at = since where account_id = $1`, [subscription.account_id])
    await house.rows(`delete from subscription_item`)
    await house.rows(`delete from billing_subscription where id = $1`, [subscription.id])
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: subscription.external_id })
    await deliver(event)
    await eventually(
      () => inbox(event['id'] as string),
      ([row]) => row?.state === 'DEFERRED',
    )
    await house.rows(`update billing_customer set customer_id = $2 where account_id = $1`, [
      subscription.account_id,
      customer!.customer_id,
    ])
    await eventually(
      () => inbox(event['id'] as string),
      ([row]) => row?.state === 'PROCESSED',
      10_000,
    )
    expect((await planOf(token)).plan.code).toBe('plus')
  })

  it('[CO8] [T8] a price that the catalog does not know grants nothing: the event is a dead letter with its reason', async () => {
    const { token, subscription } = await buy('foreign-price@example.com', 'basic')
    await house.rows(
      `update provider_price set external_id = external_id || '_gone' where external_id = (
      select pp.external_id from provider_price pp join subscription_item i on i.price_id = pp.price_id where i.subscription_id = $1 and pp.provider = 'STRIPE')`,
      [subscription.id],
    )
    const event = stripeEvent('customer.subscription.updated', {
      object: 'subscription',
      id: subscription.external_id,
      metadata: { plan_tier: 'individual' },
    })
    await deliver(event)
    const [row] = await eventually(
      () => inbox(event['id'] as string),
      ([seen]) => seen?.state === 'DEAD',
    )
    expect(row!.why).toMatch(/price price_\w+ of subscription sub_\w+ is not in the catalog/)
    expect((await planOf(token)).plan.code).toBe('basic')
    await house.rows(`update provider_price set external_id = replace(external_id, '_gone', '')`)
  })

  it('[OP2] all orders of a purchase’s events, each twice, end in one state', async () => {
    const { subscription, sessionId } = await buy('orders@example.com')
    const state = () =>
      house.rows(
        `select s.status, s.quantity, s.current_period_end, a.plan_version_id, a.ended_at, c.status as checkout, (select count(*) from stream_event e where e.stream_id = s.account_id) as events
       from billing_subscription s join plan_assignment a on a.source_id = s.id join checkout c on c.account_id = s.account_id where s.id = $1`,
        [subscription.id],
      )
    const before = await state()
    const kinds = [
      () =>
        stripeEvent('checkout.session.completed', {
          object: 'checkout.session',
          id: sessionId,
          subscription: subscription.external_id,
        }),
      () => stripeEvent('customer.subscription.created', { object: 'subscription', id: subscription.external_id }),
      () => stripeEvent('customer.subscription.updated', { object: 'subscription', id: subscription.external_id }),
      () =>
        stripeEvent('invoice.paid', {
          object: 'invoice',
          id: 'in_x',
          parent: { subscription_details: { subscription: subscription.external_id } },
        }),
      () =>
        stripeEvent('invoice.payment_succeeded', {
          object: 'invoice',
          id: 'in_x',
          parent: { subscription_details: { subscription: subscription.external_id } },
        }),
    ]
    for (const order of permutations(kinds))
      await Promise.all(
        order.flatMap((make) => {
          const event = make()
          return [deliver(event), deliver(event)]
        }),
      )
    await eventually(
      () => house.rows(`select 1 from inbox_object where pending`),
      (rows) => rows.length === 0,
      20_000,
    )
    expect(await state()).toEqual(before)
  }, 40_000)
})

function permutations<Item>(items: Item[]): Item[][] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}
