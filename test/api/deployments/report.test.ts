import { randomUUID } from 'node:crypto'
import { cheapest } from '#test/support/cost.js'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

type Body = Record<string, unknown> & { code?: string; item?: { accepted: boolean } }

describe('Agent report', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  /** A command that the agent has fetched and runs. */
  const running = async (command?: object) => {
    const { id } = await enqueue(server, served, command ? { command } : {})
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(id)
    return id
  }
  const read = (id: string) => readCommand(server, served.owner, id)
  /** The report as it came. */
  const bytesOf = async (id: string) => {
    const response = await fetch(`${server.url}/api/v1/commands/${served.hash}/${id}/report`, {
      headers: { authorization: `Bearer ${served.owner}` },
    })
    expect(response.status).toBe(200)
    return Buffer.from(await response.arrayBuffer())
  }
  const eventsOf = (id: string) =>
    server.query<{ type: string; data: { detail: string | null } }>(
      `select type, data from stream_event where subject_id = $1 order by sequence`,
      [id],
    )

  it('names the expected form for a flat report without a command', async () => {
    const answer = await served.agent.report({
      type: 'health',
      deployment_hash: served.hash,
      app_code: 'web',
      status: 'ok',
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } })
    expect(answer.body['message']).toContain(
      'a flat report {"command_id": "<id>", "type": "health", "status": "ok", …}',
    )
  })

  it('passes a restart to the agent under its names, ends it by the report, and stores the report unchanged', async () => {
    const { id } = await enqueue(server, served, { command: { restart: { appCode: 'web', force: true } } })
    const { item } = (await served.agent.wait(1)).body
    expect(item!.parameters).toEqual({ app_code: 'web', force: true, deployment_hash: served.hash })
    const result = {
      type: 'restart',
      deployment_hash: served.hash,
      app_code: 'web',
      status: 'ok',
      container_state: 'running',
      errors: [],
    }
    const report = { command_id: id, status: 'success', result, executed_by: 'status_panel', extra: { kept: true } }
    const { status, body } = await served.agent.report(report)
    expect([status, (body as Body).item?.accepted]).toEqual([200, true])
    expect(await read(id)).toMatchObject({
      status: 'SUCCEEDED',
      result,
      rawReport: report,
      error: null,
      warnings: [],
      leaseUntil: null,
      finishedAt: expect.any(String),
    })
  })

  it('marks a failed restart as failed, with the state of the container', async () => {
    const id = await running()
    const result = { type: 'restart', app_code: 'web', status: 'failed', container_state: 'failed' }
    await served.agent.report({
      command_id: id,
      status: 'failed',
      result,
      errors: [{ code: 'no_such_container', message: 'web' }],
    })
    expect(await read(id)).toMatchObject({
      status: 'FAILED',
      result,
      error: { code: 'no_such_container', message: 'web' },
    })
  })

  it.each(['/api/v1/agent/commands/report', '/api/v1/commands/report'])(
    '%s also accepts a flat report',
    async (path) => {
      const id = await running()
      const flat = { type: 'restart', app_code: 'web', status: 'ok', container_state: 'running', errors: [] }
      expect((await served.agent.report({ command_id: id, ...flat }, { path })).status).toBe(200)
      expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', result: { container_state: 'running' } })
    },
  )

  it('marks a health command with an unhealthy report as succeeded', async () => {
    for (const report of [
      { type: 'health', app_code: 'web', status: 'unhealthy', container_state: 'exited' },
      { status: 'success', result: { type: 'all_health', status: 'degraded', containers: [] } },
    ]) {
      const id = await running({ health: {} })
      await served.agent.report({ command_id: id, ...report })
      expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', error: null })
    }
  })

  it.each<[string, object, object]>([
    [
      'a failure with its errors',
      {
        status: 'failed',
        errors: [
          { code: 'timeout', message: 'Command timed out', details: '30 s' },
          { code: 'killed', message: 'k' },
        ],
      },
      { status: 'FAILED', error: { code: 'timeout', message: 'Command timed out' }, warnings: [{ code: 'killed' }] },
    ],
    [
      'a failure that is only a text',
      { status: 'failed', error: 'no docker' },
      { status: 'FAILED', error: { code: 'failed', message: 'no docker' } },
    ],
    [
      'an error without errors (an invalid proxy action)',
      { status: 'error', error: 'x' },
      { status: 'FAILED', error: { code: 'error' } },
    ],
    ['a command that was killed', { status: 'killed' }, { status: 'FAILED', error: { code: 'killed' } }],
    [
      'a success with errors: they are warnings',
      { status: 'success', errors: [{ code: 'cleanup', message: 'a volume stayed' }], result: { status: 'removed' } },
      { status: 'SUCCEEDED', error: null, warnings: [{ code: 'cleanup', message: 'a volume stayed' }] },
    ],
    [
      'a shell that ended with a code, although its status is success',
      { status: 'success', result: { stdout: '', stderr: 'no', exit_code: 2 } },
      { status: 'FAILED', error: { code: 'exit_code' }, result: { exit_code: 2 } },
    ],
    [
      'a shell that ended well',
      { status: 'success', result: { stdout: 'hi', exit_code: 0 } },
      { status: 'SUCCEEDED', error: null },
    ],
    ['a partial firewall', { status: 'success', result: { status: 'partial_success' } }, { status: 'SUCCEEDED' }],
    ['what S understood: command_status wins', { status: 'success', command_status: 'failed' }, { status: 'FAILED' }],
    [
      'errors of strange shapes',
      { status: 'failed', errors: ['plain', null, { code: 7 }] },
      { status: 'FAILED', error: { code: 'error', message: 'plain' } },
    ],
    ['errors that are no list', { status: 'failed', errors: 'many' }, { status: 'FAILED' }],
    ['a result that is no object', { status: 'success', result: 'done' }, { status: 'SUCCEEDED', result: 'done' }],
  ])('%s', async (_what, report, expected) => {
    const id = await running()
    expect((await served.agent.report({ command_id: id, ...report })).status).toBe(200)
    expect(await read(id)).toMatchObject(expected)
  })

  it('returns 200 and changes nothing for repeated reports, ten concurrent ones and a contradicting one', async () => {
    const id = await running()
    const report = { command_id: id, status: 'success', result: { stdout: 'one' } }
    const answers = await Promise.all(Array.from({ length: 10 }, () => served.agent.report(report)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const before = [await read(id), await eventsOf(id)]
    expect((await served.agent.report({ command_id: id, status: 'failed', error: 'late' })).status).toBe(200)
    expect([await read(id), await eventsOf(id)]).toEqual(before)
    const kept = await server.query<{ status: string; reports: number }>(
      `select convert_from(body, 'UTF8')::jsonb->>'status' as status, count(*)::int as reports from command_report where command_id = $1 group by 1 order by 1`,
      [id],
    )
    expect(kept).toEqual([
      { status: 'failed', reports: 1 },
      { status: 'success', reports: 10 },
    ])
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'command.queued',
      'command.leased',
      'command.running',
      'command.succeeded',
    ])
  })

  it('returns 200 for the report of a canceled command, stores it, and leaves the command canceled', async () => {
    const { id } = await enqueue(server, served)
    await server.graphql(`mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, { id }, served.owner)
    expect((await served.agent.report({ command_id: id, status: 'success' })).status).toBe(200)
    expect(await read(id)).toMatchObject({ status: 'CANCELED', rawReport: { command_id: id }, error: null })
  })

  it('completes a lost command by its late report, marked as late; a second one changes nothing', async () => {
    const id = await running()
    await server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])
    await eventually(
      () => read(id),
      ({ status }) => status === 'LOST',
    )
    const stream = await recordStream<{ data: object }>(
      server.url,
      served.owner,
      `subscription ($hash: ID!) { commandStatus(deploymentId: $hash) { ... on Event { data } } }`,
      { hash: served.hash },
    )
    expect((await served.agent.report({ command_id: id, status: 'success', result: { ok: 1 } })).status).toBe(200)
    const [event] = await stream.until((seen) => seen.length === 1)
    await stream.stop()
    expect(event!.data).toEqual({ status: 'SUCCEEDED', previousStatus: 'LOST', detail: 'reported late' })
    expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', result: { ok: 1 }, error: null })
    // The command itself says so as well.
    expect((await read(id)).warnings).toMatchObject([{ code: 'REPORTED_LATE' }])
    expect((await served.agent.report({ command_id: id, status: 'failed' })).status).toBe(200)
    expect((await read(id)).status).toBe('SUCCEEDED')
  })

  it('accepts a late report of a failure', async () => {
    const id = await running()
    await server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])
    await eventually(
      () => read(id),
      ({ status }) => status === 'LOST',
    )
    await served.agent.report({ command_id: id, status: 'failed', error: 'docker was away' })
    expect(await read(id)).toMatchObject({ status: 'FAILED', error: { code: 'failed', message: 'docker was away' } })
  })

  it("returns the same 404 for another deployment's command and a missing one, and changes neither", async () => {
    const neighbour = await deploymentWithAgent(server)
    const { id } = await enqueue(server, neighbour)
    await neighbour.agent.wait(1)
    const bodies = []
    for (const command of [id, 'cmd_00000000000000000000000000', 'nonsense', randomUUID()]) {
      const { status, body } = await served.agent.report({ command_id: command, status: 'success' })
      expect([status, body['code']]).toEqual([404, 'NOT_FOUND'])
      bodies.push(JSON.stringify({ ...body, request_id: '' }))
    }
    expect(new Set(bodies).size).toBe(1)
    expect(await readCommand(server, neighbour.owner, id)).toMatchObject({ rawReport: null, finishedAt: null })
  })

  it("ignores the hash in the report, which comes from the agent's environment", async () => {
    const id = await running()
    expect((await served.agent.report({ command_id: id, status: 'success', deployment_hash: 'default' })).status).toBe(
      200,
    )
    expect((await read(id)).status).toBe('SUCCEEDED')
  })

  it.each([
    ['broken JSON', '{"command_id":'],
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no command', '{"status":"success"}'],
    ['a command that is a number', '{"command_id":7,"status":"success"}'],
  ])('returns 400 with a code for %s', async (_what, body) => {
    const { status, body: answer } = await server.rest('POST', '/api/v1/agent/commands/report', {
      body,
      headers: { ...served.agent.headers(body), 'content-type': 'application/json' },
    })
    expect([status, (answer as Body).code]).toEqual([400, 'BAD_REQUEST'])
  })

  it('accepts a report of 16 MiB and returns 413 for a larger one', async () => {
    const id = await running({ logs: { appCode: 'web' } })
    const report = (bytes: number) => {
      const empty = { command_id: id, status: 'success', result: { lines: '' } }
      return { ...empty, result: { lines: 'x'.repeat(bytes - Buffer.byteLength(JSON.stringify(empty))) } }
    }
    const send = (bytes: number) => {
      const body = JSON.stringify(report(bytes))
      expect(Buffer.byteLength(body)).toBe(bytes)
      return server.rest('POST', '/api/v1/agent/commands/report', {
        body,
        headers: { ...served.agent.headers(body), 'content-type': 'application/json' },
      })
    }
    const mebibytes16 = 16 * 1024 * 1024
    const large = await send(mebibytes16 + 1)
    expect([large.status, (large.body as Body).code]).toEqual([413, 'BODY_TOO_LARGE'])
    expect((await send(mebibytes16)).status).toBe(200)
    expect((await read(id)).status).toBe('SUCCEEDED')
    const [row] = await server.query<{ encoding: string; length: number }>(
      `select encoding, length(body) as length from command_report where command_id = $1`,
      [id],
    )
    expect(row!.encoding).toBe('GZIP')
    expect(row!.length).toBeLessThan(mebibytes16 / 100)
    expect((await bytesOf(id)).length).toBe(mebibytes16)
  })

  it.each([
    ['well-formed', 200, (half: number) => '['.repeat(half) + ']'.repeat(half)],
    ['cut off', 400, (half: number) => '['.repeat(2 * half)],
  ])('responds to a report of 16 MiB of brackets that is %s without parsing it', async (_what, status, deep) => {
    /** Sends reports. Returns the last response and the processor time of the cheapest one, with sending and signing. */
    const report = async (result: string) => {
      let last = { id: '', status: 0 }
      const milliseconds = await cheapest(async () => {
        const id = await running({ logs: { appCode: 'web' } })
        const body = `{"command_id":"${id}","status":"success","result":${result}}`
        const headers = { ...served.agent.headers(body), 'content-type': 'application/json' }
        last = { id, status: (await server.rest('POST', '/api/v1/agent/commands/report', { body, headers })).status }
      }, 2)
      return { ...last, milliseconds }
    }
    const half = 8 * 1_048_576 - 100
    const flat = await report(`"${'a'.repeat(2 * half)}"`)
    const { id, ...answered } = await report(deep(half))
    expect([flat.status, answered.status]).toEqual([200, status])
    // Letters are only copied, hashed and stored. The margin allows for garbage collection.
    expect(answered.milliseconds).toBeLessThan(3 * flat.milliseconds)
    if (status === 200)
      expect((await bytesOf(id)).toString()).toMatch(/^\{"command_id":.{0,200}\[\["\[REDACTED\]"\]\]/s)
  })

  it('stores a report byte for byte, with large numbers, spaces, and characters that JSON columns reject', async () => {
    const id = await running({ logs: { appCode: 'web' } })
    const body = `{ "command_id":"${id}" , "status":"success",\n"result":{"id":12345678901234567890,"pi":3.14159265358979323846,"nul":"a\\u0000b"}}`
    const { status } = await server.rest('POST', '/api/v1/agent/commands/report', {
      body,
      headers: { ...served.agent.headers(body), 'content-type': 'application/json' },
    })
    expect(status).toBe(200)
    expect((await bytesOf(id)).toString('utf8')).toBe(body)
    const stranger = await server.token('stranger-to-reports@example.com')
    const path = `/api/v1/commands/${served.hash}/${id}/report`
    expect((await server.rest('GET', path, { token: stranger })).status).toBe(404)
    expect((await server.rest('GET', path)).status).toBe(401)
    const { id: silent } = await enqueue(server, served)
    const none = await server.rest('GET', `/api/v1/commands/${served.hash}/${silent}/report`, { token: served.owner })
    expect(none.status).toBe(404)
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(silent)
    await served.agent.report({ command_id: silent, status: 'success' })
  })

  it('stores a report with characters that the database cannot store as text', async () => {
    const id = await running({ logs: { appCode: 'web' } })
    const result = { lines: [{ message: 'a\u0000b\ud800c' }], 'odd\u0000name': 1, path: 'C:\\u0000' }
    const { status } = await served.agent.report({ command_id: id, status: 'success', result, errors: ['\u0000'] })
    expect(status).toBe(200)
    expect(await read(id)).toMatchObject({
      status: 'SUCCEEDED',
      result: { lines: [{ message: 'a\ufffdb\ufffdc' }], 'odd\ufffdname': 1, path: 'C:\\u0000' },
    })
    const unknown = await served.agent.report({ command_id: 'cmd_\u0000', status: 'success' })
    expect(unknown.status).toBe(404)
  })

  it('accepts any content type, because agents send none', async () => {
    const id = await running()
    const body = JSON.stringify({ command_id: id, status: 'success' })
    const { status } = await server.rest('POST', '/api/v1/agent/commands/report', {
      body,
      headers: { ...served.agent.headers(body), 'content-type': 'text/plain' },
    })
    expect(status).toBe(200)
  })
})
