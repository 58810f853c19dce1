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
        `mutation ($input: EndCompedPlanInput!) { endCompedPlan(input: $input) { __typename
          ... on Account { plan { complimentary plan { code } } } ... on Refused { code } } }`,
        { input: { plan: 'business', reason: 'Contract ended', idempotencyKey: randomUUID(), ...input } },
        admin,
      )
    ).data.endCompedPlan

  it('ends a complimentary plan at once and records why', async () => {
    const token = await server.token('ended@example.com')
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const accountId = data.account.id
    expect(await end({ accountId })).toMatchObject({ code: 'INVALID_TRANSITION' })
    await server.graphql(
      `mutation ($input: CompPlanInput!) { compPlan(input: $input) { __typename } }`,
      {
        input: {
          accountId,
          plan: 'business',
          until: '2031-01-01T00:00:00Z',
          reason: 'Partner',
          idempotencyKey: 'comp',
        },
      },
      admin,
    )
    expect(await end({ accountId, reason: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await end({ accountId, plan: 'professional' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await end({ accountId, idempotencyKey: 'end' })).toEqual({
      __typename: 'Account',
      plan: { complimentary: false, plan: { code: 'starter' } },
    })
    // The same key returns the first result.
    expect(await end({ accountId, idempotencyKey: 'end' })).toMatchObject({ __typename: 'Account' })
    const events = await server.graphql<{ account: { events: { nodes: { data: object }[] } } }>(
      `{ account { events(types: ["plan.comp_ended"]) { nodes { data } } } }`,
      {},
      token,
    )
    expect(events.data.account.events.nodes).toMatchObject([{ data: { plan: 'business', reason: 'Contract ended' } }])
  })
})
