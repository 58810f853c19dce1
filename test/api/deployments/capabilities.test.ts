import {
  enqueue,
  newDeployment,
  readCommand,
  servedDeployment,
  type ServedDeployment,
} from '../../support/deployments.js'
import { follow } from '../../support/follow.js'
import { eventually, openHouse, type House } from '../../support/house.js'

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

describe('What an agent can do, and whether it is there', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house.close())

  const graphql = async (deployment: { owner: string; hash: string }) =>
    (
      await house.graphql<{ deployment: { capabilities: Capabilities } }>(
        CAPABILITIES,
        { hash: deployment.hash },
        deployment.owner,
      )
    ).data.deployment.capabilities
  const rest = async (deployment: { owner: string; hash: string }) => {
    const path = `/api/v1/deployments/${deployment.hash}/capabilities`
    const { status, body } = await house.rest('GET', path, { token: deployment.owner })
    expect(status).toBe(200)
    return (body as RestCapabilities).item
  }
  const silentFor = (served: ServedDeployment, seconds: number) =>
    house.rows(`update agent set last_heartbeat_at = now() - make_interval(secs => $2) where deployment_id = $1`, [
      served.id,
      seconds,
    ])

  it('[CP1] [CP2] without an agent: offline and empty, with 200', async () => {
    const own = await newDeployment(house)
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

  it('[CP1] [CP2] the commands are those whose requirement is there; those that no agent runs say so', async () => {
    const served = await servedDeployment(house, {
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
    const logsOnly = await servedDeployment(house, { capabilities: ['logs', 'pipes'] })
    expect((await graphql(logsOnly)).commands.map(({ type }) => type)).toEqual([
      'logs',
      'activate_pipe',
      'deactivate_pipe',
      'trigger_pipe',
    ])
  })

  it('[CP2] an agent that has registered and never polled is offline', async () => {
    const served = await servedDeployment(house)
    expect(await graphql(served)).toMatchObject({ presence: 'OFFLINE', lastHeartbeatAt: null })
  })

  it('[CP2] after 90 seconds of silence it is offline, by the machine clock', async () => {
    const served = await servedDeployment(house)
    await served.agent.wait(0)
    await silentFor(served, 80)
    expect((await graphql(served)).presence).toBe('ONLINE')
    await house.advanceTo('2026-03-01T00:00:00Z')
    expect((await graphql(served)).presence).toBe('ONLINE')
    await silentFor(served, 95)
    expect(await graphql(served)).toMatchObject({ presence: 'OFFLINE', agent: { presence: 'OFFLINE' } })
    expect((await rest(served)).status).toBe('offline')
    await served.agent.wait(0)
    expect((await graphql(served)).presence).toBe('ONLINE')
  })

  it('[CP2] while it runs a command its silence is work: BUSY until the lease ends', async () => {
    const served = await servedDeployment(house)
    await enqueue(house, served)
    await served.agent.wait(1)
    await silentFor(served, 200)
    expect(await graphql(served)).toMatchObject({ presence: 'BUSY', agent: { presence: 'BUSY' } })
    expect((await rest(served)).status).toBe('online')
    await house.rows(`update command set lease_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    expect((await graphql(served)).presence).toBe('OFFLINE')
  })

  it('[CP2] a dashboard follows its coming, working, going and coming back, and resumes where it was', async () => {
    const served = await servedDeployment(house)
    interface Change {
      readonly presence: string
      readonly cursor: string
      readonly lastHeartbeatAt: string
    }
    const stream = await follow<Change>(house.url, served.owner, PRESENCE, { hash: served.hash })
    await served.agent.wait(0)
    const { id } = await enqueue(house, served)
    await served.agent.wait(1)
    await eventually(
      () => readCommand(house, served.owner, id),
      ({ status }) => status === 'RUNNING',
    )
    await served.agent.report({ command_id: id, status: 'success' })
    const seen = await stream.until((changes) => changes.length === 3)
    expect(seen.map(({ presence }) => presence)).toEqual(['ONLINE', 'BUSY', 'ONLINE'])
    expect(seen[0]!.lastHeartbeatAt).toEqual(expect.any(String))
    await stream.stop()

    await silentFor(served, 95)
    await eventually(
      () => house.rows<{ presence: string }>(`select presence from agent where deployment_id = $1`, [served.id]),
      ([row]) => row!.presence === 'OFFLINE',
      8000,
    )
    await served.agent.wait(0)
    const back = await follow<Change>(house.url, served.owner, PRESENCE, { hash: served.hash, after: seen[2]!.cursor })
    expect((await back.until((changes) => changes.length === 2)).map(({ presence }) => presence)).toEqual([
      'OFFLINE',
      'ONLINE',
    ])
    await back.stop()
  })

  it('[CP2] the stream ends its BUSY also when the command comes to nothing', async () => {
    const served = await servedDeployment(house)
    await served.agent.wait(0)
    const stream = await follow<{ presence: string }>(house.url, served.owner, PRESENCE, { hash: served.hash })
    const lost = await enqueue(house, served)
    await served.agent.wait(0)
    await served.agent.wait(0)
    await house.rows(`update command set superseded_at = now() - interval '6 seconds' where id = $1`, [lost.id])
    await eventually(
      () => readCommand(house, served.owner, lost.id),
      ({ status }) => status === 'LOST',
    )
    await enqueue(house, served, { command: { health: {} } })
    await served.agent.wait(0)
    await house.rows(
      `update command set lease_until = now() - interval '1 second' where status in ('LEASED', 'RUNNING')`,
    )
    const seen = await stream.until((changes) => changes.length === 4)
    expect(seen.map(({ presence }) => presence)).toEqual(['BUSY', 'ONLINE', 'BUSY', 'ONLINE'])
    await stream.stop()
  })
})
