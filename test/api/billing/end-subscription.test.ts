import { accountOf, change, eventsOf, subscribe } from '../../support/subscribers.js'
import { openHouse, type House } from '../../support/house.js'

// 15 January 2026, 10:00: everybody here subscribes to Plus by the month, so the first period ends on 15 February, 10:00.
describe('Cancelling, and taking it back', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house.close())

  const stripe = async <Found>(path: string): Promise<Found> =>
    (await (
      await fetch(`${house.sandbox.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_sandbox_house' } })
    ).json()) as Found

  it('at the end of the period: the plan stays until then, and the wish can be repeated', async () => {
    const ann = await subscribe(house, 'ann@example.com', { plan: 'plus' })
    const cancelled = await change(house, ann, 'cancelSubscription', { reason: 'too dear' })
    expect(cancelled).toMatchObject({
      __typename: 'BillingSubscription',
      status: 'ACTIVE',
      cancelAt: '2026-02-15T10:00:00.000Z',
    })
    expect(await stripe(`subscriptions/${ann.externalId}`)).toMatchObject({
      cancel_at_period_end: true,
      cancellation_details: { comment: 'too dear' },
    })
    expect((await accountOf(house, ann)).plan.plan.code).toBe('plus')
    expect(await change(house, ann, 'cancelSubscription')).toMatchObject({ cancelAt: '2026-02-15T10:00:00.000Z' })
  })

  it('taken back before the date: it goes on as if nothing had been', async () => {
    const bob = await subscribe(house, 'bob@example.com', { plan: 'plus' })
    await change(house, bob, 'cancelSubscription')
    expect(await change(house, bob, 'resumeSubscription')).toMatchObject({ status: 'ACTIVE', cancelAt: null })
    expect(await stripe(`subscriptions/${bob.externalId}`)).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: null,
    })
    expect(await change(house, bob, 'resumeSubscription')).toMatchObject({
      __typename: 'Refused',
      code: 'INVALID_TRANSITION',
      remedies: [{ kind: 'CHANGE_PLAN', mutation: 'changePlan' }],
    })
  })

  it('[WH4] [OP3] now: free at once, and a second wish finds nothing', async () => {
    const carl = await subscribe(house, 'carl@example.com', { plan: 'plus' })
    const ended = await change(house, carl, 'cancelSubscription', { at: 'NOW' })
    expect(ended).toMatchObject({ status: 'CANCELED' })
    const account = await accountOf(house, carl)
    expect([account.plan.plan.code, account.subscription]).toEqual(['free', null])
    expect(await change(house, carl, 'cancelSubscription')).toMatchObject({
      __typename: 'Refused',
      code: 'NO_ACTIVE_SUBSCRIPTION',
      message: expect.stringContaining('No active subscription'),
      remedies: [{ mutation: 'startSubscription' }],
    })
    expect(await eventsOf(house, carl, 'subscription.canceled')).toHaveLength(1)
    expect(house.logLines.join('')).toContain(`Subscription ${ended.id} canceled, downgraded to free`)
  })

  it('the same key gives the first answer again, another wish under it is refused', async () => {
    const dora = await subscribe(house, 'dora@example.com', { plan: 'plus' })
    const first = await change(house, dora, 'cancelSubscription', { idempotencyKey: 'once' })
    const again = await change(house, dora, 'cancelSubscription', { idempotencyKey: 'once' })
    expect(again).toEqual(first)
    expect(await change(house, dora, 'cancelSubscription', { idempotencyKey: 'once', at: 'NOW' })).toMatchObject({
      __typename: 'Refused',
      code: 'IDEMPOTENCY_MISMATCH',
    })
    const { data } = await house.graphql(
      `{ operation(idempotencyKey: "once") { status mutation result { id } } }`,
      {},
      dora.token,
    )
    expect(data).toMatchObject({
      operation: { status: 'SUCCEEDED', mutation: 'cancelSubscription', result: { id: first.id } },
    })
  })

  it('two wishes at once end in one cancellation', async () => {
    const eve = await subscribe(house, 'eve@example.com', { plan: 'plus' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => change(house, eve, 'cancelSubscription')))
    expect(answers.some((answer) => answer.cancelAt !== undefined && answer.__typename === 'BillingSubscription')).toBe(
      true,
    )
    for (const answer of answers) if (answer.__typename === 'Refused') expect(answer.code).toBe('SUBSCRIPTION_CONFLICT')
    const kinds = await house.rows(`select 1 from subscription_change where account_id = $1 and status = 'DONE'`, [
      eve.accountId,
    ])
    expect(kinds).toHaveLength(1)
  })

  it('a provider that is silent leaves the intent, and the same key finds out', async () => {
    const fay = await subscribe(house, 'fay@example.com', { plan: 'plus' })
    await house.control('POST', 'faults', {
      match: { method: 'POST', path: `/v1/subscriptions/${fay.externalId}` },
      action: 'drop_before',
      times: 6,
    })
    expect(await change(house, fay, 'cancelSubscription', { idempotencyKey: 'silent' })).toMatchObject({
      __typename: 'Refused',
      code: 'PROVIDER_UNAVAILABLE',
      remedies: [{ kind: 'WAIT' }],
    })
    const { data } = await house.graphql(`{ operation(idempotencyKey: "silent") { status } }`, {}, fay.token)
    expect(data).toEqual({ operation: { status: 'UNKNOWN' } })
    await house.control('DELETE', 'faults')
    expect(await change(house, fay, 'cancelSubscription', { idempotencyKey: 'silent' })).toMatchObject({
      cancelAt: '2026-02-15T10:00:00.000Z',
    })
  })

  it('a stranger has nothing to cancel, and a member may not', async () => {
    const stranger = await house.token('stranger@example.com')
    const call = (token: string, account: string) =>
      house.graphql(
        `mutation ($a: ID) { cancelSubscription(input: { accountId: $a, idempotencyKey: "x" }) { __typename } }`,
        { a: account },
        token,
      )
    expect((await call(stranger, 'person:ann@example.com')).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const admin = await house.token('owner@example.com', { communityId: '7', communityRole: 'admin' })
    await house.graphql(`{ viewer { account { id } } }`, {}, admin)
    const member = await house.token('guest@example.com', { communityId: '7', communityRole: 'member' })
    expect((await call(member, 'community:7')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})
