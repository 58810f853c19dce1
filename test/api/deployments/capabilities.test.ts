import { Deployment } from '@stackgate/client/documents'
import { enqueue, newDeployment, deploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { readCapabilities, silentFor } from '#test/support/capabilities.js'

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

describe('Capabilities and presence of an agent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())
  const rest = async (deployment: { owner: string; hash: string }) => {
    const path = `/api/v1/deployments/${deployment.hash}/capabilities`
    const { status, body } = await server.rest('GET', path, { token: deployment.owner })
    expect(status).toBe(200)
    return (body as RestCapabilities).item
  }

  it('returns offline and empty with 200 without an agent', async () => {
    const own = await newDeployment(server)
    expect(await readCapabilities(server, own)).toEqual({
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

  it('names every command of the registry with its support', async () => {
    const catalog = async (deployment: { owner: string; hash: string }) => {
      const { data } = await server.graphql(Deployment, { id: deployment.hash }, deployment.owner)
      return data.deployment!.capabilities.catalog
    }
    const without = await catalog(await newDeployment(server))
    expect(without).toHaveLength(26)
    expect(without.filter(({ supported }) => !supported).map(({ type }) => type)).toEqual([
      'pause',
      'rebuild',
      'backup',
      'check_connections',
    ])
    const served = await catalog(await deploymentWithAgent(server, { capabilities: ['docker'] }))
    const entry = (type: string) => served.find((command) => command.type === type)
    expect(entry('restart')).toMatchObject({ type: 'restart', supported: true, missingCapability: null })
    expect(entry('logs')).toMatchObject({ type: 'logs', supported: false, missingCapability: 'logs' })
    expect(entry('exec')).toMatchObject({ supported: true })
  })

  it('lists commands whose requirements are met, and marks those that no agent supports', async () => {
    const served = await deploymentWithAgent(server, {
      capabilities: ['docker', 'logs', 'compose', 'backup', 'npm_credential_source=vault'],
    })
    await served.agent.wait(0)
    const seen = await readCapabilities(server, served)
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
      scope: 'CONTAINER',
      requires: 'docker',
      supported: true,
    })
    expect(seen.features).toMatchObject({ compose: true, backup: true, pipes: false, proxy_credentials_vault: true })
    expect(seen.agent).toMatchObject({
      id: served.agent.identity.id,
      softwareVersion: '0.2.1',
      systemInfo: { os: 'linux' },
    })
    expect(seen.presence).toBe('ONLINE')
    expect(await rest(served)).toMatchObject({
      status: 'online',
      agent_id: served.agent.identity.id,
      version: '0.2.1',
      system_info: { os: 'linux' },
      last_heartbeat: seen.lastHeartbeatAt,
      commands: seen.commands.map(({ type: command_type, scope, ...command }) => ({
        command_type,
        ...command,
        scope: scope.toLowerCase(),
      })),
    })
    const logsOnly = await deploymentWithAgent(server, { capabilities: ['logs', 'pipes'] })
    expect((await readCapabilities(server, logsOnly)).commands.map(({ type }) => type)).toEqual([
      'logs',
      'activate_pipe',
      'deactivate_pipe',
      'trigger_pipe',
    ])
  })

  it('reports a registered agent that never polled as offline', async () => {
    const served = await deploymentWithAgent(server)
    expect(await readCapabilities(server, served)).toMatchObject({ presence: 'OFFLINE', lastHeartbeatAt: null })
  })

  it('reports an agent as offline after 90 seconds of silence on the machine clock', async () => {
    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    await silentFor(server, served, 80)
    expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
    await server.advanceTo('2026-03-01T00:00:00Z')
    expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
    await silentFor(server, served, 95)
    expect(await readCapabilities(server, served)).toMatchObject({
      presence: 'OFFLINE',
      agent: { presence: 'OFFLINE' },
    })
    expect((await rest(served)).status).toBe('offline')
    await served.agent.wait(0)
    expect((await readCapabilities(server, served)).presence).toBe('ONLINE')
  })

  it('reports a silent agent with a running command as BUSY until the lease ends', async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    await served.agent.wait(1)
    await silentFor(server, served, 200)
    expect(await readCapabilities(server, served)).toMatchObject({ presence: 'BUSY', agent: { presence: 'BUSY' } })
    expect((await rest(served)).status).toBe('online')
    await server.query(`update command set lease_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    expect((await readCapabilities(server, served)).presence).toBe('OFFLINE')
  })
})
