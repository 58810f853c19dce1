import { generateKeyPairSync } from 'node:crypto'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** All secrets that users send to an agent, or that an agent leaks. */
const SECRETS = {
  registry: 'registry-pass-1f3a',
  env: 'env-value-9c2e',
  file: 'file-content-77aa',
  compose: 'compose-secret-5d5d',
  broker: 'broker-pass-4b4b',
  proxy: 'npm-pass-8e8e',
  logged: 'logged-pass-2a2a',
  output: 'deploy-output-6f6f',
}

describe('Secrets in commands', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer({ env: { LOG_LEVEL: 'trace' } })
    served = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  const deployApp = {
    deployApp: {
      appCode: 'web',
      composeContent: `services: { web: { environment: { K: ${SECRETS.compose} } } }`,
      envVars: { DB_HOST: SECRETS.env },
      configFiles: [{ content: SECRETS.file, destinationPath: '/etc/app.conf' }],
      registryAuth: { registry: 'r.example.com', username: 'deploy', password: SECRETS.registry },
    },
  }

  /** Tables that contain a secret in a dump of the database. */
  async function tablesWith(secret: string): Promise<string[]> {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const [row] = await server.query(
        `select 1 from "${name}" t where t::text like $1 or position(convert_to($2, 'UTF8') in convert_to(t::text, 'UTF8')) > 0 limit 1`,
        [`%${secret}%`, secret],
      )
      if (row) found.push(name)
    }
    return found
  }

  it('sends secrets to the agent, and shows users only that they are set', async () => {
    const { id, parameters } = await enqueue(server, served, { command: deployApp })
    expect(parameters).toMatchObject({
      app_code: 'web',
      compose_content: '***',
      env_vars: { DB_HOST: '***' },
      config_files: [{ content: '***', destination_path: '/etc/app.conf' }],
      registry_auth: { registry: 'r.example.com', username: 'deploy', password: '***' },
    })
    const { body } = await served.agent.wait(1)
    expect(body.item).toMatchObject({
      command_id: id,
      parameters: {
        env_vars: { DB_HOST: SECRETS.env },
        registry_auth: { password: SECRETS.registry },
        config_files: [{ content: SECRETS.file }],
      },
    })
    await served.agent.report({
      command_id: id,
      status: 'success',
      result: {
        type: 'deploy_app',
        app_code: 'web',
        status: 'deployed',
        output: `POSTGRES_PASSWORD=${SECRETS.output} set`,
      },
    })
    expect((await readCommand(server, served.owner, id)).result).toMatchObject({
      output: 'POSTGRES_PASSWORD=[REDACTED] set',
    })
    // The parameters are never delivered again.
    expect(await server.query(`select parameters_sealed from command where id = $1`, [id])).toEqual([
      { parameters_sealed: null },
    ])
  })

  it('returns the first command for a repeated call, with secrets hidden', async () => {
    const first = await enqueue(server, served, { command: deployApp, key: 'once' })
    expect(await enqueue(server, served, { command: deployApp, key: 'once' })).toEqual(first)
    const other = { deployApp: { ...deployApp.deployApp, envVars: { DB_HOST: 'another' } } }
    expect(await enqueue(server, served, { command: other, key: 'once' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
  })

  it('redacts a log line by line before it is stored, whatever the agent did', async () => {
    const { id } = await enqueue(server, served, {
      command: { logs: { appCode: 'web', redact: false } },
      priority: 'CRITICAL',
    })
    await served.agent.wait(1)
    const lines = [`password=${SECRETS.logged}`, 'GET / 200'].map((message) => ({
      ts: '2026-01-15T10:00:00Z',
      stream: 'stdout',
      message,
      redacted: false,
    }))
    await served.agent.report({
      command_id: id,
      status: 'success',
      result: { type: 'logs', lines, cursor: 'c2', truncated: false },
    })
    const state = await readCommand(server, served.owner, id)
    const redacted = [
      { ts: '2026-01-15T10:00:00Z', stream: 'stdout', message: 'password=[REDACTED]', redacted: true },
      { ts: '2026-01-15T10:00:00Z', stream: 'stdout', message: 'GET / 200', redacted: false },
    ]
    expect(state.result).toMatchObject({ cursor: 'c2', truncated: false, lines: redacted })
    expect(state.rawReport).toMatchObject({ result: { lines: redacted } })
  })

  it.each([1, 900])(
    'redacts the last line of a key that the pages of a log share, on a page of %d lines',
    async (count) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 })
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim().split('\n').slice(0, -2)
      const rest = Array.from({ length: count - 1 }, (_, index) => `GET /${'page/'.repeat(20)}${index} 200`)
      for (const lines of [key, ['aB3dEf9h', ...rest]]) {
        const { id } = await enqueue(server, served, { command: { logs: { appCode: 'web' } }, priority: 'CRITICAL' })
        await served.agent.wait(1)
        await served.agent.report({ command_id: id, status: 'success', result: { type: 'logs', lines } })
        const { status, result } = await readCommand(server, served.owner, id)
        expect([status, result]).toEqual(['SUCCEEDED', expect.anything()])
        const messages = (result as { lines: { message: string }[] }).lines.map(({ message }) => message)
        expect(messages.slice(0, key.length)).toEqual(
          lines === key ? key.map(() => '[REDACTED]') : ['[REDACTED]', ...rest.slice(0, key.length - 1)],
        )
      }
      expect(await tablesWith('aB3dEf9h')).toEqual([])
    },
  )

  /** Sends a report with the given spelling and returns the stored text. */
  async function keptOf(spelt: (id: string) => string): Promise<string> {
    const { id } = await enqueue(server, served, { command: { logs: { appCode: 'web' } }, priority: 'CRITICAL' })
    await served.agent.wait(1)
    const body = spelt(id)
    const { status } = await server.rest('POST', '/api/v1/agent/commands/report', {
      body,
      headers: { ...served.agent.headers(body), 'content-type': 'application/json' },
    })
    expect(status).toBe(200)
    expect((await readCommand(server, served.owner, id)).status).toBe('SUCCEEDED')
    const path = `/api/v1/commands/${served.hash}/${id}/report`
    return JSON.stringify((await server.rest('GET', path, { token: served.owner })).body)
  }

  it('redacts a field that is hidden by a second one of the same name', async () => {
    const twice = await keptOf(
      (id) =>
        `{"command_id":"${id}","status":"success","error":"password=${SECRETS.logged}","error":null,"result":{"lines":["DB_PASS=${SECRETS.logged}"],"lines":[]}}`,
    )
    expect(twice).toContain('"lines":[]')
    expect(twice).not.toContain(SECRETS.logged)
  })

  it.each([2500, 100_000])('stores a report of %d levels without the parts that are too deep', async (levels) => {
    const deep = await keptOf(
      (id) => `{"command_id":"${id}","status":"success","result":${'['.repeat(levels)}1${']'.repeat(levels)}}`,
    )
    expect(deep).toContain('[REDACTED]')
  })

  it('hides secrets the same way over REST, and omits them from lists', async () => {
    const pipe = {
      pipe_instance_id: 'p',
      target_url: 'https://a.example',
      source_broker_url: `amqp://u:${SECRETS.broker}@b`,
      source_queue: 'q',
    }
    const proxy = { app_code: 'web', domain_names: ['a.example'], forward_port: 80, npm_password: SECRETS.proxy }
    for (const [command_type, parameters] of [
      ['activate_pipe', pipe],
      ['configure_proxy', proxy],
    ] as const) {
      const answer = await server.rest('POST', '/api/v1/commands/enqueue', {
        token: served.owner,
        body: { deployment_hash: served.hash, command_type, parameters },
      })
      expect(answer.status).toBe(202)
    }
    const everything = await server.graphql(
      `query ($hash: ID!) { deployment(id: $hash) {
         latestCommands { parameters result rawReport } commands(first: 20) { nodes { parameters result rawReport } } } }`,
      { hash: served.hash },
      served.owner,
    )
    const text = JSON.stringify(everything)
    expect(text).toContain('"npm_password":"***"')
    for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret)
  })

  it('appear in no table, event or log line in clear text', async () => {
    const found = await Promise.all(Object.values(SECRETS).map(tablesWith))
    expect(found.flat()).toEqual([])
    const log = server.logLines.join('\n')
    expect(Object.values(SECRETS).filter((secret) => log.includes(secret))).toEqual([])
    expect(server.logLines).not.toHaveLength(0)
  })
})
