import {
  enqueue,
  readCommand,
  streamCursor,
  deploymentWithAgent,
  type DeploymentWithAgent,
} from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { readCapabilities, silentFor } from '#test/support/capabilities.js'

const PRESENCE = `subscription ($hash: ID!, $after: String) {
  agentPresence(deploymentId: $hash, after: $after) { __typename cursor ... on Event { sequence data } ... on Resync { reason } }
}`

interface Change {
  readonly cursor: string
  readonly sequence: number
  readonly data: { readonly presence: string; readonly lastHeartbeatAt: string }
}

describe('agentPresence', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('streams connects, commands and disconnects to a dashboard and resumes at its cursor', async () => {
    const served = await deploymentWithAgent(server)
    const stream = await recordStream<Change>(server.url, served.owner, PRESENCE, {
      hash: served.hash,
      after: await streamCursor(server, served),
    })
    await served.agent.wait(0)
    await stream.until((changes) => changes.length === 1)
    const { id } = await enqueue(server, served)
    await served.agent.wait(1)
    await eventually(
      () => readCommand(server, served.owner, id),
      ({ status }) => status === 'RUNNING',
    )
    await served.agent.report({ command_id: id, status: 'success' })
    const seen = await stream.until((changes) => changes.length === 3)
    expect(seen.map(({ data }) => data.presence)).toEqual(['ONLINE', 'BUSY', 'ONLINE'])
    expect(seen[0]!.data.lastHeartbeatAt).toEqual(expect.any(String))
    await stream.stop()

    await silentFor(server, served, 95)
    await eventually(
      () => server.query<{ presence: string }>(`select presence from agent where deployment_id = $1`, [served.id]),
      ([row]) => row!.presence === 'OFFLINE',
      8000,
    )
    await served.agent.wait(0)
    const back = await recordStream<Change>(server.url, served.owner, PRESENCE, {
      hash: served.hash,
      after: seen[2]!.cursor,
    })
    expect((await back.until((changes) => changes.length === 2)).map(({ data }) => data.presence)).toEqual([
      'OFFLINE',
      'ONLINE',
    ])
    await back.stop()
  })

  it('asks for the state at its start, and continues from there', async () => {
    const served = await deploymentWithAgent(server)
    const follow = (after?: string) =>
      recordStream<Change>(server.url, served.owner, PRESENCE, { hash: served.hash, after })
    const before = await follow()
    expect(await before.until(({ length }) => length === 1)).toMatchObject([
      { __typename: 'Resync', reason: 'STARTED' },
    ])
    await served.agent.wait(0)
    const [first, online] = await before.until(({ length }) => length === 2)
    expect(online).toMatchObject({ data: { presence: 'ONLINE' } })
    const now = await follow()
    expect(await now.until(({ length }) => length === 1)).toMatchObject([{ reason: 'STARTED', cursor: online!.cursor }])
    const again = await follow(first!.cursor)
    expect(await again.until(({ length }) => length === 1)).toEqual([online])
    for (const stream of [before, now, again]) await stream.stop()
  })

  it('ends BUSY on the stream when the command fails or expires', async () => {
    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    const stream = await recordStream<Change>(server.url, served.owner, PRESENCE, {
      hash: served.hash,
      after: await streamCursor(server, served),
    })
    const lost = await enqueue(server, served)
    await served.agent.wait(0)
    await served.agent.wait(0)
    await server.query(`update command set superseded_at = now() - interval '6 seconds' where id = $1`, [lost.id])
    await eventually(
      () => readCommand(server, served.owner, lost.id),
      ({ status }) => status === 'LOST',
    )
    await stream.until((changes) => changes.length === 2)
    await enqueue(server, served, { command: { health: {} } })
    await served.agent.wait(0)
    await server.query(
      `update command set lease_until = now() - interval '1 second' where status in ('LEASED', 'RUNNING')`,
    )
    const seen = await stream.until((changes) => changes.length === 4)
    expect(seen.map(({ data }) => data.presence)).toEqual(['BUSY', 'ONLINE', 'BUSY', 'ONLINE'])
    await stream.stop()
  })

  describe('equality of the last stream event and the capabilities', () => {
    const presences = async (served: DeploymentWithAgent) =>
      recordStream<Change>(server.url, served.owner, PRESENCE, {
        hash: served.hash,
        after: await streamCursor(server, served),
      })
    const published = async (stream: Awaited<ReturnType<typeof presences>>, count: number) =>
      (await stream.until((changes) => changes.length >= count)).map(({ data }) => data.presence)
    const completed = (served: DeploymentWithAgent, id: string, wanted: string) =>
      eventually(
        () => readCommand(server, served.owner, id),
        ({ status }) => status === wanted,
      )
    /** Polls and runs the returned command. */
    const take = async (served: DeploymentWithAgent, id: string) => {
      expect((await served.agent.wait(1)).body.item?.command_id).toBe(id)
      await completed(served, id, 'RUNNING')
    }
    const graceIsOver = (id: string) =>
      server.query(`update command set superseded_at = now() - interval '6 seconds' where id = $1`, [id])
    const leaseIsOver = (id: string) =>
      server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])

    it('is free after a command that was canceled while the agent held it', async () => {
      const served = await deploymentWithAgent(server)
      await served.agent.wait(0)
      const stream = await presences(served)
      const { id } = await enqueue(server, served, { command: { serverResources: {} } })
      await take(served, id)
      await server.graphql(`mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, { id }, served.owner)
      await served.agent.wait(0)
      await graceIsOver(id)
      await completed(served, id, 'CANCELED')
      expect(await published(stream, 2)).toEqual(['BUSY', 'ONLINE'])
      expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
      await stream.stop()
    })

    it('is busy while one of two commands runs, and published once', async () => {
      const served = await deploymentWithAgent(server)
      await served.agent.wait(0)
      const stream = await presences(served)
      const [first, second] = [await enqueue(server, served), await enqueue(server, served)]
      await take(served, first.id)
      await take(served, second.id)
      await graceIsOver(first.id)
      await completed(served, first.id, 'LOST')
      expect((await readCapabilities(server, served)).presence).toBe('BUSY')
      await served.agent.report({ command_id: second.id, status: 'success' })
      expect(await published(stream, 2)).toEqual(['BUSY', 'ONLINE'])
      expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
      await stream.stop()
    })

    it('is offline when a lease ends in silence, and online with the next poll', async () => {
      const served = await deploymentWithAgent(server)
      await served.agent.wait(0)
      const stream = await presences(served)
      const { id } = await enqueue(server, served, { command: { stop: { appCode: 'web' } }, timeoutSeconds: 40 })
      await take(served, id)
      await silentFor(server, served, 101)
      await leaseIsOver(id)
      await completed(served, id, 'LOST')
      expect(await published(stream, 2)).toEqual(['BUSY', 'OFFLINE'])
      // This is sooner than the periodic job looks for silent agents.
      await served.agent.wait(0)
      expect(await published(stream, 3)).toEqual(['BUSY', 'OFFLINE', 'ONLINE'])
      expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
      await stream.stop()
    })

    it('is busy while a degraded agent runs a command, and degraded afterwards', async () => {
      const served = await deploymentWithAgent(server)
      await served.agent.wait(0)
      const stream = await presences(served)
      const [looks, starts] = [
        await enqueue(server, served, { command: { health: {} } }),
        await enqueue(server, served),
      ]
      await take(served, looks.id)
      await take(served, starts.id)
      const containers = [{ app_code: 'web', container_state: 'running', status: 'unhealthy' }]
      const result = { type: 'all_health', status: 'x', containers }
      await served.agent.report({ command_id: looks.id, status: 'success', result })
      await eventually(
        () => server.query<{ presence: string }>(`select presence from agent where deployment_id = $1`, [served.id]),
        ([row]) => row!.presence === 'DEGRADED',
      )
      expect((await readCapabilities(server, served)).presence).toBe('BUSY')
      await served.agent.report({ command_id: starts.id, status: 'success' })
      expect(await published(stream, 2)).toEqual(['BUSY', 'DEGRADED'])
      expect((await readCapabilities(server, served)).presence).toBe('DEGRADED')
      await stream.stop()
    })
  })
})
