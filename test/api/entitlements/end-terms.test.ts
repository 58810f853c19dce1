import { randomUUID } from 'node:crypto'
import { accountIdOf } from '#test/support/accounts.js'
import { expectInvariants } from '#test/support/invariants.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const OVERRIDE = `mutation ($input: SetTermsInput!, $key: String!) { setTerms(input: $input, key: $key) { denial { code } } }`
const REVOKE = `mutation ($accountId: ID!, $feature: String, $key: String!, $plan: String, $reason: String!) {
  endTerms(accountId: $accountId, feature: $feature, key: $key, plan: $plan, reason: $reason) {
    account { __typename plan { complimentary plan { code } } usage { entitlement(feature: "projects") { limit unlimited } } }
    denial { __typename code issues { path } message }
  }
}`

describe('endTerms', () => {
  let server: TestServer
  let operator: string
  let accountId: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    accountId = await newAccount(server, 'globex@example.com')
  })
  afterAll(() => server.close())

  const override = () =>
    server.graphql(
      OVERRIDE,
      {
        input: { accountId, feature: 'projects', unlimited: true, reason: 'Contract' },
        key: randomUUID(),
      },
      operator,
    )
  const revoke = (input: object = {}, as = operator) =>
    server.graphql<{ endTerms: { __typename: string; usage?: object } }>(
      REVOKE,
      {
        accountId,
        feature: 'projects',
        reason: 'Contract ended',
        key: randomUUID(),
        ...input,
      },
      as,
    )

  it('restores the limit of the plan, once', async () => {
    await override()
    for (let call = 0; call < 2; call++)
      expect((await revoke({ key: 'once' })).data.endTerms).toMatchObject({
        __typename: 'Account',
        usage: { entitlement: { limit: 5, unlimited: false } },
      })
    expect((await revoke()).data.endTerms).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['feature'] }],
    })
    await expectInvariants(server)
  })

  it('denies an empty reason and a feature without an override', async () => {
    await override()
    expect((await revoke({ reason: '  ' })).data.endTerms).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect((await revoke({ feature: 'teleport' })).data.endTerms).toMatchObject({ code: 'INVALID_TRANSITION' })
    for (const subject of [{ feature: null }, { plan: 'business' }])
      expect((await revoke(subject)).data.endTerms).toMatchObject({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['plan'] }],
      })
  })

  it('ends a complimentary plan at once and records why', async () => {
    const token = await server.token('ended@example.com')
    const ended = await accountIdOf(server, token)
    const end = async (input: object = {}) =>
      (await revoke({ accountId: ended, feature: null, plan: 'business', ...input })).data.endTerms
    expect(await end()).toMatchObject({ code: 'INVALID_TRANSITION' })
    const input = { accountId: ended, plan: 'business', endsAt: '2031-01-01T00:00:00Z', reason: 'Partner' }
    await server.graphql(OVERRIDE, { input, key: 'comp' }, operator)
    expect(await end({ reason: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await end({ plan: 'professional' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    const account = { __typename: 'Account', plan: { complimentary: false, plan: { code: 'starter' } } }
    // The same key returns the first result.
    for (let call = 0; call < 2; call++) expect(await end({ key: 'end' })).toMatchObject(account)
    const events = await server.graphql<{ account: { billing: { events: { nodes: { data: object }[] } } } }>(
      `{ account { billing { events(types: ["plan.comp_ended"]) { nodes { data } } } } }`,
      {},
      token,
    )
    expect(events.data.account.billing.events.nodes).toMatchObject([
      { data: { plan: 'business', reason: 'Contract ended' } },
    ])
    await expectInvariants(server)
  })

  it('requires an operator and an existing account', async () => {
    const customer = await server.token('globex@example.com')
    for (const as of [customer, await server.serviceKey(['entitlements:write'])])
      expect((await revoke({}, as)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await revoke({ accountId: 'acc_unknown' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })
})
