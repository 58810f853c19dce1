import { randomUUID } from 'node:crypto'
import { parse } from 'yaml'
import { enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { marketplaceCallers, publishTemplate, type MarketplaceCallers } from '#test/support/marketplace-client.js'
import { enroll, TestAgent } from '#test/support/test-agent.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const DEFINITION = `
services:
  web:
    image: nginx:1.27-alpine
    environment:
      SITE: "\${SITE_NAME}"
      ADMIN_PASSWORD: "\${ADMIN_PASSWORD}"
      API_KEY: "\${API_KEY}"
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
`
const PARAMETERS = [
  { name: 'SITE_NAME', required: true },
  { name: 'ADMIN_PASSWORD', generate: {} },
  { name: 'API_KEY', secret: true },
]
const API_KEY = 'given-secret-4410-aa17'

interface Started {
  readonly enrolmentToken: string | null
  readonly generatedValues: { name: string; value: string }[] | null
  readonly deployment: { id: string; hash: string; values: { name: string; value: string | null }[] }
  readonly code: string
  readonly issues: { path: string[]; message: string }[]
}

describe('Values of startDeployment', () => {
  let server: TestServer
  let market: MarketplaceCallers
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ env: { LOG_LEVEL: 'trace' } })
    market = await marketplaceCallers(server)
    const files = [{ path: 'nginx.conf', content: 'server_name $host;\n' }]
    template = (
      await publishTemplate(market.vendor, market.admin, { definition: DEFINITION, parameters: PARAMETERS, files })
    ).id
  })
  afterAll(() => server.close())

  async function start(token: string, values: object[] | null, options: { key?: string; templateId?: string } = {}) {
    const { data, errors } = await server.graphql<{ startDeployment: Started }>(
      `mutation ($input: StartDeploymentInput!, $key: String!) { startDeployment(input: $input, key: $key) {
        enrolmentToken generatedValues { name value } deployment { id hash values { name value } }
        denial { code issues { path message } } } }`,
      { input: { templateId: options.templateId ?? template, values }, key: options.key ?? randomUUID() },
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.startDeployment
  }

  const GIVEN = [
    { name: 'SITE_NAME', value: 'Shop' },
    { name: 'API_KEY', value: API_KEY },
  ]

  async function withAgent(owner: string, started: Started): Promise<DeploymentWithAgent> {
    const { id, hash } = started.deployment
    const registered = await enroll(server.url, hash, started.enrolmentToken)
    const { agent_id: agentId, agent_token: token } = registered.body.data.item
    const agent = new TestAgent(server.url, { id: agentId, token, hash })
    return { owner, id, hash, enrolmentToken: started.enrolmentToken!, agent }
  }

  async function deployApp(served: DeploymentWithAgent, fields: object = {}): Promise<Record<string, unknown>> {
    const { id } = await enqueue(server, served, { command: { deployApp: { appCode: 'web', ...fields } } })
    const { body } = await served.agent.wait(1)
    expect(body.item!.command_id).toBe(id)
    await served.agent.report({ command_id: id, status: 'success', result: {} })
    return body.item!.parameters
  }

  it('are denied by field, and a denied call is not counted', async () => {
    const token = await server.token('wrong@example.com')
    const denied = await start(token, [
      { name: 'NONE', value: '1' },
      { name: 'API_KEY', value: 'a\nb' },
    ])
    expect(denied).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [
        { path: ['values', '0', 'name'] },
        { path: ['values', '1', 'value'], message: 'API_KEY must be a single line.' },
        { path: ['values'], message: 'SITE_NAME (Site name) is required. Add its value.' },
      ],
    })
  })

  it('are given, generated and refused over REST as over GraphQL', async () => {
    const token = await server.token('rest@example.com')
    const send = (values: object[], key: string) =>
      server.rest('POST', '/api/v1/deployments/start', {
        token,
        body: { template_id: template, values, idempotency_key: key },
      })
    const wrong = await send([{ name: 'NONE', value: '1' }, ...GIVEN], 'wrong')
    expect([wrong.status, wrong.body]).toEqual([
      422,
      expect.objectContaining({
        code: 'INVALID_PARAMETERS',
        issues: [expect.objectContaining({ path: ['values', 0, 'name'] })],
      }),
    ])
    const { status, body } = await send(GIVEN, 'rest')
    const { deployment } = body as { deployment: { id: string; deployment_hash: string } }
    expect([status, body]).toEqual([
      200,
      {
        deployment: expect.objectContaining({ project_id: deployment.id, template_id: template, status: 'pending' }),
        enrolment_token: expect.any(String),
        generated_values: [{ name: 'ADMIN_PASSWORD', value: expect.stringMatching(/^[A-Za-z\d]{32}$/) }],
      },
    ])
    const read = await server.rest('GET', `/api/v1/deployments/${deployment.id}`, { token })
    expect((read.body as { item: object }).item).toEqual(deployment)
    expect((await send(GIVEN, 'rest')).body).toEqual({ deployment, enrolment_token: null, generated_values: null })
  })

  it('are generated once and shown once, and agents receive the same ones with each command', async () => {
    const token = await server.token('owner@example.com')
    const key = randomUUID()
    const first = await start(token, GIVEN, { key })
    const [made] = first.generatedValues!
    expect(made).toEqual({ name: 'ADMIN_PASSWORD', value: expect.stringMatching(/^[A-Za-z\d]{32}$/) })
    expect(first.deployment.values).toEqual([
      { name: 'SITE_NAME', value: 'Shop' },
      { name: 'API_KEY', value: null },
      { name: 'ADMIN_PASSWORD', value: null },
    ])
    expect(await start(token, GIVEN, { key })).toMatchObject({
      generatedValues: null,
      deployment: { id: first.deployment.id },
    })
    const served = await withAgent(token, first)
    const values = { SITE_NAME: 'Shop', API_KEY, ADMIN_PASSWORD: made!.value }
    for (const _ of [1, 2]) {
      const { env_vars: received, compose_content: content } = await deployApp(served)
      expect(received).toEqual(values)
      expect(parse(content as string)).toMatchObject({
        services: { web: { configs: [{ source: 'nginx.conf', target: '/etc/nginx/nginx.conf' }] } },
        configs: { 'nginx.conf': { content: 'server_name $$host;\n' } },
      })
    }
    const own = await deployApp(served, { composeContent: 'services: {}', envVars: { SITE_NAME: 'Other', MORE: '1' } })
    expect(own).toMatchObject({
      compose_content: 'services: {}',
      env_vars: { ...values, SITE_NAME: 'Other', MORE: '1' },
    })
    await expectNowhere([made!.value, API_KEY])
  })

  /** Neither a table nor a log line contains a secret. */
  async function expectNowhere(secrets: readonly string[]): Promise<void> {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    for (const secret of secrets) {
      for (const { name } of tables)
        expect([
          name,
          await server.query(`select 1 from "${name}" t where position($1 in t::text) > 0`, [secret]),
        ]).toEqual([name, []])
      expect(server.logLines.filter((line) => line.includes(secret))).toEqual([])
    }
  }

  it('survive a new version, whose new secrets are made once', async () => {
    const definition = DEFINITION.replace('SITE:', 'NEW_TOKEN: "${NEW_TOKEN}"\n      SITE:')
    const { id: templateId } = await publishTemplate(market.vendor, market.admin, {
      definition: DEFINITION,
      parameters: PARAMETERS,
    })
    const token = await server.token('upgraded@example.com')
    const served = await withAgent(token, await start(token, GIVEN, { templateId }))
    const { env_vars: before } = await deployApp(served)
    await market.vendor.update(templateId, {
      definition,
      parameters: [...PARAMETERS, { name: 'NEW_TOKEN', generate: {} }],
    })
    await market.vendor.submit(templateId)
    await market.admin.startReview(templateId)
    await market.admin.approve(templateId)
    const { env_vars: after } = await deployApp(served)
    expect(after).toEqual({ ...(before as object), NEW_TOKEN: expect.stringMatching(/^[A-Za-z\d]{32}$/) })
    expect((await deployApp(served))['env_vars']).toEqual(after)
  })

  it('leave commands as they are for a template without parameters and values', async () => {
    const definition = { services: { web: { image: 'nginx:1.27-alpine', environment: { A: '${A:-1}' } } } }
    const { id: templateId } = await publishTemplate(market.vendor, market.admin, { definition })
    const token = await server.token('plain@example.com')
    const started = await start(token, null, { templateId })
    expect(started).toMatchObject({ generatedValues: null, deployment: { values: [] } })
    const parameters = await deployApp(await withAgent(token, started))
    expect(Object.keys(parameters)).not.toEqual(expect.arrayContaining(['env_vars']))
    expect(Object.keys(parameters)).not.toEqual(expect.arrayContaining(['compose_content']))
  })
})
