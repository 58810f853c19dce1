import pg from 'pg'
import { deleteOldDeploymentEvents } from '#services/deployments/retention/retention.sql.js'
import { deleteOldAccountEvents } from '#services/kernel/retention/retention.sql.js'
import { statementsOf } from '../support/statements.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

/** Tables that grow with the business. */
const LARGE = [
  'account',
  'audit_entry',
  'billing_subscription',
  'inbox_event',
  'invoice',
  'ledger_entry',
  'purchase',
  'stream_event',
]

/** Node of a plan from `explain (format json)`. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

const EVENTS = '["invoice.*", "subscription.*", "purchase.*"]'
const ofAccount = (group: string, fields: string) =>
  `query ($account: ID!) { account(id: $account) { ${group} { ${fields} } } }`

/** Queries of pages, with the large tables that their statements read. */
const READS: Readonly<Record<string, readonly [query: string, ...tables: string[]]>> = {
  purchases: ['{ purchases(first: 50) { nodes { id } } }', 'purchase'],
  'counts of open webhook events': [
    '{ webhookEventCounts(filter: { statuses: [RECEIVED, DEFERRED, RETRYING, QUARANTINED, DEAD] }) { count } }',
    'inbox_event',
  ],
  'webhook events': ['{ webhookEvents(first: 20) { nodes { id } } }', 'inbox_event'],
  accounts: ['{ accounts(first: 20) { nodes { id } } }', 'account'],
  'accounts by name': ['{ accounts(first: 20, orderBy: NAME) { nodes { id } } }', 'account'],
  'accounts with a status': [
    '{ accounts(first: 20, filter: { subscriptionStatuses: [PAST_DUE, UNPAID] }) { nodes { id } } }',
    'account',
    'billing_subscription',
  ],
  'accounts with a status by name': [
    '{ accounts(first: 20, orderBy: NAME, filter: { subscriptionStatuses: [PAST_DUE] }) { nodes { id } } }',
    'account',
    'billing_subscription',
  ],
  'audit log': ['{ auditLog(first: 20) { nodes { id } } }', 'audit_entry'],
  'events of an account': [ofAccount('billing', `events(first: 8, types: ${EVENTS}) { nodes { id } }`), 'stream_event'],
  'invoices of an account': [ofAccount('billing', 'invoices(first: 10) { nodes { id } }'), 'invoice'],
  'purchases of an account': [ofAccount('billing', 'purchases(first: 10) { nodes { id } }'), 'purchase'],
  'ledger of an account': [ofAccount('usage', 'consumptions(first: 20) { nodes { id } }'), 'ledger_entry'],
}

/** Returns true if each index below a bitmap is searched. */
const isSearched = ({ 'Index Cond': condition, Plans: plans = [] }: PlanNode): boolean =>
  condition !== undefined || (plans.length > 0 && plans.every(isSearched))

/** Describes each read of a large table that is no search in an index, and no start of an index in its order. */
function longReads(node: PlanNode, isOrdered = false): string[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Cond': condition, Plans: plans = [] } = node
  const isRead = type !== 'ModifyTable' && LARGE.includes(table ?? '')
  const isStart = /^Index (Only )?Scan$/.test(type) && isOrdered
  const isOnlyOrdered =
    type === 'Limit' || (isOrdered && !/^(Sort|Incremental Sort|Aggregate|Unique|Hash.*)$/.test(type))
  const isSearch = condition !== undefined || (type === 'Bitmap Heap Scan' && plans.every(isSearched))
  return [
    ...(isRead && !isSearch && !isStart ? [`${type} on ${table}`] : []),
    ...plans.flatMap((plan) => longReads(plan, isOnlyOrdered)),
  ]
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

const indexesOf = (plan: PlanNode): string[] =>
  nodesOf(plan).flatMap((node) => ('Index Name' in node ? [String(node['Index Name'])] : []))

describe('Statements of pages', () => {
  let server: TestServer
  let client: pg.Client
  let token: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text: string) => void seen.push(text) } })
    token = await server.token('ops@example.com', { roles: ['admin'] })
    client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    // A table of the tests is smaller than any index.
    await client.query('set enable_seqscan = off; set enable_sort = off')
  })
  afterAll(async () => {
    await client.end()
    await server.close()
  })

  const planOf = async (text: string): Promise<PlanNode> => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (generic_plan, format json) ${text}`,
    )
    return rows[0]!['QUERY PLAN'][0].Plan
  }

  it.each(Object.entries(READS))('find the rows of large tables by an index: %s', async (_, [query, ...tables]) => {
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const statements = await statementsOf(seen, async () => {
      const { errors } = await server.graphql(query, { account: data.account.id }, token)
      expect(errors).toBeUndefined()
    })
    const reading = statements.filter((text) => tables.some((table) => new RegExp(`\\bfrom "?${table}\\b`).test(text)))
    expect(reading.length).toBeGreaterThan(0)
    for (const text of new Set(reading)) expect([text, longReads(await planOf(text))]).toEqual([text, []])
  })

  it('read only accounts that have a subscription status, where all of the newest can have another', async () => {
    const statements = await statementsOf(seen, () => server.graphql(READS['accounts with a status']![0], {}, token))
    const reading = statements.filter((text) => /from billing_subscription/.test(text))
    expect(reading).toHaveLength(1)
    const accounts = nodesOf(await planOf(reading[0]!)).filter((node) => node['Relation Name'] === 'account')
    expect(accounts.map((node) => node['Index Cond'])).toEqual(['(id = s.account_id)'])
  })

  it('skip the frequent events of an account when a page asks for others', async () => {
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const statements = await statementsOf(seen, () =>
      server.graphql(READS['events of an account']![0], { account: data.account.id }, token),
    )
    const reading = statements.filter((text) => /from stream_event/.test(text))
    expect(reading).toHaveLength(1)
    expect(indexesOf(await planOf(reading[0]!))).toEqual(['stream_event_rare'])
  })

  it.each(Object.entries({ deleteOldAccountEvents, deleteOldDeploymentEvents }))(
    'find old events by an index: %s',
    async (_, { text }) => {
      // Accounts may be read as a whole: there are fewer of them than of events.
      const reads = longReads(await planOf(text)).filter((read) => !read.endsWith(' on account'))
      expect(reads).toEqual([])
    },
  )

  it('differ from a sort of all rows', async () => {
    const all = await planOf(`select id from purchase order by date_trunc('milliseconds', purchased_at) limit 50`)
    expect(longReads(all)).not.toEqual([])
  })
})
