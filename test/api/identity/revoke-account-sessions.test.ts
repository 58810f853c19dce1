import { Check, CreateAccountSession, RevokeAccountSessions } from '@stackgate/client/documents'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('revokeAccountSessions', () => {
  let server: TestServer
  let key: string
  let other: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(['entitlements:read', 'accounts:write'])
    other = await server.serviceKey(['entitlements:read', 'accounts:write'])
  })
  afterAll(() => server.close())

  const create = async (account: string, by: string) => {
    const permissions = ['ENTITLEMENTS_READ'] as const
    const { data } = await server.graphql(CreateAccountSession, { account, permissions }, by)
    return (data.createAccountSession as { secret: string }).secret
  }
  const revoke = (account: string, by: string) => server.graphql(RevokeAccountSessions, { account }, by)
  const check = async (token: string) => {
    const { data, errors } = await server.graphql(Check, { feature: 'ai_stories' }, token)
    return errors?.[0]?.extensions?.['code'] ?? data.check?.allowed
  }
  const expectEnded = (token: string) =>
    eventually(
      () => check(token),
      (code) => code === 'INVALID_TOKEN',
      5_000,
    )

  it('ends those of the key within five seconds, and no others', async () => {
    const [one, two, foreign] = [
      await create('customer:1', key),
      await create('customer:1', key),
      await create('customer:1', other),
    ]
    const elsewhere = await create('customer:2', key)
    expect(await check(one)).toBe(true)
    for (const _ of ['first', 'repeated']) expect((await revoke('customer:1', key)).errors).toBeUndefined()
    await expectEnded(one)
    await expectEnded(two)
    expect([await check(foreign), await check(elsewhere)]).toEqual([true, true])
    expect((await revoke('customer:1', foreign)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    expect(await check(foreign)).toBe(true)
  })

  it('ends all of an account for operators, and the audit log has their number once', async () => {
    const [one, two] = [await create('customer:3', key), await create('customer:3', other)]
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    for (const _ of ['first', 'repeated']) await revoke('customer:3', operator)
    await expectEnded(one)
    await expectEnded(two)
    const entries = await server.query<{ details: object }>(
      `select details from audit_entry where action = 'sessions.revoked' and account_id = (select id from account where external_id = '3')`,
    )
    expect(entries).toMatchObject([{ details: { count: 2 } }])
  })

  it('finds no account that the caller cannot see', async () => {
    const stranger = await server.token('bob@example.com')
    expect((await revoke('customer:1', stranger)).errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND')
  })
})
