import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Fields of an account by the permission that they need. */
const FIELDS = {
  'entitlements:read': {
    entitlements: '{ used }',
    entitlement: '(feature: "deployments") { used }',
    credits: '{ remaining }',
    usageMetrics: '(metrics: [USAGE]) { nodes { total { units } } }',
  },
  'billing:read': {
    billingInfo: '{ status }',
    subscription: '{ id }',
    invoices: '{ nodes { id } }',
    purchases: '{ totalCount nodes { id } }',
    events: '{ nodes { id } }',
  },
} as const
const SELECTION = Object.values(FIELDS).flatMap((fields) =>
  Object.entries(fields).map(([name, rest]) => `${name}${rest}`),
)
const PAGE = `query ($id: ID) { account(id: $id) { id name plan { plan { code } } ${SELECTION.join(' ')} } }`

describe('Fields of an account that the caller may not read', () => {
  let server: TestServer
  let accountId: string
  beforeAll(async () => {
    server = await startTestServer()
    ;({ accountId } = await subscribe(server, 'ann@example.com', { plan: 'plus' }))
  })
  afterAll(() => server.close())

  it.each([
    ['entitlements:read', 'billing:read'],
    ['billing:read', 'entitlements:read'],
  ] as const)('are null with an error and a path for a key with %s only', async (scope, missing) => {
    const token = await server.serviceKey([scope], accountId)
    const { data, errors } = await server.graphql<{ account: Record<string, unknown> }>(PAGE, { id: accountId }, token)
    expect(data.account).toMatchObject({ id: accountId, plan: { plan: { code: 'plus' } } })
    for (const name of Object.keys(FIELDS[missing])) expect([name, data.account[name]]).toEqual([name, null])
    for (const name of Object.keys(FIELDS[scope])) expect([name, data.account[name]]).not.toEqual([name, null])
    const refused = errors!.map(({ path, extensions }) => `${path!.join('.')} ${extensions.code}`)
    const expected = Object.keys(FIELDS[missing]).map((name) => `account.${name} FORBIDDEN`)
    expect(refused.toSorted()).toEqual(expected.toSorted())
  })
})
