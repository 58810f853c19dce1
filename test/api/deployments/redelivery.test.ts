import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import { setTimeout as pause } from 'node:timers/promises'
import { claimCommand, markRunning } from '#services/deployments/commands/claim-command.js'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Command without a report', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const statusOf = (served: DeploymentWithAgent, id: string) =>
    eventually(
      () => readCommand(server, served.owner, id),
      ({ status }) => !['QUEUED', 'LEASED'].includes(status),
    )

  it('requeues a read-only command 5 s after a poll without its report, and marks a restart as LOST', async () => {
    const served = await deploymentWithAgent(server)
    const health = await enqueue(server, served, { command: { health: {} }, priority: 'HIGH' })
    const restart = await enqueue(server, served)
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(health.id)
    await statusOf(served, health.id)
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(restart.id)
    await statusOf(served, restart.id)
    expect((await served.agent.wait(0)).body.item).toBeNull()
    const superseded = await server.query<{ since: number }>(
      `select extract(epoch from now() - superseded_at)::float8 as since from command where deployment_id = $1`,
      [served.id],
    )
    expect(superseded.every(({ since }) => since >= 0 && since < 5)).toBe(true)
    // The grace period has started: the commands are unchanged. Then it ends.
    expect((await readCommand(server, served.owner, restart.id)).status).toBe('RUNNING')
    await server.query(`update command set superseded_at = now() - interval '6 seconds' where deployment_id = $1`, [
      served.id,
    ])
    const lost = await eventually(
      () => readCommand(server, served.owner, restart.id),
      ({ status }) => status === 'LOST',
    )
    expect(lost).toMatchObject({ error: { code: 'LOST' }, leaseUntil: null, finishedAt: expect.any(String) })
    expect((await served.agent.wait(5)).body.item?.command_id).toBe(health.id)
    expect(await statusOf(served, health.id)).toMatchObject({ status: 'RUNNING', attempt: 2 })
  })

  it('does the same when a lease ends without a report, and nothing before', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    await served.agent.wait(1)
    await statusOf(served, id)
    await server.query(`update agent set last_heartbeat_at = now() - interval '1 hour' where deployment_id = $1`, [
      served.id,
    ])
    await pause(1200)
    expect((await readCommand(server, served.owner, id)).status).toBe('RUNNING')
    await server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])
    await eventually(
      () => readCommand(server, served.owner, id),
      ({ status }) => status === 'LOST',
    )
  })

  it('counts a poll that arrives before the delivery is recorded', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    const [{ account_id: accountId } = { account_id: '' }] = await server.query<{ account_id: string }>(
      'select account_id from deployment where id = $1',
      [served.id],
    )
    const claimed = await claimCommand(server.app.context, {
      accountId,
      deploymentId: served.id,
      agentId: served.agent.identity.id,
      tokenHash: hashSecret(served.agent.identity.token),
      instance: null,
    })
    await served.agent.wait(0)
    await markRunning(server.app.context, (claimed as Extract<typeof claimed, { kind: 'command' }>).moved.command)
    const [row] = await server.query<{ status: string; noted: boolean }>(
      `select status, superseded_at is not null as noted from command where id = $1`,
      [id],
    )
    expect(row).toEqual({ status: 'RUNNING', noted: true })
  })

  it('treats fetch_config as read-only unless it applies the configuration', async () => {
    const served = await deploymentWithAgent(server)
    const other = (parameters: object) =>
      enqueue(server, served, { command: { other: { type: 'fetch_config', parameters } } })
    const looks = await other({ app_code: 'web' })
    const writes = await other({ app_code: 'web', apply: true })
    await served.agent.wait(0)
    await served.agent.wait(0)
    await server.query(`update command set lease_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    await eventually(
      () => readCommand(server, served.owner, writes.id),
      ({ status }) => status === 'LOST',
    )
    await eventually(
      () => readCommand(server, served.owner, looks.id),
      ({ status }) => status === 'QUEUED',
    )
  })
})
