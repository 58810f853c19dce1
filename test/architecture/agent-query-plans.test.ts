import pg from 'pg'
import { createAgentHeartbeats } from '#services/deployments/agents/agent-heartbeats.js'
import { openDedicatedPool } from '#services/kernel/database/dedicated-pool.js'
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

/** Beginnings of the statements of agents and commands, one of each kind. */
const KINDS = {
  traffic: /^with quick as materialized \(\s+select set_config\('synchronous_commit', 'off'/,
  returns: /^with gone as /,
  beats: /^update agent set last_heartbeat_at/,
  queue: /^with item as .*insert into command /s,
  claims: /^with claim as /,
  moves: /^with quick as .*update command set status = item\.status/s,
}

/** As every connection of agents begins; plans are those of tables that were never counted, the worst that there are. */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off;
  set enable_bitmapscan = off; set jit = off`

describe('Statements of agents', () => {
  let server: TestServer
  let client: pg.Client
  const seen = new Set<string>()
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.add(text) } })
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    const { body } = await served.agent.wait(5)
    await served.agent.report({ command_id: body.item!.command_id, status: 'success', result: {} })
    const hot = await openDedicatedPool({
      url: server.databaseUrl,
      size: 1,
      disableBitmapScans: true,
      onStatement: (text) => void seen.add(text),
    })
    await createAgentHeartbeats(server.app.context, hot, () => 0).touch([served.id])
    await hot.close()
    client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    await client.query(SETTINGS)
  })
  afterAll(async () => {
    await client.end()
    await server.close()
  })

  it.each(Object.entries(KINDS))('find every row by a key that they have: %s', async (_, kind) => {
    const [text, ...others] = [...seen].filter((each) => kind.test(each))
    expect(text).toBeDefined()
    expect(others).toEqual([])
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (generic_plan, format json) ${text!}`,
    )
    const [{ Plan: plan }] = rows[0]!['QUERY PLAN']
    const reads = nodesOf(plan).filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
    expect(reads.length).toBeGreaterThan(0)
    expect(reads.filter((node) => !/^Index (Only )?Scan$/.test(node['Node Type']) || !node['Index Cond'])).toEqual([])
    expect(JSON.stringify(plan)).not.toContain('hashed SubPlan')
  })
})

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
