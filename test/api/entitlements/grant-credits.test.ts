import { variablesOf } from '#test/support/mutations.js'
import { Credits } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const GRANT = `mutation ($input: GrantCreditsInput!, $key: String!) {
  grantCredits(input: $input, key: $key) {
    creditGrant { __typename id amount remaining grantedAt expiresAt source { kind reason } }
    denial { __typename code issues { path } }
  }
}`

describe('Credits that an operator grants', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const grant = (input: object, as = operator) =>
    server.graphql<{ grantCredits: { __typename: string; id: string } }>(
      GRANT,
      variablesOf('grantCredits', {
        feature: 'ai_stories',
        amount: 50,
        reason: 'Goodwill',
        key: randomUUID(),
        ...input,
      }),
      as,
    )
  const creditsOf = async (accountId: string) =>
    (await server.graphql(Credits, { account: accountId }, operator)).data.account!.usage!.credits

  it('are added once per key, with their reason and expiry', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, validForDays: 90, idempotencyKey: 'goodwill-1' }
    const { data: first } = await grant(input)
    expect(first.grantCredits).toMatchObject({
      __typename: 'CreditGrant',
      amount: 50,
      remaining: 50,
      grantedAt: '2026-01-15T10:00:00.000Z',
      expiresAt: '2026-04-15T10:00:00.000Z',
      source: { kind: 'OVERRIDE', reason: 'Goodwill' },
    })
    expect((await grant(input)).data.grantCredits.id).toBe(first.grantCredits.id)
    expect((await grant({ ...input, amount: 51 })).data.grantCredits).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await creditsOf(accountId)).toMatchObject([{ granted: 50, used: 0, remaining: 50, debt: 0 }])
    await expectInvariants(server)
  })

  it.each([
    ['an amount of zero', { amount: 0 }, 'INVALID_AMOUNT', 'amount'],
    ['a validity of zero days', { validForDays: 0 }, 'INVALID_PARAMETERS', 'validForDays'],
    ['an empty reason', { reason: '  ' }, 'INVALID_PARAMETERS', 'reason'],
    ['a boolean feature', { feature: 'sso' }, 'INVALID_PARAMETERS', 'feature'],
    ['an unknown feature', { feature: 'teleport' }, 'NOT_FOUND', 'feature'],
  ])('are denied for %s', async (_what, input, code, field) => {
    const accountId = await newAccount(server)
    expect((await grant({ accountId, ...input })).data.grantCredits).toEqual({
      __typename: 'Denial',
      code,
      issues: [{ path: field.split('.') }],
    })
    expect(await creditsOf(accountId)).toEqual([])
  })

  it('require an operator and an existing account', async () => {
    const accountId = await newAccount(server, 'ann@example.com')
    const customer = await server.token('ann@example.com')
    for (const as of [customer, await server.serviceKey(['entitlements:write'])])
      expect((await grant({ accountId }, as)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await grant({ accountId: 'acc_unknown' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect(await creditsOf(accountId)).toEqual([])
  })
})
