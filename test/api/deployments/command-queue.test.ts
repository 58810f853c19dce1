import { randomUUID } from 'node:crypto'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FOLLOW = `subscription ($hash: ID!) { commandStatus(deploymentId: $hash) { ... on Event { sequence data } } }`

describe('Batched commands', () => {
  let server: TestServer
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => statements.push(text) } })
  })
  afterAll(() => server.close())

  const sequences = async (served: DeploymentWithAgent) => {
    const rows = await server.query<{ sequence: string; type: string }>(
      `select sequence, type from stream_event where stream_id = $1 order by sequence`,
      [served.id],
    )
    return rows.map(({ sequence }) => Number(sequence))
  }
  const consecutive = (numbers: readonly number[]) => numbers.map((_, index) => numbers[0]! + index)

  it('numbers sixty commands of three deployments without gaps, in fewer statements than commands', async () => {
    const all = await Promise.all([1, 2, 3].map(() => deploymentWithAgent(server)))
    for (const served of all) await enqueue(server, served) // cached from now on
    statements.length = 0
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, index) => enqueue(server, all[index % 3]!, { key: `key-${index}` })),
    )
    expect(new Set(made.map(({ id }) => id)).size).toBe(60)
    const writes = statements.filter((text) => text.includes('into command ('))
    expect(writes.length).toBeLessThan(60)
    for (const served of all) {
      const places = await server.query<{ queue_position: string; sequence: string }>(
        `select c.queue_position, e.sequence from command c join stream_event e on e.account_id = c.account_id and e.subject_id = c.id and e.type = 'command.queued'
         where c.deployment_id = $1 order by c.queue_position`,
        [served.id],
      )
      expect(places).toHaveLength(21)
      expect(places.every(({ queue_position: place, sequence }) => place === sequence)).toBe(true)
      const numbers = await sequences(served)
      expect(numbers).toEqual(consecutive(numbers))
    }
  })

  it('returns the earlier command only to the caller whose key was used before', async () => {
    const served = await deploymentWithAgent(server)
    const first = await enqueue(server, served, { key: 'used' })
    const [again, ...others] = await Promise.all([
      enqueue(server, served, { key: 'used' }),
      ...Array.from({ length: 9 }, () => enqueue(server, served)),
    ])
    expect(again.id).toBe(first.id)
    expect(new Set([first, ...others].map(({ id }) => id)).size).toBe(10)
  })

  it('does not use outdated cached data of a deployment', async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served, { command: { start: { appCode: 'web' } } })
    const apps = (...codes: string[]) =>
      server.query(`update deployment set apps = $2 where id = $1`, [
        served.id,
        JSON.stringify(codes.map((code) => ({ code, name: code, containerName: `${code}-1` }))),
      ])
    // Another process has installed one and removed the other.
    await apps('cache')
    const gone = await enqueue(server, served, { command: { start: { appCode: 'web' } } })
    expect(gone).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['command', 'appCode'] }],
    })
    const there = await enqueue(server, served, { command: { start: { appCode: 'cache' } } })
    expect(there.parameters).toMatchObject({ container: 'cache-1' })
    await server.query(`update deployment set status = 'STOPPED' where id = $1`, [served.id])
    const stopped = await enqueue(server, served, { command: { start: { appCode: 'cache' } } })
    expect(stopped).toMatchObject({ __typename: 'Denial', code: 'INVALID_TRANSITION' })
    const numbers = await sequences(served)
    expect(numbers).toEqual(consecutive(numbers))
  })

  it('grants no access by cached data of a deployment', async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    const stranger = await server.token(`${randomUUID()}@example.com`)
    const { errors } = await server.graphql(
      `mutation ($hash: ID!) { enqueueCommand(deploymentId: $hash, command: { health: {} }, key: "x") { denial { code } } }`,
      { hash: served.hash },
      stranger,
    )
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })

  it('delivers local events to a dashboard in order, without reading them back', async () => {
    const served = await deploymentWithAgent(server)
    const stream = await recordStream<{ sequence: number; data: { status: string } }>(
      server.url,
      served.owner,
      FOLLOW,
      {
        hash: served.hash,
      },
    )
    await eventually(
      () => statements.filter((text) => text.includes('from stream_event where stream_id')).length,
      (count) => count > 0,
    )
    // The fallback poll of the notifier reads events of the last seconds once per second. All events here are older.
    const aged = () => server.query(`update stream_event set recorded_at = now() - interval '1 minute'`)
    await aged()
    await new Promise((wake) => setTimeout(wake, 1_100))
    statements.length = 0
    const begin = performance.now()
    for (let turn = 0; turn < 5; turn++) {
      const { id } = await enqueue(server, served)
      await served.agent.wait(5)
      await served.agent.report({ command_id: id, status: 'success' })
    }
    const seen = await stream.until((events) => events.filter(({ data }) => data.status === 'SUCCEEDED').length === 5)
    const seconds = (performance.now() - begin) / 1000
    const reads = statements.filter((text) => /from stream_event where stream_id = \$1 and sequence/.test(text))
    expect(reads.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
    expect(seen.map(({ data }) => data.status)).toEqual(
      Array.from({ length: 5 }, () => ['QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED']).flat(),
    )
    const numbers = seen.map(({ sequence }) => sequence)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(20)
    await stream.stop()
  })

  it('accepts many concurrent reports: of one deployment, repeated, and of commands changed by others', async () => {
    const served = await deploymentWithAgent(server)
    const others = await Promise.all(Array.from({ length: 5 }, () => deploymentWithAgent(server)))
    const taken: [DeploymentWithAgent, string][] = []
    for (const each of [served, ...others]) {
      const { id } = await enqueue(server, each)
      await each.agent.wait(5)
      taken.push([each, id])
    }
    const queued = await enqueue(server, served) // reported without having been fetched
    taken.push([served, queued.id])
    const [, lost] = taken[3]!
    await server.query(`update command set status = 'LOST', lease_until = null, finished_at = now() where id = $1`, [
      lost,
    ])
    const answers = await Promise.all(
      [...taken, ...taken].map(([each, id]) =>
        each.agent.report({ command_id: id, status: 'success', result: { id } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(14).fill(200))
    for (const [each, id] of taken) {
      expect(await readCommand(server, each.owner, id)).toMatchObject({
        status: 'SUCCEEDED',
        result: { id },
        rawReport: { result: { id } },
      })
      const [kept] = await server.query<{ reports: number }>(
        `select count(*)::int as reports from command_report where command_id = $1`,
        [id],
      )
      expect(kept).toEqual({ reports: 2 })
      const numbers = await sequences(each)
      expect(numbers).toEqual(consecutive(numbers))
    }
  })

  it('publishes RUNNING once for a command that is claimed and reported immediately', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    await served.agent.wait(5)
    await served.agent.report({ command_id: id, status: 'success' })
    const published = await server.query<{ type: string }>(
      `select type from stream_event where subject_id = $1 order by sequence`,
      [id],
    )
    expect(published.map(({ type }) => type)).toEqual([
      'command.queued',
      'command.leased',
      'command.running',
      'command.succeeded',
    ])
  })
})
