import { gzipSync } from 'node:zlib'
import { interpretReport } from '#services/deployments/commands/interpret-report.js'
import { openReport } from '#services/deployments/commands/open-report.js'
import { cancelCommand, enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { maxTaskTime, threadTime } from '#test/support/max-task-time.js'

const MEBIBYTE = 1_048_576

describe('large reports', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  const running = async (command: object = { logs: { appCode: 'web' } }): Promise<string> => {
    const { id } = await enqueue(server, served, { command })
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(id)
    return id
  }
  const send = async (body: string, path = '/api/v1/agent/commands/report') =>
    server.rest('POST', path, { body, headers: { ...served.agent.headers(body), 'content-type': 'application/json' } })
  /** A command that was reported with a result of about so many bytes. */
  const reported = async (bytes: number): Promise<string> => {
    const id = await running()
    const lines = Array.from({ length: bytes / 1024 }, (_, index) => ({ message: `${index} `.padEnd(980, 'x') }))
    expect(
      (await send(JSON.stringify({ command_id: id, status: 'success', result: { type: 'logs', lines } }))).status,
    ).toBe(200)
    return id
  }
  /** The newest commands, whose reports have so many bytes. Five have such results as well. */
  const storeReports = async (count: number, bytes: number): Promise<string[]> => {
    const id = await running()
    expect((await send(JSON.stringify({ command_id: id, status: 'success', result: { pad: 'x' } }))).status).toBe(200)
    const stored = `to_jsonb(at) || jsonb_build_object('id', 'PREFIX_zzzzzzzzzzzzzzzzzzzzzz' || lpad(n::text, 4, '0')`
    const named = (prefix: string) => stored.replace('PREFIX', prefix)
    const rows = await server.query<{ id: string }>(
      `insert into command select (jsonb_populate_record(null::command, ${named('cmd')},
           'report_id', 'rep_zzzzzzzzzzzzzzzzzzzzzz' || lpad(n::text, 4, '0')))).*
         from command at, generate_series(1, $2::int) n where at.id = $1 returning id`,
      [id, count],
    )
    await server.query(
      `insert into command_report select (jsonb_populate_record(null::command_report, ${named('rep')},
           'command_id', 'cmd_zzzzzzzzzzzzzzzzzzzzzz' || lpad(n::text, 4, '0'), 'encoding', 'GZIP'))).*
         from command_report at, generate_series(1, $2::int) n where at.command_id = $1`,
      [id, count],
    )
    const body = gzipSync(JSON.stringify({ status: 'success', result: { pad: 'x'.repeat(bytes) } }))
    await server.query(`update command_report set body = $1 where id like 'rep_zzzz%'`, [body])
    await server.query(
      `update command set result = to_jsonb(repeat('x', $1)) where id like 'cmd_zzzz%' and id < 'cmd_zzzzzzzzzzzzzzzzzzzzzz0006'`,
      [bytes],
    )
    return rows.map((row) => row.id)
  }
  const read = <Data>(query: string, variables: object = {}) =>
    server.graphql<Data>(query, { hash: served.hash, ...variables }, served.owner)

  it('does not block the main thread for a report with 300,000 members', async () => {
    const id = await running()
    const members = Array.from({ length: 300_000 }, (_, index) => [`k${index}`, index])
    const body = JSON.stringify({
      command_id: id,
      status: 'success',
      result: { password: 'hunter2 secret', ...Object.fromEntries(members) },
    })
    const headers = { ...served.agent.headers(body), 'content-type': 'application/json' }
    const parsing = threadTime(() => JSON.parse(body) as unknown)
    let status = 0
    const piece = await maxTaskTime(async () => {
      status = (await server.rest('POST', '/api/v1/agent/commands/report', { body, headers })).status
    })
    expect(status).toBe(200)
    // Parsing alone is the control: the thread would need that time.
    expect(piece).toBeLessThan(parsing)
    const [row] = await server.query<{ members: number; password: string; status: string; warnings: object[] }>(
      `select status, warnings, result ->> 'password' as password,
              (select count(*)::int from jsonb_object_keys(result)) - 3 as members from command where id = $1`,
      [id],
    )
    expect(row).toMatchObject({ status: 'SUCCEEDED', password: '[REDACTED]', warnings: [{ code: 'REPORT_CUT' }] })
    // The typed view of logs adds three members.
    expect(row!.members).toBe(10_000)
  })

  it('accepts a string of 14 MB of logs and blocks the main thread for less than its parse time', async () => {
    const id = await running()
    const output = 'a line of a log with token=abcdefgh in it\n'.repeat(14e6 / 42)
    const body = JSON.stringify({ command_id: id, status: 'success', result: { output } })
    const headers = { ...served.agent.headers(body), 'content-type': 'application/json' }
    const reading = threadTime(() => interpretReport(openReport(Buffer.from(body)), { type: 'logs', parameters: {} }))
    let status = 0
    const piece = await maxTaskTime(async () => {
      status = (await server.rest('POST', '/api/v1/agent/commands/report', { body, headers })).status
    })
    expect(status).toBe(200)
    expect(piece).toBeLessThan(reading / 2)
    const [row] = await server.query<{ status: string; warnings: object[]; hidden: number }>(
      `select status, warnings, regexp_count(result ->> 'output', '\\[REDACTED\\]') as hidden from command where id = $1`,
      [id],
    )
    expect(row).toEqual({ status: 'SUCCEEDED', warnings: [], hidden: Math.floor(14e6 / 42) })
  })

  it('processes a large report like a small one: redacted, typed, deduplicated, foreign ones 404', async () => {
    const id = await running()
    const lines = Array.from({ length: 4_000 }, (_, index) => `line ${index} of a log that is long enough to be large`)
    const report = { command_id: id, status: 'success', result: { type: 'logs', lines: ['token=abcdefgh', ...lines] } }
    const body = JSON.stringify(report).padEnd(2 * MEBIBYTE)
    expect((await send(body)).body).toMatchObject({ item: { accepted: true }, message: 'Report accepted' })
    expect((await send(body)).body).toMatchObject({ item: { accepted: true } })
    const { data } = await read<{ command: { typedResult: { lines: { message: string; stream: string }[] } } }>(
      `query ($id: ID!) { command(id: $id) { typedResult { ... on LogsResult { lines { message stream } } } } }`,
      { id },
    )
    expect(data.command.typedResult.lines).toHaveLength(4_001)
    expect(data.command.typedResult.lines[0]).toEqual({ message: 'token=[REDACTED]', stream: 'stdout' })
    const pad = 'x'.repeat(MEBIBYTE)
    expect((await send(JSON.stringify({ command_id: 'cmd_of_nobody', status: 'success', pad }))).status).toBe(404)
    expect((await send(`{"command_id":"${id}","pad":"${pad}`)).status).toBe(400)
    expect((await send(JSON.stringify({ pad }))).body).toMatchObject({ code: 'BAD_REQUEST', field: 'command_id' })
  })

  it('rejects a registration of 20,000 levels with a code and the limit', async () => {
    const body = `{"deployment_hash":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const headers = { 'content-type': 'application/json' }
    const refused = await server.rest('POST', '/api/v1/agent/register', { body, headers })
    expect(refused).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', limit: 4_000 } })
  })

  it('processes a large app status', async () => {
    const status = { deployment_hash: served.hash, app_code: 'web', status: 'running', logs: 'x'.repeat(MEBIBYTE) }
    expect((await send(JSON.stringify(status), '/api/v1/apps/status')).status).toBe(200)
    const [row] = await server.query<{ status: string }>(`select status from app_state where app_code = 'web'`)
    expect(row).toEqual({ status: 'RUNNING' })
    const foreign = JSON.stringify({ ...status, deployment_hash: 'other' })
    expect((await send(foreign, '/api/v1/apps/status')).status).toBe(404)
  })

  it('returns the URL of what does not fit into the response, with the same authorization', async () => {
    const ids = [await reported(200 * 1024), await reported(300 * 1024), await reported(3 * MEBIBYTE)]
    for (const [field, part] of [
      ['result', 'result'],
      ['rawReport', 'report'],
    ] as const) {
      const { data, errors } = await read<{ commands: Record<string, unknown>[] }>(
        `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { ${field} url: ${part}Url } } }`,
        { ids },
      )
      expect(data.commands.map((command) => command[field] !== null)).toEqual([true, false, false])
      expect(errors!.map(({ path, extensions }) => [path![1], extensions.code, extensions['url']])).toEqual([
        [1, 'RESPONSE_TOO_LARGE', data.commands[1]!['url']],
        [2, 'RESPONSE_TOO_LARGE', data.commands[2]!['url']],
      ])
      const { pathname } = new URL(data.commands[2]!['url'] as string)
      const whole = await server.rest('GET', pathname, { token: served.owner })
      expect(whole.status).toBe(200)
      expect(JSON.stringify(whole.body).length).toBeGreaterThan(2 * MEBIBYTE)
      const stranger = await server.token('stranger@example.com')
      expect((await server.rest('GET', pathname, { token: stranger })).status).toBe(404)
    }
    const typed = await read<{ commands: { typedResult: object | null }[] }>(
      `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { typedResult { at } } } }`,
      { ids },
    )
    expect(typed.data.commands.map(({ typedResult }) => typedResult !== null)).toEqual([true, true, false])
    const list = await server.rest('GET', `/api/v1/commands/${served.hash}?include_results=true&limit=500`, {
      token: served.owner,
    })
    const items = (list.body as { list: { id: string; result: unknown; result_omitted?: boolean }[] }).list
    expect(items.filter(({ result_omitted: flag }) => flag).map(({ id }) => id)).toContain(ids[2])
    expect(JSON.stringify(list.body).length).toBeLessThan(3 * MEBIBYTE)
  })

  it('returns large parameters only where they are selected, and beyond 256 KiB their URL', async () => {
    const command = (bytes: number) => ({
      triggerPipe: {
        pipeInstanceId: 'p',
        inputData: Array.from({ length: bytes / 64 }, (_, at) => `${at} `.padEnd(60, 'x')),
      },
    })
    const { id: small } = await enqueue(server, served, { command: command(64 * 1024) })
    const { id: large } = await enqueue(server, served, { command: command(512 * 1024) })
    const { data, errors } = await read<{ commands: { parameters: object | null; parametersUrl: string }[] }>(
      `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { parameters parametersUrl } } }`,
      { ids: [small, large] },
    )
    expect(data.commands.map(({ parameters }) => parameters !== null)).toEqual([true, false])
    expect(errors).toMatchObject([{ extensions: { code: 'RESPONSE_TOO_LARGE', url: data.commands[1]!.parametersUrl } }])
    const whole = await server.rest('GET', new URL(data.commands[1]!.parametersUrl).pathname, { token: served.owner })
    expect(JSON.stringify(whole.body).length).toBeGreaterThan(500_000)
    for (const id of [small, large]) await cancelCommand(server, served.owner, id)
  })

  it('keeps a page of 100 commands with reports of 16 MiB small in the response and in memory', async () => {
    const ids = await storeReports(100, 16 * MEBIBYTE)
    const page = async (selected: string): Promise<{ bytes: number; rss: number }> => {
      const before = process.memoryUsage().rss
      let peak = before
      const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5)
      const answer = await read(
        `query ($hash: ID!) { deployment(id: $hash) { commands(first: 100) { nodes { ${selected} } } } }`,
      )
      clearInterval(timer)
      return { bytes: JSON.stringify(answer).length, rss: Math.max(peak, process.memoryUsage().rss) - before }
    }
    await page('status') // The first page compiles the operation.
    for (const selected of ['status', 'status rawReport', 'status rawReport result parameters executor']) {
      const { bytes, rss } = await page(selected)
      expect([selected, bytes < 5 * MEBIBYTE, rss < 50 * MEBIBYTE]).toEqual([selected, true, true])
    }
    await server.query(`delete from command_report where command_id = any ($1)`, [ids])
    await server.query(`delete from command where id = any ($1)`, [ids])
  })

  it('reads no large result that is not selected', async () => {
    await reported(MEBIBYTE - 50 * 1024)
    const { data, errors } = await read<{ deployment: { commands: { nodes: { status: string }[] } } }>(
      `query ($hash: ID!) { deployment(id: $hash) { commands(first: 100) { nodes { id status error { code } } } } }`,
    )
    expect(errors).toBeUndefined()
    const columns = await server.query<{ size: number }>(
      `select max(octet_length(result::text))::int as size from command where result is not null`,
    )
    expect(columns[0]!.size).toBeGreaterThan(900_000)
    expect(data.deployment.commands.nodes.length).toBeGreaterThan(3)
  })
})
