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
