import { randomUUID } from 'node:crypto'
import { entitlementService, grantTestCredits } from '#test/support/entitlements.js'
import { ratedCatalog } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('removeSpendCap', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
  })
  afterAll(() => server.close())

  it('lifts the cap, once; a cap of an operator stays', async () => {
    const token = await server.token('ann@example.com')
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const accountId = data.account.id
    await grantTestCredits(server, accountId, 'plain_credits', 1000)
    const service = await entitlementService(server)
    const call = async (mutation: 'setSpendCap' | 'removeSpendCap', as: string, input: object) =>
      (
        await server.graphql<Record<string, { spendCaps?: object[]; code?: string }> | null>(
          `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ... on Account { spendCaps { setter amount } } ... on Denial { code } } }`,
          {
            input: {
              accountId,
              feature: 'plain_credits',
              period: 'BILLING_PERIOD',
              idempotencyKey: randomUUID(),
              ...input,
            },
          },
          as,
        )
      ).data?.[mutation]
    await call('setSpendCap', token, { amount: 5 })
    await call('setSpendCap', operator, { amount: 50, asOperator: true })
    expect(await call('removeSpendCap', token, { idempotencyKey: 'r' })).toEqual({
      spendCaps: [{ setter: 'OPERATOR', amount: 50 }],
    })
    expect(await call('removeSpendCap', token, { idempotencyKey: 'r' })).toMatchObject({ spendCaps: [{}] })
    expect(await call('removeSpendCap', token, {})).toEqual({ code: 'INVALID_TRANSITION' })
    const use = (amount: number) => service.consume({ accountId, feature: 'plain_credits', amount })
    expect(await use(51)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await call('removeSpendCap', operator, { asOperator: true })).toEqual({ spendCaps: [] })
    expect(await use(51)).toMatchObject({ amount: 51 })
    expect(await call('removeSpendCap', operator, { period: 'DAY', asOperator: true })).toEqual({
      code: 'INVALID_TRANSITION',
    })
  })
})
