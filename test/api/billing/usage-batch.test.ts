import { newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient, type BatchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

describe('usageBatch', () => {
  let server: TestServer
  let operator: BatchClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = batchClient(server, await server.token('ops@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const line = (accountId: string, key: string, amount: number, more: object = {}) => ({
    accountId,
    feature: FEATURE,
    amount,
    key,
    ...more,
  })

  it('returns a batch with pages of its lines', async () => {
    const ann = await newAccount(server)
    const id = await operator.with(Array.from({ length: 5 }, (_, index) => line(ann, `line-${index}`, 1)))
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    const page = async (after: string | null, statuses: string[] | null = null) => {
      const { data } = await server.graphql<{
        usageBatch: { lines: { nodes: { key: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
      }>(
        `query ($id: ID!, $after: String, $statuses: [UsageBatchLineStatus!]) { usageBatch(id: $id) {
          lines(first: 3, after: $after, statuses: $statuses) { nodes { key } pageInfo { hasNextPage endCursor } } } }`,
        { id, after, statuses },
        token,
      )
      const { nodes, pageInfo } = data.usageBatch.lines
      return { keys: nodes.map(({ key }) => key), ...pageInfo }
    }
    const first = await page(null)
    expect(first).toMatchObject({ keys: ['line-0', 'line-1', 'line-2'], hasNextPage: true })
    expect(await page(first.endCursor)).toMatchObject({ keys: ['line-3', 'line-4'], hasNextPage: false })
    expect(await page(null, ['APPLIED'])).toMatchObject({ keys: [] })
    expect(await operator.read('ubt_unknown')).toEqual({ code: null })
  })

  it('can be read again by ID, with its lines, by those who may see it', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server)]
    const own = batchClient(server, await server.serviceKey(['entitlements:write'], ann))
    const id = await own.with([line(ann, 'one', 1)])
    const [one] = (await own.read(id)).lines.nodes
    const read = async (token: string | null) => {
      const { data } = await server.graphql<{ nodes: unknown }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on UsageBatch { lineCount } ... on UsageBatchLine { key account { id } } } }`,
        { ids: [id, one!.id] },
        token,
      )
      return data.nodes
    }
    const both = [
      { __typename: 'UsageBatch', id, lineCount: 1 },
      { __typename: 'UsageBatchLine', id: one!.id, key: 'one', account: { id: ann } },
    ]
    expect(await read(own.token)).toEqual(both)
    expect(await read(operator.token)).toEqual(both)
    const others = [await server.serviceKey(['entitlements:write'], bob), await server.token('ann@example.com'), null]
    for (const token of others) expect(await read(token)).toEqual([null, null])
  })
})
