import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const OVERRIDE = `mutation ($input: OverrideEntitlementInput!, $key: String!) { overrideEntitlement(input: $input, key: $key) { denial { code } } }`
const REVOKE = `mutation ($accountId: ID!, $feature: String!, $key: String!, $reason: String!) {
  revokeOverride(accountId: $accountId, feature: $feature, key: $key, reason: $reason) {
    account { __typename usage { entitlement(feature: "projects") { limit unlimited } } }
    denial { __typename code issues { path } message }
  }
}`

describe('Removal of an operator override', () => {
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
    server.graphql<{ revokeOverride: { __typename: string; usage?: object } }>(
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
      expect((await revoke({ key: 'once' })).data.revokeOverride).toEqual({
        __typename: 'Account',
        usage: { entitlement: { limit: 5, unlimited: false } },
      })
    expect((await revoke()).data.revokeOverride).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['feature'] }],
    })
    await expectInvariants(server)
  })

  it('denies an empty reason and a feature without an override', async () => {
    await override()
    expect((await revoke({ reason: '  ' })).data.revokeOverride).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect((await revoke({ feature: 'teleport' })).data.revokeOverride).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('requires an operator and an existing account', async () => {
    const customer = await server.token('globex@example.com')
    for (const as of [customer, await server.serviceKey(['entitlements:write'])])
      expect((await revoke({}, as)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await revoke({ accountId: 'acc_unknown' })).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })
})
