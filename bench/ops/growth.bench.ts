import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { benchFolder, builtModule, projectFolder } from '../harness/project.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { median, rounded, spread } from '../statistics.js'

/** Folder of another version with its dependencies, for example a worktree of an older commit. */
const BASELINE = process.env['BENCH_BASELINE']
/** 10: ten times the rows. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 1)
const ACCOUNTS = 30_000 * SCALE
const ENTRIES_EACH = 20
/** Rows each of purchases, invoices, audit entries and events of webhooks. */
const ROWS = 100_000 * SCALE
/** Entries of the account in constant use. */
const BUSY_ENTRIES = 60_000
const BUSY = `acc_${'7'.padStart(26, '0')}`
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** The clock of processor time counts hundredths of a second. */
const CALLS = 10

interface Operation {
  readonly query: string
  readonly variables?: object
}

const EVENTS = ['invoice.*', 'subscription.*', 'purchase.*', 'checkout.*', 'credits.*']

/** Queries of the pages of operators and of a busy account. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  invariants: { query: '{ invariants { name ok checkedCount } }' },
  purchases: { query: '{ purchases(first: 50) { nodes { id status purchasedAt } pageInfo { endCursor } } }' },
  'webhook-counts': { query: `{ webhookEventCounts { status count } }` },
  'open-webhook-counts': {
    query: `{ webhookEventCounts(filter: { statuses: [DEAD, QUARANTINED, RECEIVED, RETRYING, DEFERRED] }) { status count } }`,
  },
  'webhook-events': { query: '{ webhookEvents(first: 20) { nodes { id status } } }' },
  'accounts-newest': { query: '{ accounts(first: 20) { nodes { id name } } }' },
  'accounts-by-name': { query: '{ accounts(first: 20, orderBy: NAME) { nodes { id name } } }' },
  'accounts-search-name': { query: '{ accounts(first: 20, filter: { search: "Bench 1234" }) { nodes { id name } } }' },
  'accounts-search-mail': { query: '{ accounts(first: 20, filter: { search: "bench-1234@" }) { nodes { id name } } }' },
  'accounts-past-due': {
    query: '{ accounts(first: 20, filter: { subscriptionStatuses: [PAST_DUE] }) { nodes { id name } } }',
  },
  'audit-log': { query: '{ auditLog(first: 20) { nodes { id action } } }' },
  'busy-history': {
    query:
      'query ($id: ID!, $types: [String!]) { account(id: $id) { billing { events(first: 8, types: $types) { nodes { id } } } } }',
    variables: { id: BUSY, types: EVENTS },
  },
  'busy-invoices': {
    query: 'query ($id: ID!) { account(id: $id) { billing { invoices(first: 10) { nodes { id status } } } } }',
    variables: { id: BUSY },
  },
  'busy-purchases': {
    query: 'query ($id: ID!) { account(id: $id) { billing { purchases(first: 10) { nodes { id status } } } } }',
    variables: { id: BUSY },
  },
  'busy-ledger': {
    query: 'query ($id: ID!) { account(id: $id) { usage { consumptions(first: 20) { nodes { id } } } } }',
    variables: { id: BUSY },
  },
}

interface LocalTokens {
  readonly signLocalToken: (
    clock: { now(): number },
    dataDir: string,
    request: { email: string; roles: string[] },
  ) => Promise<string>
}

interface Side {
  readonly name: string
  readonly server: StackgateServer
  readonly ask: (operation: Operation) => Promise<void>
  readonly seconds: () => number
}

/** Pages over an installation with many accounts, with `BENCH_BASELINE` against another version with the same rows, in turn. */
export async function benchmarkOperatorGrowth(bench: Bench): Promise<void> {
  const ours = await startSide(bench, 'stackgate', projectFolder)
  const baseline = BASELINE ? await startSide(bench, 'baseline', BASELINE) : null
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const figures = new Map<Side, number[]>()
    for (let round = 0; round <= ROUNDS; round++)
      for (const side of baseline ? [ours, baseline] : [ours]) {
        const used = side.seconds()
        for (let call = 0; call < CALLS; call++) await side.ask(operation)
        const milliseconds = ((side.seconds() - used) * 1000) / CALLS
        if (round > 0) figures.set(side, [...(figures.get(side) ?? []), milliseconds])
      }
    const [own, peer] = [figures.get(ours)!, baseline ? figures.get(baseline)! : null]
    bench.measured(
      {
        name: `ops-growth/${name}`,
        unit: 'ms of processor time',
        ours: rounded(median(own), 1),
        peer: peer ? rounded(median(peer), 1) : null,
        peerName: peer ? 'baseline' : null,
        ratio: peer ? rounded(median(peer) / Math.max(median(own), 0.1), 2) : null,
        runs: own.length,
        spread: rounded(spread(own), 3),
      },
      {},
    )
  }
  for (const { name, server } of baseline ? [ours, baseline] : [ours])
    bench.holds(`${name}: left running`, await server.stop(), [])
}

