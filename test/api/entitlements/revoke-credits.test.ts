import { Credits, RevokeCredits } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'

describe('Credits that an operator revokes', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const revoke = (grantId: string, reason = 'Refunded', as = operator, idempotencyKey: string = randomUUID()) =>
    server.graphql(RevokeCredits, { id: grantId, reason, key: idempotencyKey }, as)
  const creditsOf = async (accountId: string) =>
    (await server.graphql(Credits, { account: accountId }, operator)).data.account!.usage!.credits

  it('are removed once; used ones become debt', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    const grantId = await grantTestCredits(server, accountId, FEATURE, 50)
    // The allowance of the plan is 25: five units are taken from the grant.
    await service.consume({ accountId, feature: FEATURE, amount: 30 })
    const revoked = { __typename: 'CreditGrant', id: grantId, remaining: 0 }
    for (let call = 0; call < 2; call++)
      expect((await revoke(grantId, 'Refunded', operator, 'once')).data.revokeCredits).toMatchObject(revoked)
    expect(await creditsOf(accountId)).toMatchObject([{ granted: 5, remaining: 0, debt: 5 }])
    expect((await revoke(grantId)).data.revokeCredits).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['id'] }],
    })
    const { status, body } = await server.rest('POST', '/api/v1/entitlements/revoke-credits', {
      token: operator,
      body: { credit_grant_id: grantId, reason: 'Refunded', idempotency_key: randomUUID() },
    })
    expect([status, body]).toEqual([409, expect.objectContaining({ field: 'credit_grant_id' })])
    expect(await creditsOf(accountId)).toMatchObject([{ granted: 5, remaining: 0, debt: 5 }])
    await expectInvariants(server)
  })

  it('require an operator, a reason and an existing grant', async () => {
    const accountId = await newAccount(server, 'ann@example.com')
    const grantId = await grantTestCredits(server, accountId, FEATURE, 50)
    const customer = await server.token('ann@example.com')
    for (const as of [customer, await server.serviceKey(['entitlements:write'])])
      expect((await revoke(grantId, 'Refunded', as)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await revoke(grantId, '  ')).data.revokeCredits).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect((await revoke('grt_unknown')).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect(await creditsOf(accountId)).toMatchObject([{ granted: 50, remaining: 50, debt: 0 }])
  })
})
