import { accountIdOf } from '#test/support/accounts.js'
import { grantTestCredits } from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const QUERY = `subscription ($id: ID!) { billingEvents(accountId: $id) { ... on Event { id type account { id name } } } }`
const FOLLOWERS = 4

interface Seen {
  readonly id: string
  readonly type: string
  readonly account: { readonly id: string }
}

describe('Followers of one stream', () => {
  let server: TestServer
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text: string) => void statements.push(text) } })
  })
  afterAll(() => server.close())

  it('share the result of an event with the same caller, document and variables only', async () => {
    const [ann, operator] = [
      await server.token('ann@example.com'),
      await server.token('ops@example.com', { roles: ['admin'] }),
    ]
    const id = await accountIdOf(server, ann)
    const open = (token: string, query = QUERY) => recordStream<Seen>(server.url, token, query, { id })
    const followers = await Promise.all(Array.from({ length: FOLLOWERS }, () => open(ann)))
    const others = [await open(operator), await open(ann, QUERY.replace('type', 'type summary'))]
    statements.length = 0
    await grantTestCredits(server, id, 'deployments', 1)
    const seen = await Promise.all([...followers, ...others].map((one) => one.until((events) => events.length > 0)))
    expect(seen.map(([event]) => event!.account.id)).toEqual(Array.from({ length: FOLLOWERS + 2 }, () => id))
    expect(new Set(seen.map(([event]) => event!.id)).size).toBe(1)
    // The account of the event is read once for the followers, and once for each of the others.
    const reads = statements.filter((text) => /^select .* from "account" where "id" = any/.test(text))
    expect(reads).toHaveLength(3)
    await Promise.all([...followers, ...others].map((one) => one.stop()))
  })
})
