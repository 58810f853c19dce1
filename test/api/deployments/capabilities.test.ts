import {
  enqueue,
  newDeployment,
  readCommand,
  deploymentWithAgent,
  type DeploymentWithAgent,
} from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Capabilities {
  readonly presence: string
  readonly lastHeartbeatAt: string | null
  readonly agent: { id: string; version: string; presence: string; systemInfo: object; capabilities: string[] } | null
  readonly commands: {
    type: string
    label: string
    icon: string
    scope: string
    requires: string
    supported: boolean
  }[]
  readonly features: Record<string, boolean>
  readonly composeAgent: boolean
  readonly fallbackReason: string | null
}

interface RestCapabilities {
  readonly item: {
    status: string
    agent_id: string | null
    last_heartbeat: string | null
    version: string | null
    system_info: object
    capabilities: string[]
    commands: { command_type: string; supported: boolean }[]
    features: Record<string, boolean>
    compose_agent: boolean
    fallback_reason: string | null
  }
}

const CAPABILITIES = `query ($hash: String!) { deployment(hash: $hash) { capabilities {
  presence lastHeartbeatAt agent { id version presence systemInfo capabilities }
  commands { type label icon scope requires supported } features composeAgent fallbackReason
} } }`

const PRESENCE = `subscription ($hash: String!, $after: String) {
  agentPresence(deploymentHash: $hash, after: $after) { ... on PresenceChange { presence lastHeartbeatAt cursor sequence } }
}`

