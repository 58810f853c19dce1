import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Page {
  readonly edges: readonly { readonly cursor: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean }
}

const PAGE = '{ edges { cursor } pageInfo { hasNextPage hasPreviousPage } }'

/** Lists that can be read from both ends, with the path of the list in the response. */
const LISTS = [
  ['events', (args: string) => `{ account(id: $id) { billing { list: events(${args}) ${PAGE} } } }`],
  ['ledger entries', (args: string) => `{ account(id: $id) { usage { credits { list: entries(${args}) ${PAGE} } } } }`],
  [
    'audit log',
    (args: string) => `{ list: auditLog(filter: { account: $id, action: "mutation.grantCredits" }, ${args}) ${PAGE} }`,
  ],
  [
    'earnings entries',
    (args: string) => `{ vendor(by: { id: "${idOf('ven', 0)}" }) { list: earningsEntries(${args}) ${PAGE} } }`,
  ],
  ['reconciliation runs', (args: string) => `{ list: reconciliationRuns(${args}) ${PAGE} }`],
  ['webhook events', (args: string) => `{ list: webhookEvents(filter: { types: ["test.pages"] }, ${args}) ${PAGE} }`],
  [
    'webhook deliveries of an account',
    (args: string) => `{ account(id: $id) { access { list: webhookDeliveries(${args}) ${PAGE} } } }`,
  ],
] as const

/** One row for each of seven numbers, with the ID as `$1`, the number as `$2`, and the account as `$3`. */
const ROWS = {
  vet: `insert into earnings_entry (id, account_id, vendor_id, kind, amount_minor, currency, at)
    values ($1, $3, '${idOf('ven', 0)}', 'SALE', $2::int, 'USD', now())`,
  alm: `insert into agent_alarm (id, account_id, deployment_id, kind, severity, recovered, message, value, threshold, occurred_at)
    values ($1, $3, '${idOf('dep', 0)}', 'cpu', 'warning', false, 'High', 1, 1, now() + make_interval(secs => $2::int))`,
  rcn: `insert into reconciliation_run (id, provider, scope, drift) select $1, 'STRIPE', 'ALL', '[]' where $2::int >= 0 and $3::text <> ''`,
  ibx: `insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state)
    values ($1, 'STRIPE', $2::int::text, 'test.pages', 'event:' || $3::text, false, '{}', 'PROCESSED')`,
  whd: `insert into webhook_delivery (id, endpoint_id, account_id, event_id, type, body, state, attempt_log)
    values ($1, '${idOf('whe', 0)}', $3, $2::int::text, 'test', '{}', 'DELIVERED', '[]')`,
}

function idOf(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(26, '0')}`
}

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
        'mutation ($input: GrantCreditsInput!, $key: String!) { grantCredits(input: $input, key: $key) { denial { code } } }',
        {
          input: { accountId: id, feature: 'ai_stories', amount: 1, reason: 'Test' },
          key: `grant-${number}`,
        },
        root,
      )
    await server.query(`insert into vendor (id, name, account_id) values ($1, 'Pages', $2)`, [idOf('ven', 0), id])
    await server.query(
      `insert into deployment (id, hash, account_id, stack, status, apps, created_at) values ($1, 'with-alarms', $2, 'custom', 'ACTIVE', '[]', now())`,
      [idOf('dep', 0), id],
    )
    await server.query(
      `insert into webhook_endpoint (id, account_id, url, types, secret, created_by) values ($1, $2, 'https://hooks.example.com/x', '{*}', 'sealed', 'test')`,
      [idOf('whe', 0), id],
    )
    for (const [prefix, text] of Object.entries(ROWS))
      for (let number = 0; number < 7; number++) await server.query(text, [idOf(prefix, number), number, id])
  })
  afterAll(() => server.close())

  const read = async (query: (args: string) => string, args: string) => {
    const fields = query(args)
    const { data, errors } = await server.graphql(
      `query ${fields.includes('$id') ? '($id: ID!) ' : ''}${fields}`,
      { id },
      root,
    )
    return { list: findList(data), code: errors?.[0]?.extensions.code }
  }

  it.each(LISTS)('have the same items as forward pages: %s', async (_name, query) => {
    const { list: all } = await read(query, 'first: 100')
    const ids = all!.edges.map(({ cursor }) => cursor)
    expect(ids.length).toBeGreaterThanOrEqual(7)

    const found: string[] = []
    let before: string | null = null
    for (let pages = 0; pages <= ids.length; pages++) {
      const { list }: { list?: Page } = await read(query, `last: 3${before ? `, before: "${before}"` : ''}`)
      const { edges, pageInfo } = list!
      found.unshift(...edges.map(({ cursor }) => cursor))
      expect(pageInfo.hasNextPage).toBe(before !== null)
      if (!pageInfo.hasPreviousPage) break
      before = edges[0]!.cursor
    }
    expect(found).toEqual(ids)
  })

  it('have the same items as forward pages without cursors of items: alarms', async () => {
    interface Alarms {
      readonly nodes: readonly { readonly occurredAt: string }[]
      readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null }
    }
    const alarms = async (args: string): Promise<Alarms> => {
      const { data } = await server.graphql<{ deployment: { alarms: Alarms } }>(
        `{ deployment(id: "with-alarms") { alarms(${args}) { nodes { occurredAt } pageInfo { hasPreviousPage startCursor } } } }`,
        {},
        root,
      )
      return data.deployment.alarms
    }
    const { nodes: all } = await alarms('first: 100')
    expect(all).toHaveLength(7)
    const found: Alarms['nodes'][number][] = []
    for (let page = await alarms('last: 3'); ; page = await alarms(`last: 3, before: "${page.pageInfo.startCursor}"`)) {
      found.unshift(...page.nodes)
      if (!page.pageInfo.hasPreviousPage) break
    }
    expect(found).toEqual(all)
  })

  it.each(LISTS)('meet forward pages in the middle: %s', async (_name, query) => {
    const cursorsOf = async (args: string) => (await read(query, args)).list!.edges.map(({ cursor }) => cursor)
    const ids = await cursorsOf('first: 100')
    for (const middle of [1, 4, ids.length - 1]) {
      const from = ids[middle]!
      const [before, after] = [await cursorsOf(`last: 100, before: "${from}"`), await cursorsOf(`after: "${from}"`)]
      expect([...before, from, ...after]).toEqual(ids)
      expect(await cursorsOf(`last: 1, before: "${from}"`)).toEqual([ids[middle - 1]])
    }
  })

  it.each(LISTS)('reject contradictory arguments and foreign cursors: %s', async (_name, query) => {
    const { list } = await read(query, 'first: 1')
    const { cursor } = list!.edges[0]!
    for (const [forward, backward] of [`first: 4`, `after: "${cursor}"`, `first: 4, after: "${cursor}"`].flatMap(
      (args) =>
        ['last: 2', `before: "${cursor}"`, `last: 2, before: "${cursor}"`].map((other) => [args, other] as const),
    ))
      expect([forward, backward, (await read(query, `${forward}, ${backward}`)).code]).toEqual([
        forward,
        backward,
        'BAD_USER_INPUT',
      ])
    expect((await read(query, 'first: null, last: 2')).list!.edges).toHaveLength(2)
    expect((await read(query, 'first: 2, last: null, before: null')).list!.edges).toHaveLength(2)
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
