import {
  accountOf,
  change,
  limitOf,
  requestedChanges,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// AgileForge: Professional has 50 GB; Extra Storage costs 2.50 dollars a month for 10 GB more. Ann subscribes on 15 January 2026, 10:00.
describe('Removed add-on', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await subscribe(server, 'ann@example.com', { plan: 'professional', trialDays: 0 })
    await change(server, ann, 'addAddon', { package: 'extra_storage', quantity: 3 })
  })
  afterAll(() => server.close())

  const storage = async () => limitOf(await accountOf(server, ann), 'storage_gb')

  it('is denied if the subscription has fewer or none, without calling the provider', async () => {
    const before = await requestedChanges(server)
    const bob = await subscribe(server, 'bob@example.com', { plan: 'business', trialDays: 0 })
    const anonymous = { token: await server.token('nobody@example.com') }
    for (const [who, input, code] of [
      [anonymous, {}, 'BASE_SUBSCRIPTION_REQUIRED'],
      [bob, {}, 'NO_ACTIVE_SUBSCRIPTION'],
      [ann, { package: 'no_such' }, 'NOT_FOR_SALE'],
    ] as const)
      expect(await change(server, who, 'removeAddon', { package: 'extra_storage', ...input })).toMatchObject({
        __typename: 'Denial',
        code,
      })
    for (const [wanted, label, quantity] of [
      [0, 'Remove Extra Storage', 1],
      [9, 'Remove 3 × Extra Storage', 3],
    ] as const)
      expect(await change(server, ann, 'removeAddon', { package: 'extra_storage', quantity: wanted })).toMatchObject({
        code: 'INVALID_AMOUNT',
        remedies: [{ label, mutation: 'removeAddon', input: { package: 'extra_storage', quantity } }],
      })
    const accountId = 'person:ann@example.com'
    await expect(change(server, anonymous, 'removeAddon', { package: 'extra_storage', accountId })).rejects.toThrow(
      'NOT_FOUND',
    )
    expect(await requestedChanges(server)).toBe(before)
    expect(await storage()).toBe(80)
  })

  it('lowers the limit by its quantity and is credited for the rest of the period', async () => {
    await server.advanceTo('2026-01-30T22:00:00Z')
    expect((await change(server, ann, 'removeAddon', { package: 'extra_storage' })).items).toMatchObject([
      { product: { code: 'professional' } },
      { quantity: 2 },
    ])
    expect(await storage()).toBe(70)
    expect((await change(server, ann, 'removeAddon', { package: 'extra_storage', quantity: 2 })).items).toHaveLength(1)
    expect(await storage()).toBe(50)
    const customer = () => stripeObject<{ balance: number }>(server, `customers/${ann.customerId}`)
    expect(await eventually(customer, ({ balance }) => balance === -375)).toMatchObject({ balance: -375 })
  })
})