describe('Capabilities and presence of an agent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const graphql = async (deployment: { owner: string; hash: string }) =>
    (
      await server.graphql<{ deployment: { capabilities: Capabilities } }>(
        CAPABILITIES,
        { hash: deployment.hash },
        deployment.owner,
      )
    ).data.deployment.capabilities
  const rest = async (deployment: { owner: string; hash: string }) => {
    const path = `/api/v1/deployments/${deployment.hash}/capabilities`
    const { status, body } = await server.rest('GET', path, { token: deployment.owner })
    expect(status).toBe(200)
    return (body as RestCapabilities).item
  }
  const silentFor = (served: DeploymentWithAgent, seconds: number) =>
    server.query(`update agent set last_heartbeat_at = now() - make_interval(secs => $2) where deployment_id = $1`, [
      served.id,
      seconds,
    ])

  it('returns offline and empty with 200 without an agent [CP1] [CP2]', async () => {
    const own = await newDeployment(server)
    expect(await graphql(own)).toEqual({
      presence: 'OFFLINE',
      lastHeartbeatAt: null,
      agent: null,
      commands: [],
      features: { kata_runtime: false, compose: false, backup: false, pipes: false, proxy_credentials_vault: false },
      composeAgent: false,
      fallbackReason: 'MISSING_REGISTRATION',
    })
    expect(await rest(own)).toMatchObject({
      status: 'offline',
      agent_id: null,
      last_heartbeat: null,
      capabilities: [],
      commands: [],
      compose_agent: false,
      fallback_reason: 'missing_registration',
    })
  })

  it('lists commands whose requirements are met, and marks those that no agent supports [CP1] [CP2]', async () => {
    const served = await deploymentWithAgent(server, {
      capabilities: ['docker', 'logs', 'compose', 'backup', 'npm_credential_source=vault'],
    })
    await served.agent.wait(0)
    const seen = await graphql(served)
    expect(seen.commands.map(({ type, supported }) => [type, supported])).toEqual([
      ['restart', true],
      ['start', true],
      ['stop', true],
      ['pause', false],
      ['logs', true],
      ['rebuild', false],
      ['backup', false],
    ])
    expect(seen.commands[0]).toEqual({
      type: 'restart',
      label: 'Restart',
      icon: 'fas fa-redo',
      scope: 'container',
      requires: 'docker',
      supported: true,
    })
    expect(seen.features).toMatchObject({ compose: true, backup: true, pipes: false, proxy_credentials_vault: true })
    expect(seen.agent).toMatchObject({ id: served.agent.identity.id, version: '0.2.1', systemInfo: { os: 'linux' } })
    expect(seen.presence).toBe('ONLINE')
    expect(await rest(served)).toMatchObject({
      status: 'online',
      agent_id: served.agent.identity.id,
      version: '0.2.1',
      system_info: { os: 'linux' },
      last_heartbeat: seen.lastHeartbeatAt,
      commands: seen.commands.map(({ type: command_type, ...command }) => ({ command_type, ...command })),
    })
    const logsOnly = await deploymentWithAgent(server, { capabilities: ['logs', 'pipes'] })
    expect((await graphql(logsOnly)).commands.map(({ type }) => type)).toEqual([
      'logs',
      'activate_pipe',
      'deactivate_pipe',
      'trigger_pipe',
    ])
  })

  it('reports a registered agent that never polled as offline [CP2]', async () => {
    const served = await deploymentWithAgent(server)
    expect(await graphql(served)).toMatchObject({ presence: 'OFFLINE', lastHeartbeatAt: null })
  })

  it('reports an agent as offline after 90 seconds of silence on the machine clock [CP2]', async () => {
    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    await silentFor(served, 80)
    expect((await graphql(served)).presence).toBe('ONLINE')
    await server.advanceTo('2026-03-01T00:00:00Z')
    expect((await graphql(served)).presence).toBe('ONLINE')
    await silentFor(served, 95)
    expect(await graphql(served)).toMatchObject({ presence: 'OFFLINE', agent: { presence: 'OFFLINE' } })
    expect((await rest(served)).status).toBe('offline')
    await served.agent.wait(0)
    expect((await graphql(served)).presence).toBe('ONLINE')
  })

  it('reports a silent agent with a running command as BUSY until the lease ends [CP2]', async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    await served.agent.wait(1)
    await silentFor(served, 200)
    expect(await graphql(served)).toMatchObject({ presence: 'BUSY', agent: { presence: 'BUSY' } })
    expect((await rest(served)).status).toBe('online')
    await server.query(`update command set lease_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    expect((await graphql(served)).presence).toBe('OFFLINE')
  })

  it('streams connects, commands and disconnects to a dashboard and resumes at its cursor [CP2]', async () => {
    const served = await deploymentWithAgent(server)
    interface Change {
      readonly presence: string
      readonly cursor: string
      readonly lastHeartbeatAt: string
    }
    const stream = await recordStream<Change>(server.url, served.owner, PRESENCE, { hash: served.hash })
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
    expect(seen.map(({ presence }) => presence)).toEqual(['ONLINE', 'BUSY', 'ONLINE'])
    expect(seen[0]!.lastHeartbeatAt).toEqual(expect.any(String))
    await stream.stop()

    await silentFor(served, 95)
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
    expect((await back.until((changes) => changes.length === 2)).map(({ presence }) => presence)).toEqual([
      'OFFLINE',
      'ONLINE',
    ])
    await back.stop()
  })

  it('ends BUSY on the stream when the command fails or expires [CP2]', async () => {
    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    const stream = await recordStream<{ presence: string }>(server.url, served.owner, PRESENCE, { hash: served.hash })
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
    expect(seen.map(({ presence }) => presence)).toEqual(['BUSY', 'ONLINE', 'BUSY', 'ONLINE'])
    await stream.stop()
  })

  describe('equality of the last stream event and the capabilities [CP2]', () => {
    const presences = (served: DeploymentWithAgent) =>
      recordStream<{ presence: string; lastHeartbeatAt: string }>(server.url, served.owner, PRESENCE, {
        hash: served.hash,
      })
    const published = async (stream: Awaited<ReturnType<typeof presences>>, count: number) =>
      (await stream.until((changes) => changes.length >= count)).map(({ presence }) => presence)
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
      await server.graphql(`mutation ($id: ID!) { cancelCommand(id: $id) { __typename } }`, { id }, served.owner)
      await served.agent.wait(0)
      await graceIsOver(id)
      await completed(served, id, 'CANCELLED')
      expect(await published(stream, 2)).toEqual(['BUSY', 'ONLINE'])
      expect((await graphql(served)).presence).toBe('ONLINE')
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
      expect((await graphql(served)).presence).toBe('BUSY')
      await served.agent.report({ command_id: second.id, status: 'success' })
      expect(await published(stream, 2)).toEqual(['BUSY', 'ONLINE'])
      expect((await graphql(served)).presence).toBe('ONLINE')
      await stream.stop()
    })

    it('is offline when a lease ends in silence, and online with the next poll', async () => {
      const served = await deploymentWithAgent(server)
      await served.agent.wait(0)
      const stream = await presences(served)
      const { id } = await enqueue(server, served, { command: { stop: { appCode: 'web' } }, timeoutSeconds: 40 })
      await take(served, id)
      await silentFor(served, 101)
      await leaseIsOver(id)
      await completed(served, id, 'LOST')
      expect(await published(stream, 2)).toEqual(['BUSY', 'OFFLINE'])
      // This is sooner than the periodic job looks for silent agents.
      await served.agent.wait(0)
      expect(await published(stream, 3)).toEqual(['BUSY', 'OFFLINE', 'ONLINE'])
      expect((await graphql(served)).presence).toBe('ONLINE')
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
      expect((await graphql(served)).presence).toBe('BUSY')
      await served.agent.report({ command_id: starts.id, status: 'success' })
      expect(await published(stream, 2)).toEqual(['BUSY', 'DEGRADED'])
      expect((await graphql(served)).presence).toBe('DEGRADED')
      await stream.stop()
    })
  })
})
