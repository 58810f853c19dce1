import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('endCompedPlan', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const end = async (input: Record<string, unknown>) =>
    (
      await server.graphql<{ endCompedPlan: { __typename: string; code?: string; plan?: object } }>(
        `mutation ($accountId: ID!, $key: String!, $plan: String!, $reason: String!) {
          endCompedPlan(accountId: $accountId, key: $key, plan: $plan, reason: $reason) {
            account { __typename plan { complimentary plan { code } } }
            denial { __typename code }
          }
        }`,
        { plan: 'business', reason: 'Contract ended', key: randomUUID(), ...input },
        admin,
      )
    ).data.endCompedPlan

  it('ends a complimentary plan at once and records why', async () => {
    const token = await server.token('ended@example.com')
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const accountId = data.account.id
    expect(await end({ accountId })).toMatchObject({ code: 'INVALID_TRANSITION' })
    await server.graphql(
      `mutation ($input: CompPlanInput!, $key: String!) { compPlan(input: $input, key: $key) { denial { code } } }`,
      {
        input: { accountId, plan: 'business', endsAt: '2031-01-01T00:00:00Z', reason: 'Partner' },
        key: 'comp',
      },
      admin,
    )
    expect(await end({ accountId, reason: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await end({ accountId, plan: 'professional' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await end({ accountId, key: 'end' })).toEqual({
      __typename: 'Account',
      plan: { complimentary: false, plan: { code: 'starter' } },
    })
    // The same key returns the first result.
    expect(await end({ accountId, key: 'end' })).toMatchObject({ __typename: 'Account' })
    const events = await server.graphql<{ account: { billing: { events: { nodes: { data: object }[] } } } }>(
      `{ account { billing { events(types: ["plan.comp_ended"]) { nodes { data } } } } }`,
      {},
      token,
    )
    expect(events.data.account.billing.events.nodes).toMatchObject([
      { data: { plan: 'business', reason: 'Contract ended' } },
    ])
  })
})
