import { Deployment } from '@stackgate/client/documents'
import { request as httpRequest } from 'node:http'
import { enqueue, deploymentWithAgent, templateId } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Command {
  readonly id: string
  readonly status: string
  readonly priority: string
  readonly timeout_seconds: number
  readonly updated_at: string
  readonly warnings: readonly { readonly code: string }[]
}

interface Body {
  readonly message: string
  readonly code: string
  readonly field?: string
  readonly request_id: string
  readonly item: Command
  readonly list: readonly Command[]
}

describe('Command details', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const rest = async (method: string, path: string, token: string | null, body?: unknown) => {
    const answer = await server.rest(method, path, { token, ...(body === undefined ? {} : { body }) })
    return { status: answer.status, body: answer.body as Body }
  }

  it('deletes the last health of an application when it is removed, and the agent is healthy again', async () => {
    const served = await deploymentWithAgent(server)
    const run = async (command: object, result: object) => {
      const { id } = await enqueue(server, served, { command })
      await served.agent.wait(5)
      await served.agent.report({ command_id: id, status: 'success', result })
    }
    const presence = async () => {
      const { data } = await server.graphql(Deployment, { id: served.hash }, served.owner)
      return data.deployment!.capabilities.presence
    }
    await run({ deployApp: { appCode: 'extra' } }, {})
    const ill = { type: 'health', app_code: 'extra', status: 'unhealthy', container_state: 'exited' }
    await run({ health: { appCode: 'extra' } }, ill)
    expect(await presence()).toBe('DEGRADED')
    await run({ removeApp: { appCode: 'extra' } }, {})
    expect(await presence()).toBe('ONLINE')
    expect(await server.query(`select app_code from app_state where deployment_id = $1`, [served.id])).toEqual([])
  })

  it.each([
    ['restart', 'all', 422],
    ['remove_app', 'system', 422],
    ['deploy_app', 'all', 422],
    ['health', 'all', 202],
    ['health', 'system', 202],
    ['error_summary', 'all', 202],
  ])('%s of %s returns %i: only read-only commands for all apps accept other names', async (type, code, status) => {
    const served = await deploymentWithAgent(server)
    const body = { deployment_hash: served.hash, command_type: type, parameters: { app_code: code } }
    expect(await rest('POST', '/api/v1/commands', served.owner, body)).toMatchObject({ status })
  })

  it.each([
    ['all', 'apps.0.code'],
    ['system', 'apps.0.code'],
    ['a b', 'apps.0.code'],
    ['', 'apps.0.code'],
    ['x'.repeat(101), 'apps.0.code'],
    ['web\u0000', 'apps.0.code'],
    ['twice', 'apps.1.code'],
  ])('denies starting a deployment with a reserved app code: %j', async (code, at) => {
    const owner = await server.token('names-apps@example.com')
    const start = async (apps: object[], key: string) => {
      const { data } = await server.graphql<{
        startDeployment: { __typename: string; code: string; issues: { path: string[] }[] }
      }>(
        `mutation ($template: ID!, $apps: [DeploymentAppInput!], $key: String!) {
          startDeployment(input: { templateId: $template, apps: $apps }, key: $key) { __typename denial { __typename code issues { path } } }
        }`,
        { template: await templateId(server, 'static-site'), apps, key },
        owner,
      )
      return data.startDeployment
    }
    const { issues, ...denial } = await start([{ code }, { code: 'twice' }], 'k')
    expect(denial).toEqual({ __typename: 'Denial', code: 'INVALID_PARAMETERS' })
    expect(issues[0]!.path.join('.')).toBe(at)
    expect(
      await server.query(
        `select 1 from deployment d join account a on a.id = d.account_id where a.name = 'names-apps@example.com'`,
      ),
    ).toEqual([])
  })

  it('rejects parameters with thousands of levels with their code, over REST and GraphQL', async () => {
    const served = await deploymentWithAgent(server)
    const deep = JSON.parse('[{"a":'.repeat(1_500) + '1' + '}]'.repeat(1_500)) as unknown
    const parameters = { pipe_instance_id: 'p', input_data: { deep } }
    const body = { deployment_hash: served.hash, command_type: 'trigger_pipe', parameters }
    expect(await rest('POST', '/api/v1/commands', served.owner, body)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS' },
    })
    expect(await enqueue(server, served, { command: { other: { type: 'trigger_pipe', parameters } } })).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
  })

  it('returns the deployment of a command and of an agent, in one statement per kind', async () => {
    const served = await deploymentWithAgent(server)
    const ids = [(await enqueue(server, served)).id, (await enqueue(server, served)).id]
    const { data } = await server.graphql<{ commands: object[] }>(
      `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { id deployment { hash agent { deployment { id } } } } } }`,
      { ids },
      served.owner,
    )
    const deployment = { hash: served.hash, agent: { deployment: { id: served.id } } }
    expect(data.commands).toEqual(ids.map((id) => ({ id, deployment })))
  })

  it('treats null as undefined, and keeps names in capitals unchanged', async () => {
    const served = await deploymentWithAgent(server)
    const body = {
      deployment_hash: served.hash,
      command_type: 'start',
      parameters: { app_code: 'web' },
      priority: null,
      timeout_seconds: null,
      idempotency_key: null,
    }
    const { item } = (await rest('POST', '/api/v1/commands', served.owner, body)).body
    expect(item).toMatchObject({ priority: 'normal', timeout_seconds: 300 })
    const wrong = { ...body, command_type: 'deploy_app', parameters: { app_code: 'web', env_vars: { DB_PASSWORD: 1 } } }
    expect((await rest('POST', '/api/v1/commands', served.owner, wrong)).body.field).toBe(
      'parameters.env_vars.DB_PASSWORD',
    )
  })

  it('shows the cancellation of a held command, and then its end, to clients that poll', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    await served.agent.wait(5)
    await new Promise((wake) => setTimeout(wake, 50))
    const path = `/api/v1/commands/${served.hash}`
    const { updated_at: before } = (await rest('GET', `${path}/${id}`, served.owner)).body.item
    const canceled = await rest('POST', `${path}/${id}/cancel`, served.owner)
    expect(canceled.body.message).toMatch(/^Cancellation requested/)
    const { list } = (await rest('GET', `${path}?since=${before}`, served.owner)).body
    expect(list.map((command) => command.id)).toEqual([id])
    await served.agent.report({ command_id: id, status: 'success', result: {} })
    const { item } = (await rest('GET', `${path}/${id}`, served.owner)).body
    expect([item.status, item.warnings.map(({ code }) => code)]).toEqual(['succeeded', ['CANCEL_REQUESTED']])
  })

  it('uses the default for a blank timeout', async () => {
    const served = await deploymentWithAgent(server)
    const begin = performance.now()
    const poll = fetch(`${server.url}/api/v1/agent/commands/wait/${served.hash}?timeout=`, {
      headers: served.agent.headers(''),
    })
    await new Promise((wake) => setTimeout(wake, 300))
    await enqueue(server, served)
    const { item } = (await (await poll).json()) as { item: object | null }
    expect(item).not.toBeNull()
    expect(performance.now() - begin).toBeGreaterThan(300)
  })

  it.each([
    ['no text', '/api/v1/commands/%ff'],
    ['too long', `/api/v1/commands/${'a'.repeat(600)}`],
  ])('rejects an invalid URL in the common error shape: %s', async (_what, path) => {
    const { hostname, port } = new URL(server.url)
    const answer = await new Promise<{ status: number; id: unknown; body: Body }>((resolve, reject) => {
      httpRequest({ hostname, port, path }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            id: response.headers['x-request-id'],
            body: JSON.parse(text) as Body,
          }),
        )
      })
        .on('error', reject)
        .end()
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', request_id: answer.id } })
  })
})