async function startSide(bench: Bench, name: string, folder: string): Promise<Side> {
  const dataDir = join(benchFolder, 'ops-growth', name)
  rmSync(dataDir, { recursive: true, force: true })
  const environment = { CATALOG: 'agileforge' }
  const first = await startStackgate(dataDir, environment, folder)
  bench.say(`${name}: seeding ${ACCOUNTS} accounts`)
  await seed(first.databaseUrl())
  const { signLocalToken } = await builtModule<LocalTokens>('services/identity/tokens/local-tokens.js')
  const token = await signLocalToken(Date, dataDir, { email: 'ops@example.com', roles: ['admin'] })
  const meter = createProcessorMeter(first.pid, await findPostmaster(first.databaseUrl()))
  const ask = async ({ query, variables = {} }: Operation): Promise<void> => {
    const answer = await fetch(first.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    })
    const { errors } = (await answer.json()) as { errors?: unknown }
    bench.holds(`${name}: errors of ${query}`, errors, undefined)
  }
  return { name, server: first, ask, seconds: () => meter.seconds() }
}

/** Rows as an installation has them after some years, which are not in the figures of analytics. */
async function seed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const account = `'acc_' || lpad(((n - 1) % ${ACCOUNTS} + 1)::text, 26, '0')`
  const accounts = `generate_series(1, ${ACCOUNTS}) n`
  const rows = `generate_series(1, ${ROWS}) n`
  const id = (prefix: string, number = 'n') => `'${prefix}_' || lpad((${number})::text, 26, '0')`
  const statements = [
    `insert into account (id, kind, external_id, name, version)
       select ${account}, 'PERSON', 'bench-' || n || '@example.com', 'Bench ' || n, case when n = 7 then ${BUSY_ENTRIES} else 1 end from ${accounts}`,
    `insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at)
       select ${account}, 1, ${id('evt')}, ${account}, 'credits.granted', 'Credits were granted.', true, '{}', now() from ${accounts}`,
    `insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at)
       select '${BUSY}', n, ${id('evt', 'n + 50000000')}, '${BUSY}', 'usage.recorded', 'Entitlements were used.', true, '{"features": ["ai_stories"]}', now()
       from generate_series(2, ${BUSY_ENTRIES}) n`,
    `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, window_start, window_end, amount, balance_after, source, at, mutation, principal, key)
       select ${account}, 1, e, 0, 'CONSUME', 'ai_stories', now(), now(), -1, 0, 'PLAN professional', now() - make_interval(hours => e), 'consume', 'bench', n || '-' || e
       from ${accounts}, generate_series(1, ${ENTRIES_EACH}) e`,
    `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, window_start, window_end, amount, balance_after, source, at, mutation, principal, key)
       select '${BUSY}', n, 0, 0, 'CONSUME', 'ai_stories', now(), now(), -1, 0, 'PLAN professional', now(), 'consume', 'bench', 'busy-' || n
       from generate_series(2, ${BUSY_ENTRIES}) n`,
    `insert into quota_usage (account_id, window_end, feature, window_start, used, reserved)
       select account_id, window_end, feature, window_start, -sum(amount), 0 from ledger_entry where window_end is not null group by 1, 2, 3, 4`,
    `insert into purchase (id, account_id, provider, product_id, status, amount_minor, currency, purchased_at, fence)
       select ${id('pur')}, ${account}, 'STRIPE', (select id from product where type = 'PLAN' order by id limit 1), 'PAID', 500, 'USD', now() - make_interval(secs => (n::bigint * 7919) % 63072000), 1 from ${rows}`,
    `insert into invoice (id, account_id, provider, external_id, status, total_minor, currency, created_at, lines, fence)
       select ${id('inv')}, ${account}, 'STRIPE', 'in_' || n, 'PAID', 500, 'USD', now() - make_interval(secs => (n::bigint * 7919) % 63072000), '[]', 1 from ${rows}`,
    `insert into audit_entry (id, account_id, actor, action, object, details, minute, chain_no)
       select ${id('aud')}, ${account}, 'bench', 'consume', 'bench-' || n, '{}', date_trunc('minute', now()), n from ${rows}`,
    `insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state, processed_at)
       select ${id('whk')}, 'STRIPE', 'evt_bench_' || n, 'invoice.paid', 'invoice:in_' || n, false, jsonb_build_object('id', n, 'text', repeat('x', 500)), 'PROCESSED', now() from ${rows}`,
    'vacuum analyze',
    'checkpoint',
  ]
  for (const statement of statements) await client.query(statement)
  await client.end()
}
