import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  enqueue,
  newDeployment,
  readCommand,
  rowCounts,
  deploymentWithAgent,
  type TestDeployment,
  cancelCommand,
} from '#test/support/deployments.js'

interface RestAnswer {
  readonly item: { command_id: string; deployment_hash: string; type: string; status: string }
  readonly code: string
  readonly error: string
  readonly message: string
  readonly field?: string
  readonly request_id: string
}

describe('enqueueCommand and enqueueing over REST', () => {
  let server: TestServer
  let own: TestDeployment
  beforeAll(async () => {
    server = await startTestServer()
    own = await newDeployment(server)
  })
  afterAll(() => server.close())

  const post = async (body: unknown, path = '/api/v1/agent/commands/enqueue', token: string | null = own.owner) => {
    const answer = await server.rest('POST', path, { token, body })
    return { status: answer.status, body: answer.body as RestAnswer }
  }
  const restart = () => ({ deployment_hash: own.hash, command_type: 'restart', parameters: { app_code: 'web' } })

  it.each(['/api/v1/agent/commands/enqueue', '/api/v1/commands/enqueue'])(
    '%s returns 202 with the queued command and stores it',
    async (path) => {
      const { status, body } = await post({ ...restart(), priority: 'high', timeout_seconds: 60 }, path)
      expect(status).toBe(202)
      expect(body.item).toMatchObject({ deployment_hash: own.hash, type: 'restart', status: 'queued' })
      const [row] = await server.query(
        `select status, priority, timeout_seconds, app_code, deployment_hash from command where id = $1`,
        [body.item.command_id],
      )
      expect(row).toEqual({
        status: 'QUEUED',
        priority: 2,
        timeout_seconds: 60,
        app_code: 'web',
        deployment_hash: own.hash,
      })
    },
  )

  it('returns 409 for the push route /api/v1/commands/execute, and names the one for polling agents', async () => {
    const { status, body } = await post(restart(), '/api/v1/commands/execute')
    expect([status, body.code]).toEqual([409, 'CONFLICT'])
    expect(body.message).toContain('Queue the command with POST /api/v1/commands/enqueue.')
  })

  it('understands a flat body, and names both forms for a body without a type', async () => {
    const flat = {
      type: 'logs',
      deployment_hash: own.hash,
      app_code: 'web',
      limit: 400,
      redact: true,
      streams: ['stdout'],
    }
    const { status, body } = await post({ ...flat, priority: 'high' })
    expect(status).toBe(202)
    const [row] = await server.query<{ parameters: object }>(
      `select type, app_code, priority, parameters from command where id = $1`,
      [body.item.command_id],
    )
    expect(row).toMatchObject({ type: 'logs', app_code: 'web', priority: 2 })
    expect(row!.parameters).toMatchObject({ limit: 400, redact: true, streams: ['stdout'] })
    expect(row!.parameters).not.toHaveProperty('priority')
    const denied = await post({ ...flat, limit: 'many' })
    expect(denied.body).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'parameters.limit' })
    const without = await post({ deployment_hash: own.hash, app_code: 'web' })
    expect(without).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', field: 'command_type' } })
    expect(without.body.message).toContain('or the flat form {"deployment_hash": "…", "type": "restart"')
  })

  it('writes the command and its event in one transaction', async () => {
    const { body } = await post(restart())
    const [event] = await server.query<{ xid: string; type: string; data: object }>(
      `select c.xmin = e.xmin as together, e.type, e.data from command c join stream_event e on e.account_id = c.account_id and e.subject_id = c.id where c.id = $1`,
      [body.item.command_id],
    )
    expect(event).toEqual({
      together: true,
      type: 'command.queued',
      data: { status: 'QUEUED', previousStatus: null, detail: null },
    })
  })

  it.each([
    ['an unknown priority, which is never taken for normal', { priority: 'urgent' }, 400, 'BAD_REQUEST', 'priority'],
    ['a priority that is no text', { priority: 3 }, 400, 'BAD_REQUEST', 'priority'],
    ['no command type', { command_type: undefined }, 400, 'BAD_REQUEST', 'command_type'],
    ['no deployment', { deployment_hash: undefined }, 400, 'BAD_REQUEST', 'deployment_hash'],
    ['a hash that is too long', { deployment_hash: 'x'.repeat(129) }, 400, 'BAD_REQUEST', 'deployment_hash'],
    ['parameters that are no object', { parameters: ['web'] }, 400, 'BAD_REQUEST', 'parameters'],
    ['a timeout that is no whole number', { timeout_seconds: 1.5 }, 400, 'BAD_REQUEST', 'timeout_seconds'],
    ['a timeout of nothing', { timeout_seconds: 0 }, 422, 'INVALID_PARAMETERS', 'timeout_seconds'],
    ['a timeout beyond a day', { timeout_seconds: 86_401 }, 422, 'INVALID_PARAMETERS', 'timeout_seconds'],
    ['an unknown type', { command_type: 'format_disk' }, 422, 'UNKNOWN_COMMAND', 'type'],
    ['a shell line as type', { command_type: 'uname -sr' }, 422, 'UNKNOWN_COMMAND', 'type'],
    ['pause, which no agent runs', { command_type: 'pause' }, 422, 'COMMAND_NOT_SUPPORTED', 'type'],
    ['rebuild, which no agent runs', { command_type: 'stacker.Rebuild' }, 422, 'COMMAND_NOT_SUPPORTED', 'type'],
    ['backup, which no agent runs', { command_type: 'BACKUP' }, 422, 'COMMAND_NOT_SUPPORTED', 'type'],
    ['check_connections', { command_type: 'check_connections' }, 422, 'COMMAND_NOT_SUPPORTED', 'type'],
  ])('rejects %s over REST and writes nothing', async (_what, changed, status, code, field) => {
    const before = await rowCounts(server)
    const answer = await post({ ...restart(), ...changed })
    expect(answer).toMatchObject({ status, body: { code, field } })
    expect(answer.body.request_id).toEqual(expect.any(String))
    expect(await rowCounts(server)).toEqual(before)
  })

  it('rejects text that the database cannot store as bad input, not as an internal error', async () => {
    const before = await rowCounts(server)
    const answer = await post({ ...restart(), parameters: { app_code: 'web', note: 'a\u0000b' } })
    expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_PARAMETERS', field: 'parameters' } })
    expect(await rowCounts(server)).toEqual(before)
  })

  it("accepts command names in any case and with the agent's prefix", async () => {
    const { status, body } = await post({ ...restart(), command_type: ' Stacker.RESTART ' })
    expect([status, body.item.type]).toEqual([202, 'restart'])
  })

  it('enqueues typed commands over GraphQL with their defaults and explains invalid ones', async () => {
    expect(await enqueue(server, own, { command: { logs: { appCode: 'web' } } })).toMatchObject({
      __typename: 'Command',
      status: 'QUEUED',
      type: 'logs',
      priority: 'NORMAL',
      appCode: 'web',
      parameters: { app_code: 'web', limit: 400, streams: ['stdout', 'stderr'], redact: true },
    })
    expect(await enqueue(server, own, { command: { logs: { appCode: 'web', limit: 1001 } } })).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['command', 'logs', 'limit'] }],
    })
    expect(await enqueue(server, own, { command: { other: { type: 'pause', parameters: {} } } })).toMatchObject({
      code: 'COMMAND_NOT_SUPPORTED',
    })
    expect(await enqueue(server, own, { timeoutSeconds: -1 })).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('returns every problem of the command and of its times', async () => {
    const command = { configureFirewall: { publicPorts: [{ port: 80 }, { port: 0 }], privatePorts: [{ port: 0 }] } }
    const denial = await enqueue(server, own, { command, timeoutSeconds: 0 })
    expect(denial).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_PARAMETERS',
      issues: [
        { path: ['command', 'configureFirewall', 'publicPorts', '1', 'port'], code: 'INVALID_PARAMETERS' },
        { path: ['command', 'configureFirewall', 'privatePorts', '0', 'port'] },
        { path: ['timeoutSeconds'], message: 'timeoutSeconds must be between 1 and 86400.' },
      ],
    })
    const unknown = await enqueue(server, own, {
      command: { other: { type: 'reboot', parameters: {} } },
      timeoutSeconds: 0,
    })
    expect(unknown).toMatchObject({ issues: [{ code: 'UNKNOWN_COMMAND' }, { path: ['timeoutSeconds'] }] })
  })

  it('rejects a command without exactly one field', async () => {
    const input = { deploymentHash: own.hash, command: {}, idempotencyKey: 'k' }
    const { errors } = await server.graphql(
      `mutation ($command: CommandInput!, $deploymentId: ID!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) { enqueueCommand(command: $command, deploymentId: $deploymentId, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) { denial { code } } }`,
      variablesOf('enqueueCommand', input),
      own.owner,
    )
    expect(errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/)
  })

  it('ignores a deployment in the parameters and does not let them bypass the registry', async () => {
    const served = await deploymentWithAgent(server)
    const foreign = await newDeployment(server)
    const other = (type: string, parameters: object) =>
      enqueue(server, served, { command: { other: { type, parameters } } })
    await other('fetch_config', { app_code: 'web', deployment_hash: foreign.hash })
    const first = await served.agent.wait(1)
    expect(first.body.item!.parameters).toEqual({ app_code: 'web', apply: false, deployment_hash: served.hash })
    // The agent lets `params` replace all parameters; so do we, before anything is decided about them.
    const nested = { params: { app_code: 'web', apply: true, deployment_hash: foreign.hash } }
    expect(await other('fetch_config', nested)).toMatchObject({ appCode: 'web' })
    const second = await served.agent.wait(1)
    expect(second.body.item!.parameters).toEqual({ app_code: 'web', apply: true, deployment_hash: served.hash })
  })

  it('creates one command per key, also for ten concurrent calls, and denies other input', async () => {
    const first = await enqueue(server, own, { key: 'same' })
    expect(await enqueue(server, own, { key: 'same' })).toEqual(first)
    expect(await enqueue(server, own, { key: 'same', priority: 'HIGH' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
      issues: [{ path: ['key'] }],
    })
    const before = await rowCounts(server)
    const all = await Promise.all(Array.from({ length: 10 }, () => enqueue(server, own, { key: 'at-once' })))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect((await rowCounts(server))['command']).toBe(before['command']! + 1)
    const rest = { ...restart(), idempotency_key: randomUUID() }
    const ids = [(await post(rest)).body.item.command_id, (await post(rest)).body.item.command_id]
    expect(ids[1]).toBe(ids[0])
    expect(await post({ ...rest, priority: 'low' })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
  })

  it("scopes keys to the caller: another user's call with the same key creates a command", async () => {
    const neighbour = await newDeployment(server)
    const mine = await enqueue(server, own, { key: 'common' })
    const theirs = await enqueue(server, neighbour, { key: 'common' })
    expect(theirs).toMatchObject({ __typename: 'Command' })
    expect(theirs.id).not.toBe(mine.id)
  })

  it('returns the same error for existing and missing commands to an unauthorized caller', async () => {
    const stranger = await server.token('stranger@example.com')
    const { id } = await enqueue(server, own)
    for (const token of [stranger, null]) {
      const [there, nowhere] = [
        await cancelCommand(server, token, id),
        await cancelCommand(server, token, 'cmd_0000000000000000000000000a'),
      ]
      const published = ({ errors }: typeof there) => [errors![0]!.message, errors![0]!.extensions.code]
      expect(published(there)).toEqual(published(nowhere))
      expect(published(there)[1]).toBe(token ? 'NOT_FOUND' : 'UNAUTHENTICATED')
    }
    expect((await readCommand(server, own.owner, id)).status).toBe('QUEUED')
  })

  it.each([
    ['a restart without its app', 'restart', {}, 'parameters.app_code'],
    ['a stop that takes too long', 'stop', { app_code: 'web', timeout: 301 }, 'parameters.timeout'],
    ['a parameter that the agent does not know', 'health', { color: 'red' }, 'parameters.color'],
    ['an app that could be a path', 'start', { app_code: '../etc' }, 'parameters.app_code'],
  ])('applies the validation of GraphQL to typed commands over REST: %s', async (_what, type, parameters, field) => {
    const before = await rowCounts(server)
    const answer = await post({ deployment_hash: own.hash, command_type: type, parameters })
    expect(answer).toMatchObject({ status: 422, body: { code: 'INVALID_PARAMETERS', field } })
    expect(await rowCounts(server)).toEqual(before)
  })

  it('sends app_code `all` for a REST health command without parameters', async () => {
    const served = await deploymentWithAgent(server)
    await post({ deployment_hash: served.hash, command_type: 'health' }, '/api/v1/commands/enqueue', served.owner)
    expect((await served.agent.wait(1)).body.item!.parameters).toEqual({
      app_code: 'all',
      include_metrics: true,
      include_system: false,
      deployment_hash: served.hash,
    })
  })
})
