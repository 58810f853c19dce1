import { randomUUID } from 'node:crypto'
import {
  enqueue,
  newDeployment,
  deploymentWithAgent,
  templateId,
  type TestDeployment,
  type DeploymentWithAgent,
} from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Plan {
  readonly fingerprint: string
  readonly steps: {
    app_code: string
    change: string
    to_command_id: string | null
    parameters: Record<string, unknown>
  }[]
  readonly warnings: string[]
}
interface Body {
  readonly item: Plan & Record<string, unknown>
  readonly code: string
  readonly reason: string
  readonly fingerprint: string
  readonly stacks: Record<string, unknown>[]
  readonly total: number
}

describe('Server setup and deployment plans', () => {
  let server: TestServer
  let installer: string
  beforeAll(async () => {
    server = await startTestServer()
    installer = await server.serviceKey(['marketplace:sync'])
  })
  afterAll(() => server.close())

  const rest = async (method: string, path: string, token: string | null, body?: unknown) => {
    const answer = await server.rest(method, path, { token, ...(body === undefined ? {} : { body }) })
    return { status: answer.status, body: answer.body as Body }
  }

  describe('POST /api/v1/marketplace/deploy-complete', () => {
    const complete = (deployment: TestDeployment, changed: object = {}, token: string | null = installer) =>
      rest('POST', '/api/v1/marketplace/deploy-complete', token, {
        deployment_hash: deployment.hash,
        purchase_token: deployment.enrolmentToken,
        stack_id: 'static-site',
        server_ip: '203.0.113.7',
        ...changed,
      })
    const published = async ({ id, hash }: TestDeployment) => {
      const type = 'deployment.completed'
      return [
        {
          events: (await server.query(`select 1 from stream_event where stream_id = $1 and type = $2`, [id, type]))
            .length,
          outbox: (
            await server.query(`select 1 from outbox_event where type = $2 and payload->>'deploymentHash' = $1`, [
              hash,
              type,
            ])
          ).length,
          completed:
            (await server.query(`select 1 from deployment where id = $1 and completed_at is not null`, [id])).length ===
            1,
        },
      ]
    }

    it('counts a completion once, also for ten concurrent calls, and finds it by ID, slug or stack', async () => {
      const deployment = await newDeployment(server)
      const answers = await Promise.all(Array.from({ length: 10 }, () => complete(deployment)))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
      const template = await templateId(server, 'static-site')
      expect(answers[0]!.body.item).toMatchObject({
        success: true,
        template_id: template,
        deployment_hash: deployment.hash,
      })
      expect(answers.filter(({ body }) => body.item['deploy_count_incremented'] === true)).toHaveLength(1)
      expect((await complete(deployment, { stack_id: template })).body.item['deploy_count_incremented']).toBe(false)
      expect(await published(deployment)).toEqual([{ events: 1, outbox: 1, completed: true }])
    })

    it('requires the scope and the token of the deployment; otherwise stores nothing', async () => {
      const deployment = await newDeployment(server)
      const other = await newDeployment(server)
      const refused: [string, object, string | null][] = [
        ['401 UNAUTHENTICATED', {}, null],
        ['403 FORBIDDEN', {}, deployment.owner],
        ['403 FORBIDDEN', {}, await server.serviceKey(['commands:write'])],
        ['403 INVALID_ENROLMENT_TOKEN', { purchase_token: other.enrolmentToken }, installer],
        ['403 INVALID_ENROLMENT_TOKEN', { purchase_token: 'enrol_unknown' }, installer],
        ['403 INVALID_ENROLMENT_TOKEN', { stack_id: 'wordpress_plus' }, installer],
        ['404 NOT_FOUND', { deployment_hash: 'deployment_nowhere' }, installer],
        ['400 BAD_REQUEST', { stack_id: '' }, installer],
      ]
      for (const [expected, changed, token] of refused) {
        const { status, body } = await complete(deployment, changed, token)
        expect([changed, `${status} ${body.code}`]).toEqual([changed, expected])
      }
      expect(await published(deployment)).toEqual([{ events: 0, outbox: 0, completed: false }])
    })

    it('denies completing a deployment of another account', async () => {
      const deployment = await newDeployment(server)
      const [{ account }] = (await server.query<{ account: string }>(
        `select account_id as account from deployment where id = $1`,
        [(await newDeployment(server)).id],
      )) as [{ account: string }]
      const { status } = await complete(deployment, {}, await server.serviceKey(['ops:write'], account))
      expect(status).toBe(404)
      expect(await published(deployment)).toEqual([{ events: 0, outbox: 0, completed: false }])
    })
  })

  it('returns a plan or its denial over GraphQL, with the fingerprint of REST', async () => {
    const { hash, owner } = await newDeployment(server)
    const { data, errors } = await server.graphql<{ deployment: { operationPlan: Plan & { fingerprint: string } } }>(
      `query ($hash: ID!) {
        deployment(id: $hash) {
          operationPlan(operation: DEPLOY) { fingerprint warnings steps { appCode commandType change toCommand { id } parameters } }
          none: operationPlan(operation: ROLLBACK_DEPLOY) { denial { code } }
        }
      }`,
      { hash },
      owner,
    )
    expect(errors).toBeUndefined()
    const { body } = await rest('GET', `/api/v1/deployments/${hash}/plan?operation=deploy`, owner)
    const steps = body.item.steps as unknown as { app_code: string }[]
    expect(data).toEqual({
      deployment: {
        operationPlan: {
          fingerprint: body.item.fingerprint,
          warnings: body.item.warnings,
          steps: steps.map(({ app_code: appCode }) => ({
            appCode,
            commandType: 'deploy_app',
            change: 'INSTALL',
            toCommand: null,
            parameters: { app_code: appCode },
          })),
        },
        none: { denial: { code: 'INVALID_TRANSITION' } },
      },
    })
  })

  describe('/api/v1/deployments/{hash}/plan', () => {
    let served: DeploymentWithAgent
    beforeAll(async () => {
      served = await deploymentWithAgent(server)
    })
    const plan = (query: string, token = served.owner) =>
      rest('GET', `/api/v1/deployments/${served.hash}/plan?${query}`, token)
    const deploy = async (envVars: object) => {
      const { id } = await enqueue(server, served, { command: { deployApp: { appCode: 'web', envVars } } })
      await served.agent.wait(5)
      await served.agent.report({ command_id: id, status: 'success', result: { status: 'deployed' } })
      return id
    }

    it('returns its format version and rejects unknown fields', async () => {
      const { body } = await plan('operation=deploy')
      expect(body.item['schemaVersion']).toBe('stackgate.v1')
      for (const wrong of ['expectedfingerprint=x', 'expected_finger_print=x']) {
        const refused = await plan(`operation=deploy&${wrong}`)
        expect([refused.status, refused.body.code]).toEqual([400, 'BAD_REQUEST'])
        const [field] = wrong.split('=')
        expect(refused.body as unknown).toMatchObject({ field })
        const posted = await rest('POST', `/api/v1/deployments/${served.hash}/plan`, served.owner, {
          operation: 'deploy',
          [field!]: 'x',
        })
        expect(posted.status).toBe(400)
      }
      for (const route of ['state', 'events']) {
        const answer = await rest('GET', `/api/v1/deployments/${served.hash}/${route}`, served.owner)
        expect(answer.body.item['schemaVersion']).toBe('stackgate.v1')
      }
    })

    it('returns the planned steps, queues nothing, and detects an outdated plan', async () => {
      const first = await plan('operation=deploy')
      expect(first.body.item.steps).toEqual([
        {
          app_code: 'web',
          command_type: 'deploy_app',
          change: 'install',
          to_command_id: null,
          parameters: { app_code: 'web' },
        },
      ])
      const again = await plan(`operation=deploy&expected_fingerprint=${first.body.item.fingerprint}`)
      expect([again.status, again.body.item.fingerprint]).toEqual([200, first.body.item.fingerprint])
      // Read-only commands change no plan. Other commands do.
      await enqueue(server, served, { command: { logs: { appCode: 'web' } } })
      expect((await plan('operation=deploy')).body.item.fingerprint).toBe(first.body.item.fingerprint)
      const { id } = await enqueue(server, served, { command: { stop: { appCode: 'web' } } })
      const stale = await plan(`operation=deploy&expected_fingerprint=${first.body.item.fingerprint}`)
      expect([stale.status, stale.body.code, stale.body.reason]).toEqual([409, 'CONFLICT', 'plan_stale'])
      const spelt = await plan(`operation=deploy&expectedFingerprint=${first.body.item.fingerprint}`)
      expect([spelt.status, spelt.body.reason]).toEqual([409, 'plan_stale'])
      const now = await plan('operation=deploy')
      expect([now.body.item.fingerprint, now.body.item.warnings]).toEqual([
        stale.body.fingerprint,
        ['In progress: stop of web.'],
      ])
      await server.graphql(`mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, { id }, served.owner)
      await served.agent.wait(1) // the requested log
      expect(
        await server.query(`select 1 from command where deployment_id = $1 and type = 'deploy_app'`, [served.id]),
      ).toEqual([])
    })

    it('shows the earlier deployment of a rollback and its deleted secrets', async () => {
      expect((await plan('operation=rollback_deploy')).body.code).toBe('INVALID_TRANSITION')
      const before = await deploy({ DB_PASSWORD: 'first' })
      await deploy({ DB_PASSWORD: 'second' })
      const { body } = await plan('operation=rollback_deploy&app_code=web')
      expect(body.item.steps).toMatchObject([
        {
          app_code: 'web',
          change: 'rollback',
          to_command_id: before,
          parameters: { env_vars: { DB_PASSWORD: '***' } },
        },
      ])
      expect(body.item.warnings).toEqual([expect.stringContaining('Secrets must be entered again for web')])
      expect((await plan('operation=deploy_app&app_code=web')).body.item.steps).toMatchObject([{ change: 'update' }])
      expect((await plan('operation=deploy_app&app_code=cache')).body.item.steps).toMatchObject([{ change: 'install' }])
    })

    it.each([
      ['operation=destroy', 400, 'BAD_REQUEST'],
      ['', 400, 'BAD_REQUEST'],
      ['operation=deploy_app', 422, 'INVALID_PARAMETERS'],
      ['operation=deploy&app_code=nope', 422, 'INVALID_PARAMETERS'],
    ])('rejects %j with %s', async (query, status, code) => {
      const answer = await plan(query)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    })

    it("returns 404 for another account's deployment, with GET and POST", async () => {
      const stranger = await server.token(`${randomUUID()}@example.com`)
      expect((await plan('operation=deploy', stranger)).status).toBe(404)
      const path = `/api/v1/deployments/${served.hash}/plan`
      expect((await rest('POST', path, stranger, { operation: 'deploy' })).status).toBe(404)
      expect((await rest('POST', path, served.owner, { operation: 'deploy' })).status).toBe(200)
    })
  })

  it('lists approved stacks to the agent without a token; others return 404', async () => {
    const list = await rest('GET', '/api/v1/marketplace/stacks', null)
    const all = list.body.stacks
    expect([list.status, list.body.total]).toEqual([200, all.length])
    const site = all.find(({ slug }) => slug === 'static-site')!
    expect(Object.values(site).filter((value) => value === null)).toEqual([])
    expect((await rest('GET', `/api/v1/marketplace/stacks/${String(site['id'])}`, null)).body).toEqual(site)
    expect((await rest('GET', '/api/v1/marketplace/stacks/static-site', null)).body).toEqual(site)
    await server.query(`update template set status = 'DEPRECATED' where slug = 'static-site'`)
    try {
      expect((await rest('GET', '/api/v1/marketplace/stacks', null)).body.total).toBe(all.length - 1)
      expect((await rest('GET', '/api/v1/marketplace/stacks/static-site', null)).status).toBe(404)
    } finally {
      await server.query(`update template set status = 'APPROVED' where slug = 'static-site'`)
    }
  })
})
