import { setTimeout as pause } from 'node:timers/promises'
import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '../support/deployments.js'
import { recordStream } from '../support/graphql-stream.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { describeUnless } from '../support/skip.js'
import { TestAgent } from '../support/test-agent.js'
import { testMachines } from '../support/test-database.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const AGENTS = 4
const COMMANDS = 15

const reason = testMachines() ? null : 'CITUS_DATABASE_URL names no cluster'

/** `test/long/citus-server.test.ts` runs this with a cluster. */
describeUnless(reason)('Agents on distributed tables', () => {
  let server: TestServer
  let second: SecondServer
  beforeAll(async () => {
    server = await startTestServer()
    second = await startSecondServer(server, {})
  })
  afterAll(async () => {
    await second?.kill()
    await server?.close()
  })

  /** Polls the processes in turn and reports each command, until the queue is empty and the commands are enqueued. */
  async function work(
    { agent }: DeploymentWithAgent,
    urls: () => readonly string[],
    isComplete: () => boolean,
  ): Promise<{ delivered: string[]; reported: string[] }> {
    const delivered: string[] = []
    const reported: string[] = []
    for (let turn = 0; ; turn++) {
      const at = new TestAgent(urls()[turn % urls().length]!, agent.identity)
      const wasComplete = isComplete()
      const poll = await at.wait(1).catch(() => null)
      if (poll?.status !== 200) {
        await pause(100)
        continue
      }
      const { item } = poll.body
      if (!item) {
        if (wasComplete) return { delivered, reported }
        continue
      }
      delivered.push(item.command_id)
      const report = { command_id: item.command_id, status: 'success', result: { status: 'ok' } }
      while ((await new TestAgent(server.url, agent.identity).report(report)).status !== 200) await pause(100)
      reported.push(item.command_id)
    }
  }

  it('delivers no command twice and loses none when a process is killed', async () => {
    const served: DeploymentWithAgent[] = []
    for (let number = 0; number < AGENTS; number++) served.push(await deploymentWithAgent(server))
    let urls: readonly string[] = [second.url, server.url]
    let complete = false
    const working = served.map((deployment) =>
      work(
        deployment,
        () => urls,
        () => complete,
      ),
    )
    const enqueued = await Promise.all(
      served.map(async (deployment) => {
        const ids: string[] = []
        for (let number = 0; number < COMMANDS; number++) ids.push((await enqueue(server, deployment)).id)
        return ids
      }),
    )
    await second.kill()
    urls = [server.url]
    complete = true
    const worked = await Promise.all(working)
    for (const [index, { delivered, reported }] of worked.entries()) {
      const { id, hash } = served[index]!
      expect(new Set(delivered).size).toBe(delivered.length)
      // A command that the killed process held is marked as lost a few seconds after the next poll.
      const openCommands = () =>
        server.query<{ id: string }>(
          `select id from command where deployment_id = $1 and status in ('QUEUED', 'LEASED', 'RUNNING')`,
          [id],
        )
      for (const end = Date.now() + 30_000; (await openCommands()).length > 0 && Date.now() < end;) {
        await served[index]!.agent.wait(0)
        await pause(500)
      }
      const rows = await server.query<{ id: string; status: string; attempt: number }>(
        'select id, status, attempt from command where deployment_id = $1',
        [id],
      )
      expect([hash, rows.map((row) => row.id).toSorted()]).toEqual([hash, enqueued[index]!.toSorted()])
      expect(rows.filter(({ attempt }) => attempt > 1)).toEqual([])
      const succeeded = rows.filter(({ status }) => status === 'SUCCEEDED').map((row) => row.id)
      expect(succeeded.toSorted()).toEqual(reported.toSorted())
      expect(rows.filter(({ status }) => !['SUCCEEDED', 'LOST'].includes(status))).toEqual([])
      const events = await server.query<{ sequence: number }>(
        'select sequence::int from stream_event where stream_id = $1 order by sequence',
        [id],
      )
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, place) => place + 1))
    }
  })

  it('continues the stream of the deployments of an account after its rows were moved', async () => {
    const served = await deploymentWithAgent(server)
    const stream = await recordStream<{ __typename: string; type?: string; reason?: string }>(
      server.url,
      served.owner,
      `subscription { deploymentEvents { __typename ... on Event { type } ... on Resync { reason } } }`,
      {},
    )
    await stream.until(({ length }) => length === 1)
    const [shard] = await server.query<{ id: string; port: number }>(
      `select placement.shardid as id, node.nodeport as port
       from pg_dist_placement placement join pg_dist_node node using (groupid)
       where placement.shardid = get_shard_id_for_distribution_column('account', '${await accountOf(served)}')`,
    )
    const target = testMachines()!
      .slice(1)
      .map((url) => Number(new URL(url).port))
      .find((port) => port !== shard!.port)!
    await server.query(
      `select citus_move_shard_placement(${shard!.id}, '127.0.0.1', ${shard!.port}, '127.0.0.1', ${target}, 'block_writes')`,
    )
    await enqueue(server, served)
    await stream.until((items) => items.some(({ __typename }) => __typename === 'Resync'), 20_000)
    await enqueue(server, served)
    const items = await stream.until((all) => all.at(-1)?.type === 'command.queued', 20_000)
    expect(items.slice(1).map(({ __typename, type, reason }) => reason ?? type ?? __typename)).toEqual([
      'RESTORED',
      'command.queued',
    ])
    await stream.stop()
  })

  async function accountOf({ id }: { readonly id: string }): Promise<string> {
    const [row] = await server.query<{ id: string }>(`select account_id as id from deployment where id = $1`, [id])
    return row!.id
  }
})
