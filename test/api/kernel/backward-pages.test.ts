import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean }
}

const PAGE = '{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }'

/** Lists that can be read from both ends, with the path of the list in the response. */
const LISTS = [
  ['events', (args: string) => `{ account(id: $id) { list: events(${args}) ${PAGE} } }`],
  ['ledger entries', (args: string) => `{ account(id: $id) { credits { list: entries(${args}) ${PAGE} } } }`],
  [
    'audit log',
    (args: string) => `{ list: auditLog(accountId: $id, action: "mutation.grantCredits", ${args}) ${PAGE} }`,
  ],
] as const

describe('pages that are read backward', () => {
  let server: TestServer
  let id: string
  let root: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    root = await server.token('root@example.com', { roles: ['root'] })
    id = await newAccount(server)
    for (let number = 0; number < 7; number++)
      await server.graphql(
        'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { __typename } }',
        {
          input: { accountId: id, feature: 'ai_stories', amount: 1, reason: 'Test', idempotencyKey: `grant-${number}` },
        },
        root,
      )
  })
  afterAll(() => server.close())

  const read = async (query: (args: string) => string, args: string) => {
    const { data, errors } = await server.graphql(`query ($id: ID!) ${query(args)}`, { id }, root)
    return { list: findList(data), code: errors?.[0]?.extensions.code }
  }

  it.each(LISTS)('have the same items as forward pages: %s [AP-B31]', async (_name, query) => {
    const { list: all } = await read(query, 'first: 100')
    const ids = all!.edges.map(({ node }) => node.id)
    expect(ids.length).toBeGreaterThanOrEqual(7)

    const found: string[] = []
    let before: string | null = null
    for (let pages = 0; pages <= ids.length; pages++) {
      const { list }: { list?: Page } = await read(query, `last: 3${before ? `, before: "${before}"` : ''}`)
      const { edges, pageInfo } = list!
      found.unshift(...edges.map(({ node }) => node.id))
      expect(pageInfo.hasNextPage).toBe(before !== null)
      if (!pageInfo.hasPreviousPage) break
      before = edges[0]!.cursor
    }
    expect(found).toEqual(ids)
  })

  it.each(LISTS)('reject contradictory arguments and foreign cursors: %s [AP-B31]', async (_name, query) => {
    const { list } = await read(query, 'first: 1')
    const { cursor } = list!.edges[0]!
    expect((await read(query, `after: "${cursor}", before: "${cursor}"`)).code).toBe('BAD_USER_INPUT')
    expect((await read(query, 'last: 101')).code).toBe('BAD_USER_INPUT')
    expect((await read(query, 'last: 2, before: "bm90aGluZw"')).code).toBe('INVALID_CURSOR')
    expect((await read(query, 'last: 0')).list).toMatchObject({ edges: [], pageInfo: { hasPreviousPage: true } })
  })
})

/** The value of `list` at any depth. */
function findList(value: unknown): Page | undefined {
  if (Array.isArray(value)) return value.map(findList).find(Boolean)
  if (typeof value !== 'object' || value === null) return undefined
  if ('list' in value) return (value as { list?: Page }).list
  return Object.values(value).map(findList).find(Boolean)
}
