import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { seedTemplates } from '../marketplace/templates.js'
import { plansQuery } from '../plans/query.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { benchFolder, projectFolder } from '../harness/project.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { serviceKeyOf } from './bench-server.js'
import { alternate, quiesceDatabase, type Run } from './measure.js'
import { usageLoad } from './usage-load.js'

/** Folder of another version with its dependencies, for example a worktree of an older commit. */
const BASELINE = process.env['BENCH_BASELINE']
const ACCOUNTS = 200
const TEMPLATES = 200
const CALLERS = (process.env['BENCH_CALLERS'] ?? '1,8,32').split(',').map(Number)
const effort = { seconds: 3, warmUpSeconds: 4, rounds: Number(process.env['BENCH_ROUNDS'] ?? 5) }

/** The first page of a dashboard. Older versions have these fields too. */
const PAGE = {
  query: `query Page($id: ID!) { account(id: $id) { id name plan { plan { id code name } } usage { entitlements { feature { code name kind } granted unlimited limit used remaining percent resetsAt } } } }`,
  variables: { id: '{A}' },
  expected: '"resetsAt":',
}
const CHECK = {
  query: `query Check($id: ID!) { check(accountId: $id, feature: "deployments") { allowed } }`,
  variables: { id: '{A}' },
  expected: '"allowed":true',
}
/** Lists of the public catalog, without a token as visitors read them. */
const PLANS = { query: plansQuery, variables: {}, expected: '"features":[', isPublic: true }
const LIST = {
  query: `query Templates { templates(first: 20) { pageInfo { hasNextPage endCursor } nodes { id slug name shortDescription tags version installCount isPaid category { code title } vendor { name verified } } } }`,
  variables: {},
  expected: '"slug":"bench-',
  isPublic: true,
}
/** Requests that are compared with another version. */
const COMPARED = { page: PAGE, check: CHECK, plans: PLANS, templates: LIST }

interface Request {
  readonly query: string
  readonly variables: object
  readonly expected: string
  readonly isPublic?: boolean
}

interface Tree {
  readonly name: string
  readonly server: StackgateServer
  readonly client: pg.Client
  readonly token: string
}

/** The first page of an account, against a check on the same server, or with `BENCH_BASELINE` frequent requests against another version. */
export async function benchmarkAccount(bench: Bench): Promise<void> {
  const ours = await startTree('stackgate', projectFolder)
  const baseline = BASELINE ? await startTree('baseline', BASELINE) : null
  const compared = baseline
    ? Object.entries(COMPARED).map(([name, request]) => ({ name, request, peer: baseline, peerRequest: request }))
    : [{ name: 'page', request: PAGE, peer: ours, peerRequest: CHECK }]
  for (const { name, request, peer, peerRequest } of compared) {
    const [side, peerSide] = [await sideOf(bench, ours, request), await sideOf(bench, peer, peerRequest)]
    const peerName = baseline ? 'baseline' : 'check'
    for (const callers of CALLERS)
      await alternate(
        bench,
        { name: `account/${name}/${peerName}/callers-${callers}`, unit: 'requests/s', peerName, figure: {}, callers },
        side(callers),
        peerSide(callers),
        effort,
      )
  }
  for (const tree of [ours, ...(baseline ? [baseline] : [])]) {
    await tree.client.end()
    bench.holds(`${tree.name}: left running`, await tree.server.stop(), [])
  }
}

async function startTree(name: string, folder: string): Promise<Tree> {
  const data = join(benchFolder, 'account', name)
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  const dataDir = join(data, 'data')
  const server = await startStackgate(dataDir, {}, folder)
  const client = new pg.Client({ connectionString: server.databaseUrl() })
  await client.connect()
  await client.query(`insert into account (id, kind, external_id, name, version)
    select 'acc_' || lpad(n::text, 26, '0'), 'TEAM', 'bench-' || n, 'Bench ' || n, 1 from generate_series(0, ${ACCOUNTS - 1}) n`)
  await seedTemplates(client, TEMPLATES)
  await quiesceDatabase(client)
  const token = serviceKeyOf(folder, dataDir, ['entitlements:read', 'billing:read'])
  return { name, server, client, token }
}

/** Loads a server with one operation on accounts in turn. */
async function sideOf(bench: Bench, tree: Tree, { query, variables, expected, isPublic }: Request) {
  const meter = createProcessorMeter(tree.server.pid, await findPostmaster(tree.server.databaseUrl()))
  const steps = [{ template: JSON.stringify({ query, variables }), expected }]
  return (connections: number) =>
    async (seconds: number): Promise<Run> => {
      const plan = {
        url: tree.server.graphqlUrl,
        token: isPublic ? null : tree.token,
        steps,
        firstAccount: 0,
        accounts: ACCOUNTS,
        connections,
        seconds,
      }
      const { requestsPerSecond: perSecond, wrong, sample, microseconds } = await usageLoad(plan, meter)
      bench.holds(`${tree.name}: wrong answers (${sample?.slice(0, 200)})`, wrong, 0)
      return { perSecond, microseconds, note: `${microseconds.toFixed(0)} µs of processor each` }
    }
}
