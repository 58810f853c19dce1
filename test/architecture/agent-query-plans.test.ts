import pg from 'pg'
import { recordHeartbeats, recordRequests } from '#services/deployments/agents/agent-requests.sql.js'
import { claimCommands, insertCommands, transitionCommands } from '#services/deployments/commands/command-queue.sql.js'
import { markAgentsOnline } from '#services/deployments/presence/presence.sql.js'
import { enqueue, deploymentWithAgent } from '../support/deployments.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

/** Node of a plan from `explain (format json)`. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly Operation?: string
  readonly Plans?: readonly PlanNode[]
}

/** Statements of agents and commands that run on the dedicated connections. */
const STATEMENTS = {
  recordRequests,
  recordHeartbeats,
  markAgentsOnline,
  insertCommands,
  claimCommands,
  transitionCommands,
}

/** Settings of every agent connection. Plans are those of tables without statistics, the worst case. */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off;
  set enable_bitmapscan = off; set jit = off`

describe('Agent statements', () => {
  let server: TestServer
  let client: pg.Client
  beforeAll(async () => {
    server = await startTestServer()
    // The indexes of an empty table all cost the same.
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    const { body } = await served.agent.wait(5)
    await served.agent.report({ command_id: body.item!.command_id, status: 'success', result: {} })
    client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    await client.query(SETTINGS)
  })
  afterAll(async () => {
    await client.end()
    await server.close()
  })

  it.each(Object.entries(STATEMENTS))('find every row by an index: %s', async (_, { text }) => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (generic_plan, format json) ${text}`,
    )
    const [{ Plan: plan }] = rows[0]!['QUERY PLAN']
    const reads = nodesOf(plan).filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
    expect(reads.length).toBeGreaterThan(0)
    expect(reads.filter((node) => !/^Index (Only )?Scan$/.test(node['Node Type']) || !node['Index Cond'])).toEqual([])
    expect(JSON.stringify(plan)).not.toContain('hashed SubPlan')
  })
})

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
