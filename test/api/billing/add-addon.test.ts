import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  accountOf,
  change,
  eventsOf,
  limitOf,
  requestedChanges,
  stripeObject,
  subscribe,
  waitForInvoices,
} from '#test/support/subscribers.js'

// AgileForge: Professional costs 10 dollars a month and has 50 GB, Extra Storage is 2.50 dollars for 10 GB more. All users subscribe on
// 15 January 2026, 10:00.
describe('Added add-on', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('raises the limit and is charged for the rest of the period, once per key', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'professional', trialDays: 0 })
    const input = { package: 'extra_storage', quantity: 2, idempotencyKey: 'storage-1' }
    const added = await change(server, carl, 'addAddon', input)
    expect(added).toMatchObject({
      __typename: 'BillingSubscription',
      items: [{ product: { code: 'professional' } }, { quantity: 2, package: { code: 'extra_storage' } }],
    })
    expect((await change(server, carl, 'addAddon', input)).items).toEqual(added.items)
    expect(limitOf(await accountOf(server, carl), 'storage_gb')).toBe(70)
    expect(await waitForInvoices(server, carl)).toEqual([500, 1000])
  })

  it('is denied if the plan includes it, without calling the provider', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'business', trialDays: 0 })
    const before = await requestedChanges(server)
    for (const addon of ['priority_support', 'advanced_integrations'])
      expect(await change(server, bob, 'addAddon', { package: addon })).toMatchObject({
        __typename: 'Denial',
        code: 'ALREADY_INCLUDED',
        issues: [{ path: ['package'] }],
      })
    expect(await requestedChanges(server)).toBe(before)
  })

  it('requires a subscription; other denials contain remedies', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'business', trialDays: 0 })
    const before = await requestedChanges(server)
    const anonymous = { token: await server.token('nobody@example.com') }
    expect(await change(server, anonymous, 'addAddon', { package: 'extra_storage' })).toMatchObject({
      code: 'BASE_SUBSCRIPTION_REQUIRED',
      remedies: [{ mutation: 'startSubscription' }],
    })
    for (const [input, code] of [
      [{ package: 'no_such' }, 'NOT_FOR_SALE'],
      [{ package: 'stories_50' }, 'NOT_FOR_SALE'],
      [{ package: 'enterprise' }, 'CONTACT_REQUIRED'],
    ] as const)
      expect(await change(server, dora, 'addAddon', input)).toMatchObject({ __typename: 'Denial', code })
    expect(await requestedChanges(server)).toBe(before)
    for (const [wanted, label, quantity] of [
      [0, 'Add Extra Storage', 1],
      [1001, 'Add 1000 × Extra Storage', 1000],
    ] as const)
      expect(await change(server, dora, 'addAddon', { package: 'extra_storage', quantity: wanted })).toMatchObject({
        code: 'INVALID_AMOUNT',
        remedies: [{ label, mutation: 'addAddon', input: { package: 'extra_storage', quantity } }],
      })
    await change(server, dora, 'addAddon', { package: 'extra_storage', quantity: 1000 })
    const full = await change(server, dora, 'addAddon', { package: 'extra_storage' })
    expect(full).toMatchObject({
      code: 'INVALID_AMOUNT',
      message: 'A subscription has at most 1000 of Extra Storage. Remove one first.',
      remedies: [{ label: 'Remove Extra Storage', mutation: 'removeAddon' }],
    })
    await change(server, dora, 'removeAddon', { ...full.remedies[0]!.input })
    const { items } = await change(server, dora, 'addAddon', { package: 'extra_storage' })
    expect(items).toMatchObject([{}, { quantity: 1000 }])
  })

  it('ends alone if its invoice stays unpaid after the grace period; the yearly plan continues', async () => {
    const ann = await subscribe(server, 'ann@example.com', {
      plan: 'professional',
      interval: { unit: 'YEAR', count: 1 },
      trialDays: 0,
    })
    await change(server, ann, 'addAddon', { package: 'extra_storage' })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(60)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: ann.customerId, times: 1000 })
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(server, ann)).subscription?.status).toBe('PAST_DUE')
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(60)

    await server.advanceTo('2026-02-26T12:00:00Z')
    const account = await accountOf(server, ann)
    expect(account.plan.plan.code).toBe('professional')
    expect(account.subscription).toMatchObject({ status: 'ACTIVE', currentPeriodEnd: '2027-01-15T10:00:00.000Z' })
    expect(account.subscription?.items.map(({ product }) => product.code)).toEqual(['professional'])
    expect(limitOf(account, 'storage_gb')).toBe(50)
    expect(await eventsOf(server, ann, 'subscription.addons_ended')).toHaveLength(1)
    expect(await eventsOf(server, ann, 'subscription.access_ended')).toHaveLength(0)
    const open = await stripeObject<{ data: unknown[] }>(server, `invoices?customer=${ann.customerId}&status=open`)
    expect(open.data).toEqual([])

    await server.advanceTo('2026-03-20T12:00:00Z')
    expect((await accountOf(server, ann)).subscription?.status).toBe('ACTIVE')
    expect((await accountOf(server, ann)).plan.plan.code).toBe('professional')
  })

  it('continues with each paid month beside a yearly plan', async () => {
    const eve = await subscribe(server, 'eve@example.com', {
      plan: 'professional',
      interval: { unit: 'YEAR', count: 1 },
      trialDays: 0,
    })
    await change(server, eve, 'addAddon', { package: 'extra_storage' })
    for (const to of ['2026-04-22T12:00:00Z', '2026-05-25T12:00:00Z']) {
      await server.advanceTo(to)
      expect(limitOf(await accountOf(server, eve), 'storage_gb')).toBe(60)
    }
    expect(await eventsOf(server, eve, 'package.ended')).toHaveLength(0)
    expect(await eventsOf(server, eve, 'subscription.updated')).toHaveLength(2)
    expect(await waitForInvoices(server, eve)).toEqual([250, 250, 250, 10_000])
  })
})
