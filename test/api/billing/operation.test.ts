import { Operation } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'

describe('Operation of an idempotency key', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  it('returns the result of a call whose response was lost', async () => {
    const accountId = await newAccount(server)
    const { id } = await service.consume({ accountId, feature: FEATURE, idempotencyKey: 'lost-answer' })
    const ask = (token: string | null) =>
      server.graphql<{ operation: object | null }>(
        `{ operation(key: "lost-answer") { mutation status result { id ... on Consumption { amount feature { code } } } } }`,
        {},
        token,
      )
    expect((await ask(service.key)).data.operation).toEqual({
      mutation: 'consume',
      status: 'SUCCEEDED',
      result: { id, amount: 1, feature: { code: FEATURE } },
    })
    expect((await ask(await server.serviceKey(['entitlements:read']))).data.operation).toBeNull()
  })

  it('returns the named one of two mutations with the same key, which both have an effect', async () => {
    const accountId = await newAccount(server)
    const consumed = await service.consume({ accountId, feature: FEATURE, idempotencyKey: 'shared' })
    const { data } = await server.graphql<{ reserve: { reservation: { id: string } } }>(
      `mutation ($input: ReserveInput!) { reserve(input: $input, key: "shared") { reservation { id } } }`,
      { input: { accountId, feature: FEATURE, amount: 2 } },
      service.key,
    )
    const held = data.reserve.reservation ?? data.reserve
    const ask = async (mutation: string | null) => {
      const query =
        'query ($mutation: String) { operation(key: "shared", mutation: $mutation) { mutation result { id } } }'
      return (await server.graphql<{ operation: object | null }>(query, { mutation }, service.key)).data.operation
    }
    expect(await ask('consume')).toEqual({ mutation: 'consume', result: { id: consumed.id } })
    expect(await ask('reserve')).toEqual({ mutation: 'reserve', result: { id: held.id } })
    expect(['consume', 'reserve']).toContain(((await ask(null)) as { mutation: string }).mutation)
    expect(await ask('createTeam')).toBeNull()
  })

  it('returns the checkout of a purchase to its buyer only', async () => {
    const ann = await Buyer.named(server, 'ann@example.com')
    const { id } = await ann.start('startSubscription', { plan: 'professional', idempotencyKey: 'buy-once' })
    const ask = async (key: string, token: string | null) =>
      (await server.graphql(Operation, { key }, token)).data.operation
    expect(await ask('buy-once', ann.token)).toMatchObject({
      idempotencyKey: 'buy-once',
      mutation: 'startSubscription',
      status: 'SUCCEEDED',
      at: expect.any(String),
      result: { id, __typename: 'Checkout' },
    })
    for (const key of ['unknown', '']) expect(await ask(key, ann.token)).toBeNull()
    for (const token of [await server.token('other@example.com'), null]) expect(await ask('buy-once', token)).toBeNull()
  })
})
