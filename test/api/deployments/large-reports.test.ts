import { interpretReport } from '#services/deployments/commands/interpret-report.js'
import { openReport } from '#services/deployments/commands/open-report.js'
import { enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
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
  const read = <Data>(query: string, variables: object = {}) =>
    server.graphql<Data>(query, { hash: served.hash, ...variables }, served.owner)

  it('does not block the main thread for a report with 300,000 members (DF-C5)', async () => {
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

  it('accepts a string of 14 MB of logs and blocks the main thread for less than its parse time (DF-C5)', async () => {
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

  it('processes a large report like a small one: redacted, typed, deduplicated, foreign ones 404 (DF-C5)', async () => {
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

  it('rejects a registration of 20,000 levels with a code and the limit (DF-X6)', async () => {
    const body = `{"deployment_hash":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const headers = { 'content-type': 'application/json' }
    const refused = await server.rest('POST', '/api/v1/agent/register', { body, headers })
    expect(refused).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', limit: 4_000 } })
  })

  it('processes a large app status (DF-C5)', async () => {
    const status = { deployment_hash: served.hash, app_code: 'web', status: 'running', logs: 'x'.repeat(MEBIBYTE) }
    expect((await send(JSON.stringify(status), '/api/v1/apps/status')).status).toBe(200)
    const [row] = await server.query<{ status: string }>(`select status from app_state where app_code = 'web'`)
    expect(row).toEqual({ status: 'RUNNING' })
    const foreign = JSON.stringify({ ...status, deployment_hash: 'other' })
    expect((await send(foreign, '/api/v1/apps/status')).status).toBe(404)
  })

  it('returns as many results and reports as fit in a list, and null with a code for the others (DF-C6)', async () => {
    const ids = [await reported(730 * 1024), await reported(730 * 1024), await reported(730 * 1024)]
    const huge = await reported(3 * MEBIBYTE)
    for (const field of ['result', 'rawReport', 'typedResult { __typename }']) {
      const { data, errors } = await read<{ commands: Record<string, unknown>[] }>(
        `query ($ids: [ID!]!) { commands(ids: $ids) { id ${field} } }`,
        { ids: [huge, ...ids] },
      )
      const name = field.split(' ')[0]!
      expect(data.commands.map((command) => command[name] !== null)).toEqual([false, true, true, false])
      expect(errors!.map(({ path, extensions }) => [path![1], extensions.code])).toEqual([
        [0, 'RESPONSE_TOO_LARGE'],
        [3, 'RESPONSE_TOO_LARGE'],
      ])
    }
    const bytes = await server.rest('GET', `/api/v1/commands/${served.hash}/${huge}/report`, { token: served.owner })
    expect(bytes.status).toBe(200)
    const list = await server.rest('GET', `/api/v1/commands/${served.hash}?include_results=true&limit=500`, {
      token: served.owner,
    })
    const items = (list.body as { list: { id: string; result: unknown; result_omitted?: boolean }[] }).list
    const omitted = items.filter(({ result_omitted: flag }) => flag).map(({ id }) => id)
    expect(omitted).toEqual(expect.arrayContaining([huge]))
    expect(JSON.stringify(list.body).length).toBeLessThan(3 * MEBIBYTE)
  })

  it('reads no large result that is not selected (DF-C6)', async () => {
    await reported(MEBIBYTE - 50 * 1024)
    const { data, errors } = await read<{ deployment: { commands: { nodes: { status: string }[] } } }>(
      `query ($hash: String!) { deployment(hash: $hash) { commands(first: 100) { nodes { id status error { code } } } } }`,
    )
    expect(errors).toBeUndefined()
    const columns = await server.query<{ size: number }>(
      `select max(octet_length(result::text))::int as size from command where result is not null`,
    )
    expect(columns[0]!.size).toBeGreaterThan(900_000)
    expect(data.deployment.commands.nodes.length).toBeGreaterThan(3)
  })
})
