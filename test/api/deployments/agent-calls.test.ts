import { RotateAgentToken, Deployment } from '@stackgate/client/documents'
import { createHash, createHmac, randomUUID } from 'node:crypto'
import { notifyAgents } from '#services/deployments/notifications/notify-agents.js'
import { enqueue, newDeployment, readCommand, rowCounts, deploymentWithAgent } from '#test/support/deployments.js'
import type { DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { ProtocolAgent, type ProtocolAgentOptions } from '#test/support/protocol-agent.js'
import { ofType } from '#test/support/of-type.js'

/** The agent of a deployment, by the sheet; a second lasts 20 ms for it. */
const agentOf = (server: TestServer, served: DeploymentWithAgent, options: Partial<ProtocolAgentOptions> = {}) =>
  new ProtocolAgent({
    dashboardUrl: server.url,
    agentId: served.agent.identity.id,
    token: served.agent.identity.token,
    hash: served.hash,
    pollSeconds: 1,
    secondMs: 20,
    ...options,
  })

const done = () => ({ status: 'success', result: { stdout: 'ok', stderr: '', exit_code: 0 } })

describe('Agent calls', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  const appStates = () =>
    server.query(
      `select app_code, status, container_state, health from app_state where deployment_id = $1 and app_code <> 'system' order by app_code`,
      [served.id],
    )

  describe('wait and report', () => {
    it('polls immediately after start-up, executes, reports and polls again, without registration', async () => {
      const agent = agentOf(server, served)
      const { id } = await enqueue(server, served)
      const turn = await agent.turn(done)
      expect(turn).toMatchObject({ kind: 'command', reported: 'acknowledged', item: { command_id: id } })
      expect(agent.calls.map(([method, path, status]) => [method, path.split('?')[0], status])).toEqual([
        ['GET', `/api/v1/agent/commands/wait/${served.hash}`, 200],
        ['POST', '/api/v1/agent/commands/report', 200],
      ])
      expect(await readCommand(server, served.owner, id)).toMatchObject({ status: 'SUCCEEDED' })
    })

    it('sends parameters as an object that names the deployment', async () => {
      const agent = agentOf(server, served)
      const { status } = await server.rest('POST', '/api/v1/commands/enqueue', {
        token: served.owner,
        body: { deployment_hash: served.hash, command_type: 'server_resources', parameters: null },
      })
      expect(status).toBe(202)
      let seen: unknown
      await agent.turn((item) => {
        seen = item.parameters
        return done()
      })
      expect(seen).toMatchObject({ deployment_hash: served.hash })
    })

    it('honors the timeout to the second, accepts `priority` and `interval`, and uses the default for invalid values', async () => {
      const agent = agentOf(server, served)
      const path = (query: string) => `/api/v1/agent/commands/wait/${served.hash}?${query}`
      const begin = performance.now()
      const idle = await agent.call('GET', path('timeout=1&priority=high&interval=3'), null)
      expect(idle).toMatchObject({ status: 200, body: { item: null } })
      expect(performance.now() - begin).toBeGreaterThan(950)
      for (const query of ['timeout=0', 'timeout=-5'])
        expect(await agent.call('GET', path(query), null)).toMatchObject({ status: 200, body: { item: null } })
    })

    it('accepts //api from a base URL with a trailing slash for every call', async () => {
      const agent = agentOf(server, served, { dashboardUrl: `${server.url}/` })
      await enqueue(server, served)
      expect((await agent.turn(done)).kind).toBe('command')
      expect((await agent.notifications()).status).toBe(200)
      expect(agent.calls.every(([, path]) => path.startsWith('/api'))).toBe(true)
    })

    it('accepts every well-formed report and keeps all its fields', async () => {
      const agent = agentOf(server, served)
      const reports: [string, Record<string, unknown>, string][] = [
        ['D10', { status: 'success', result: { type: 'all_health', status: 'degraded', containers: [] } }, 'SUCCEEDED'],
        ['D11', { status: 'success', result: { type: 'system_health', status: 'ok' } }, 'SUCCEEDED'],
        ['D13', { status: 'failed', error: 'no docker in this build', executed_by: 'status_panel' }, 'FAILED'],
        ['D14', { status: 'success', result: { type: 'configure_firewall', status: 'partial_success' } }, 'SUCCEEDED'],
        ['D14', { status: 'success', result: { type: 'configure_firewall', status: 'partialsuccess' } }, 'SUCCEEDED'],
        [
          'D15',
          { status: 'success', result: { raw_rules: ['-A INPUT'], removed_count: 3, action: 'flush' } },
          'SUCCEEDED',
        ],
        [
          'D16',
          { status: 'success', result: { type: 'logs', lines: [{ stream: 'console', message: 'm' }] } },
          'SUCCEEDED',
        ],
        [
          'D20',
          { status: 'success', errors: [{ code: 'volume', message: 'kept' }], result: { status: 'removed' } },
          'SUCCEEDED',
        ],
      ]
      for (const [row, report, status] of reports) {
        const { id } = await enqueue(server, served)
        const turn = await agent.turn(() => report)
        expect([row, turn.kind === 'command' && turn.reported]).toEqual([row, 'acknowledged'])
        expect(await readCommand(server, served.owner, id)).toMatchObject({ status, rawReport: report })
      }
    })

    it('treats error, timeout, killed and a failed shell with status success as failures', async () => {
      const agent = agentOf(server, served)
      for (const report of [
        { status: 'error', error: 'invalid proxy action' },
        { status: 'timeout' },
        { status: 'killed' },
        { status: 'success', result: { stdout: '', stderr: '', exit_code: 137 } },
        { error: null },
      ]) {
        const { id } = await enqueue(server, served)
        await agent.turn(() => report)
        expect((await readCommand(server, served.owner, id)).status).toBe('FAILED')
      }
    })

    it('matches a report by its command ID, although its hash comes from the environment', async () => {
      const agent = agentOf(server, served, { hash: served.hash })
      const { id } = await enqueue(server, served)
      const turn = await agent.turn(() => ({ ...done(), deployment_hash: 'default' }))
      expect(turn).toMatchObject({ reported: 'acknowledged' })
      expect((await readCommand(server, served.owner, id)).status).toBe('SUCCEEDED')
    })

    it('accepts a report of several MiB', async () => {
      const agent = agentOf(server, served)
      const { id } = await enqueue(server, served)
      const turn = await agent.turn(() => ({
        status: 'success',
        result: { stdout: 'x'.repeat(5_000_000), exit_code: 0 },
      }))
      expect(turn).toMatchObject({ reported: 'acknowledged' })
      expect((await readCommand(server, served.owner, id)).status).toBe('SUCCEEDED')
    })

    it('ignores a token in the URL', async () => {
      const agent = agentOf(server, served)
      const path = `/api/v1/agent/notifications?access_token=${agent.token}&user_token=${agent.token}`
      const { Authorization: _bearer, ...headers } = agent.signed('')
      const response = await fetch(`${server.url}${path}`, { headers })
      expect(response.status).toBe(401)
      expect(server.logLines.join('\n')).not.toContain(agent.token)
    })

    it('returns 409 for a push to /api/v1/commands/execute, also for an agent', async () => {
      expect((await agentOf(server, served).call('POST', '/api/v1/commands/execute', '{}')).status).toBe(409)
    })
  })

  describe('authentication', () => {
    it('returns 401 with a challenge for an invalid token; the agent refreshes it, retries once and continues', async () => {
      const agent = agentOf(server, served, { token: 'old', refresh: () => served.agent.identity.token })
      const { id } = await enqueue(server, served)
      expect(await agent.turn(done)).toMatchObject({ kind: 'command', reported: 'acknowledged' })
      expect(agent.calls.map(([, , status]) => status)).toEqual([401, 200, 200])
      expect((await readCommand(server, served.owner, id)).status).toBe('SUCCEEDED')
      const refused = await agentOf(server, served, { token: 'wrong' }).call('GET', '/api/v1/agent/notifications', null)
      expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
      expect(refused.body).toMatchObject({ code: 'INVALID_TOKEN', request_id: expect.any(String) })
    })

    it.each(['default-agent', '00000000-0000-4000-8000-000000000000', 'agent/7:x', '-'])(
      'treats the agent ID as opaque: %s is unknown, not malformed',
      async (agentId) => {
        const answer = await agentOf(server, served, { agentId }).call('GET', '/api/v1/agent/notifications', null)
        expect([answer.status, answer.body?.['code']]).toEqual([401, 'INVALID_TOKEN'])
      },
    )

    it('accepts base64 signatures only and rejects a clock skew with the server time', async () => {
      const agent = agentOf(server, served)
      const hex = createHmac('sha256', agent.token).update('').digest('hex')
      const path = '/api/v1/agent/notifications'
      expect(await agent.call('GET', path, null, { 'X-Agent-Signature': hex })).toMatchObject({
        status: 401,
        body: { code: 'INVALID_SIGNATURE' },
      })
      const before = Math.floor(Date.now() / 1000)
      const skewed = await agent.call('GET', path, null, { 'X-Timestamp': '1700000000' })
      expect(skewed).toMatchObject({ status: 401, body: { code: 'CLOCK_SKEW' } })
      const { server_time: time, message } = skewed.body as { server_time: number; message: string }
      expect(time).toBeGreaterThanOrEqual(before)
      expect(time).toBeLessThanOrEqual(Date.now() / 1000 + 1)
      expect(message).toContain(String(time))
    })

    describe('with the V2 signature', () => {
      const path = '/api/v1/agent/notifications?deployment_hash=default'
      let strongly: DeploymentWithAgent
      beforeAll(async () => {
        strongly = await deploymentWithAgent(server)
      })
      const strong = (
        agent: ProtocolAgent,
        changed: Record<string, string> = {},
        covered: Partial<Record<'method' | 'path' | 'body', string>> = {},
      ) => {
        const headers: Record<string, string> = { ...agent.signed(''), ...changed }
        const { method = 'GET', path: signedPath = path, body = '' } = covered
        const hash = createHash('sha256').update(body).digest('hex')
        const text = ['v2', method, signedPath, headers['X-Timestamp'], headers['X-Request-Id'], hash].join('\n')
        return { ...headers, 'X-Agent-Signature-V2': createHmac('sha256', agent.token).update(text).digest('base64') }
      }

      it('accepts a signature over method, path, time, request id and body', async () => {
        const agent = agentOf(server, strongly)
        expect((await agent.call('GET', path, null, strong(agent))).status).toBe(200)
      })

      it.each<[string, Parameters<typeof strong>[2]]>([
        ['another method', { method: 'POST' }],
        ['another path', { path: '/api/v1/agent/notifications?deployment_hash=other' }],
        ['another body', { body: '{}' }],
      ])('returns 401 for a signature over %s', async (_what, covered) => {
        const agent = agentOf(server, strongly)
        expect((await agent.call('GET', path, null, strong(agent, {}, covered))).body).toMatchObject({
          code: 'INVALID_SIGNATURE',
        })
      })

      it('rejects a used signature with another time or request ID', async () => {
        const agent = agentOf(server, strongly)
        const headers: Record<string, string> = strong(agent)
        const others: Record<string, string>[] = [
          { 'X-Request-Id': randomUUID() },
          { 'X-Timestamp': String(Number(headers['X-Timestamp']) + 1) },
        ]
        for (const changed of others)
          expect((await agent.call('GET', path, null, { ...headers, ...changed })).body).toMatchObject({
            code: 'INVALID_SIGNATURE',
          })
      })

      describe('rejects requests without the V2 signature after it was used', () => {
        const ROTATE = `mutation ($hash: ID!, $grace: Int, $plain: Boolean, $key: String!) {
          rotateAgentToken(deploymentId: $hash, graceSeconds: $grace, allowPlainSignature: $plain, key: $key) { token }
        }`
        const rotate = async (own: DeploymentWithAgent, more: object = {}) => {
          const variables = { hash: own.hash, key: randomUUID(), grace: 3600, ...more }
          const { data } = await server.graphql<{ rotateAgentToken: { token: string } }>(ROTATE, variables, own.owner)
          return agentOf(server, own, { token: data.rotateAgentToken.token })
        }
        const weak = async (agent: ProtocolAgent) => {
          const { status, body } = await agent.call('GET', path, null)
          return [status, (body as { code?: string }).code]
        }
        const REFUSED = [401, 'INVALID_SIGNATURE']

        it('rejects it in every process, and allows repeating a rejected request with the signature', async () => {
          const own = await deploymentWithAgent(server)
          const agent = agentOf(server, own)
          expect(await weak(agent)).toEqual([200, undefined])
          expect((await agent.call('GET', path, null, strong(agent))).status).toBe(200)
          expect(await weak(agent)).toEqual(REFUSED)
          const id = { 'X-Request-Id': randomUUID() }
          expect((await agent.call('GET', path, null, id)).status).toBe(401)
          expect((await agent.call('GET', path, null, strong(agent, id))).status).toBe(200)
          expect((await agent.call('GET', `/api/v1/agent/commands/wait/${own.hash}?timeout=0`, null)).status).toBe(401)
        })

        it('rejects it with a new token as well, until an operator allows it', async () => {
          const own = await deploymentWithAgent(server)
          const agent = agentOf(server, own)
          await agent.call('GET', path, null, strong(agent))
          expect(await weak(await rotate(own))).toEqual(REFUSED)
          const allowed = await rotate(own, { plain: true })
          expect(await weak(allowed)).toEqual([200, undefined])
          // The agent that still signs strongly with its old token does not shut the new one out.
          expect((await agent.call('GET', path, null, strong(agent))).status).toBe(200)
          expect(await weak(allowed)).toEqual([200, undefined])
          expect((await allowed.call('GET', path, null, strong(allowed))).status).toBe(200)
          expect(await weak(allowed)).toEqual(REFUSED)
        })
      })
    })
  })

  describe('app status push', () => {
    it('follows a successful health, logs or restart command and becomes the state of the deployment', async () => {
      const agent = agentOf(server, served)
      await enqueue(server, served, { command: { restart: { appCode: 'web' } } })
      await agent.turn(() => ({
        status: 'success',
        result: {
          type: 'restart',
          deployment_hash: served.hash,
          app_code: 'web',
          status: 'ok',
          container_state: 'running',
        },
      }))
      expect(agent.calls.at(-1)).toEqual(['POST', '/api/v1/apps/status', 200])
      expect(await appStates()).toEqual([
        { app_code: 'web', status: 'RUNNING', container_state: 'running', health: null },
      ])
    })

    it('ignores `all` in any case, and an unknown status', async () => {
      const agent = agentOf(server, served)
      const before = await appStates()
      for (const body of [
        { app_code: 'all', status: 'error' },
        { app_code: 'web', status: 'pondering' },
      ])
        expect(await agent.retried('/api/v1/apps/status', { deployment_hash: served.hash, ...body })).toBe(
          'acknowledged',
        )
      expect(await appStates()).toEqual(before)
    })

    it('returns 404 for another deployment and 400 for a bad body, and changes nothing', async () => {
      const agent = agentOf(server, served)
      const before = await rowCounts(server)
      const post = async (body: unknown) =>
        (await agent.call('POST', '/api/v1/apps/status', JSON.stringify(body))).status
      expect(await post({ deployment_hash: 'deployment_other', app_code: 'web', status: 'error' })).toBe(404)
      expect(await post({ deployment_hash: served.hash, app_code: 'a\u0000', status: 'error' })).toBe(400)
      expect(await post([])).toBe(400)
      // The three calls store only their request IDs.
      expect({ ...(await rowCounts(server)), agent_nonce: 0 }).toEqual({ ...before, agent_nonce: 0 })
    })

    it('returns a validation error with the field for a bad body, as every REST route', async () => {
      const agent = agentOf(server, served)
      const denial = async (body: unknown) => {
        const { body: answer } = await agent.call('POST', '/api/v1/apps/status', JSON.stringify(body))
        return [answer?.['code'], answer?.['field'], answer?.['message']]
      }
      const named = { deployment_hash: served.hash, app_code: 'web', status: 'error' }
      expect(await denial([])).toEqual(['BAD_REQUEST', undefined, 'The request body must be a JSON object.'])
      expect(await denial({ ...named, app_code: undefined })).toEqual([
        'BAD_REQUEST',
        'app_code',
        'app_code: is required',
      ])
      expect(await denial({ ...named, status: 7 })).toEqual(['BAD_REQUEST', 'status', 'status: must be a string'])
    })
  })

  describe('notifications', () => {
    it('returns both shapes for this deployment, its template and everyone; none of others', async () => {
      const { database } = server.app.context
      const [row] = await server.query<{ template_id: string; account_id: string }>(
        `select template_id, account_id from deployment where id = $1`,
        [served.id],
      )
      const stranger = await deploymentWithAgent(server)
      const say = (title: string) => ({ kind: 'system_notice' as const, title, message: 'm' })
      await notifyAgents(database, 'everyone', say('all'))
      await notifyAgents(
        database,
        { templateId: row!.template_id },
        { ...say('template'), kind: 'stack_update_available', newVersion: '2' },
      )
      await notifyAgents(database, { deploymentId: served.id, accountId: row!.account_id }, say('mine'))
      await notifyAgents(database, { deploymentId: stranger.id, accountId: row!.account_id }, say('theirs'))
      const { status, body } = await agentOf(server, served).notifications()
      const { notifications: list, item } = body as { notifications: Record<string, unknown>[]; item: object }
      expect(status).toBe(200)
      expect(item).toEqual({ notifications: list })
      expect(list.map(({ title }) => title)).toEqual(['mine', 'template', 'all'])
      for (const each of list)
        expect(each).toMatchObject({ id: expect.any(String), kind: expect.any(String), created_at: expect.any(String) })
      expect(list[1]).toMatchObject({ stack_id: row!.template_id, new_version: '2' })
    })

    it('omits versions published before the deployment was started', async () => {
      const fresh = await deploymentWithAgent(server)
      const [row] = await server.query<{ template_id: string; template_version: number }>(
        `select template_id, template_version from deployment where id = $1`,
        [fresh.id],
      )
      const { template_id: templateId, template_version: version } = row!
      for (const newVersion of [version, version + 1, 'next'])
        await notifyAgents(
          server.app.context.database,
          { templateId },
          { kind: 'stack_update_available', title: `to ${newVersion}`, message: 'm', newVersion: String(newVersion) },
        )
      const { body } = await agentOf(server, fresh).notifications()
      const titles = (body as { notifications: { title: string }[] }).notifications.map(({ title }) => title)
      expect(titles).toEqual(expect.arrayContaining([`to ${version + 1}`, 'to next']))
      expect(titles).not.toContain(`to ${version}`)
    })

    it('accepts `default` from an agent without a hash in its environment; another hash is 404', async () => {
      const agent = agentOf(server, served)
      expect((await agent.notifications('default')).status).toBe(200)
      expect((await agent.notifications('deployment_other')).status).toBe(404)
    })
  })

  describe('metrics and alerts', () => {
    const hooksOf = async (own: DeploymentWithAgent, grace = 3600) => {
      const { data } = await server.graphql(
        RotateAgentToken,
        { deploymentId: own.hash, graceSeconds: grace, key: randomUUID() },
        own.owner,
      )
      const lines = ofType(data.rotateAgentToken, 'AgentPayload')
        .environment.split('\n')
        .map((line) => line.split(/=(.*)/s))
      const { METRICS_WEBHOOK: metrics, ALERT_WEBHOOK_URL: alerts } = Object.fromEntries(lines) as Record<
        string,
        string
      >
      const path = (url: string) => new URL(url).pathname
      return { metrics: path(metrics!), alerts: path(alerts!) }
    }
    const bare = (path: string, body: unknown) =>
      agentOf(server, served).bare(path, body, { 'X-Agent-Id': served.agent.identity.id })

    it('keeps the latest metrics and ignores outdated ones', async () => {
      const { metrics } = await hooksOf(served)
      for (const at of [2000, 3000, 1000])
        expect((await bare(metrics, { timestamp_ms: at, cpu_usage_pct: at / 100 })).status).toBe(204)
      const rows = await server.query(`select metrics from server_metrics where deployment_id = $1`, [served.id])
      expect(rows).toEqual([{ metrics: { timestamp_ms: 3000, cpu_usage_pct: 30 } }])
      const read = (token: string) => server.rest('GET', `/api/v1/deployments/${served.hash}/server`, { token })
      const { body } = await read(served.owner)
      const { item } = body as { item: { apps: { app_code: string }[]; load: object } }
      expect(item.load).toEqual({ timestamp_ms: 3000, cpu_usage_pct: 30 })
      expect(item.apps.map(({ app_code: app }) => app)).toEqual(expect.arrayContaining(['system', 'web']))
      expect((await read(await server.token('stranger-to-servers@example.com'))).status).toBe(404)
    })

    it('publishes alerts and recoveries once, however often the agent repeats them', async () => {
      const { alerts } = await hooksOf(served)
      const alarm = {
        kind: 'high_cpu',
        severity: 'critical',
        message: 'CPU at 97 %',
        value: 97,
        threshold: 95,
        timestamp_ms: 5000,
      }
      for (let attempt = 0; attempt < 3; attempt++)
        expect(
          (await bare(alerts, { alerts: [{ ...alarm, recovered: false }], agent_id: 'x', timestamp_ms: 1 })).status,
        ).toBe(204)
      await bare(alerts, { alerts: [{ ...alarm, recovered: true, timestamp_ms: 6000 }] })
      const published = await server.query(
        `select summary from stream_event where stream_id = $1 and type = 'agent.alarm' order by sequence`,
        [served.id],
      )
      expect(published).toEqual([
        { summary: 'high_cpu (critical): CPU at 97 %' },
        { summary: 'high_cpu has ended: CPU at 97 %' },
      ])
      const sent = await server.query(`select 1 from outbox_event where type = 'agent.alarm'`)
      expect(sent).toHaveLength(2)
    })

    it('treats the URL as credential: 404 if forged, altered or ended; 400 for a bad body', async () => {
      const { metrics, alerts } = await hooksOf(served)
      const altered = metrics.replace(/.(?=\/metrics)/, (last) => (last === 'A' ? 'B' : 'A'))
      for (const path of ['/api/v1/agent/hooks/v1.AAAA/metrics', '/api/v1/agent/hooks/x/metrics', altered])
        expect((await bare(path, { timestamp_ms: 1 })).status).toBe(404)
      for (const body of [{}, { timestamp_ms: 'now' }, [], { timestamp_ms: 1, cpu: 'high' }])
        expect((await bare(metrics, body)).status).toBe(400)
      expect((await bare(alerts, { alerts: [{ kind: 'high_cpu' }] })).status).toBe(400)
      await hooksOf(served)
      await hooksOf(served)
      // It is good as long as the token that it was made with, and ends with it.
      expect((await bare(metrics, { timestamp_ms: 8000 })).status).toBe(204)
      await hooksOf(served, 0)
      expect((await bare(metrics, { timestamp_ms: 9000 })).status).toBe(404)
    })
  })

  describe('registration by purchase, login and link', () => {
    const anyone = () => agentOf(server, served)

    it('returns an agent without a deployment for `status register`; 409 if repeated, 403 if not allowed', async () => {
      const own = await newDeployment(server)
      const body = {
        purchase_token: own.enrolmentToken,
        server_fingerprint: { hostname: 'h', cpu_count: 2 },
        stack_id: 'static-site',
      }
      const mixedUp = await anyone().bare('/api/v1/marketplace/agents/register', {
        ...body,
        stack_id: 'wordpress_plus',
      })
      expect([mixedUp.status, mixedUp.body?.['code']]).toEqual([403, 'INVALID_ENROLMENT_TOKEN'])
      const { status, body: agent } = await anyone().bare('/api/v1/marketplace/agents/register', body)
      expect(status).toBe(201)
      expect(agent).toEqual({
        agent_id: expect.stringMatching(/^agt_/),
        agent_token: expect.any(String),
        deployment_hash: own.hash,
        dashboard_url: server.url,
      })
      const { agent_id: agentId, agent_token: token } = agent as Record<string, string>
      const registered = new ProtocolAgent({
        dashboardUrl: server.url,
        agentId: agentId!,
        token: token!,
        hash: own.hash,
      })
      expect((await registered.notifications()).status).toBe(200)
      const again = await anyone().bare('/api/v1/marketplace/agents/register', body)
      expect([again.status, again.body?.['code']]).toEqual([409, 'ALREADY_REGISTERED'])
      const unknown = await anyone().bare('/api/v1/marketplace/agents/register', { ...body, purchase_token: 'x' })
      expect([unknown.status, unknown.body?.['code']]).toEqual([403, 'INVALID_ENROLMENT_TOKEN'])
    })

    const login = async (email: string, password: string) => anyone().bare('/api/v1/agent/login', { email, password })

    it("returns a session with the user's deployments on login; link creates an agent, then returns it with a new token", async () => {
      const own = await newDeployment(server, 'linker@example.com')
      const session = await login('Linker@example.com', own.owner)
      expect(session).toMatchObject({
        status: 200,
        body: {
          session_token: expect.any(String),
          user_id: expect.stringMatching(/^usr_/),
          deployments: [{ deployment_id: own.hash, stack_name: expect.any(String), status: 'pending' }],
        },
      })
      const link = () =>
        anyone().bare('/api/v1/agent/link', {
          session_token: session.body!['session_token'],
          deployment_id: own.hash,
          server_fingerprint: { os: 'linux' },
          capabilities: ['monitoring', 'docker'],
        })
      const [first, second] = [await link(), await link()]
      expect([first.status, second.status]).toEqual([200, 200])
      expect(second.body!['agent_id']).toBe(first.body!['agent_id'])
      expect(second.body!['agent_token']).not.toBe(first.body!['agent_token'])
      for (const { body } of [first, second]) {
        const { agent_id: agentId, agent_token: token } = body as Record<string, string>
        const linked = new ProtocolAgent({ dashboardUrl: server.url, agentId: agentId!, token: token!, hash: own.hash })
        expect((await linked.notifications()).status).toBe(200)
      }
      const [agent] = await server.query<{ capabilities: string[]; version: null }>(
        `select capabilities, version from agent where deployment_id = $1`,
        [own.id],
      )
      expect(agent).toEqual({ capabilities: ['monitoring', 'docker', 'status_panel'], version: null })
    })

    it("returns 401 for a wrong password, another user's token or a forged session; 404 for another user's deployment", async () => {
      const own = await newDeployment(server, 'honest@example.com')
      for (const [email, password] of [
        ['honest@example.com', 'secret'],
        ['someone.else@example.com', own.owner],
        ['honest@example.com', await server.serviceKey(['commands:write'])],
      ] as const)
        expect((await login(email, password)).status).toBe(401)
      const { body } = await login('honest@example.com', own.owner)
      const link = (session: unknown, hash: string) =>
        anyone().bare('/api/v1/agent/link', { session_token: session, deployment_id: hash, capabilities: [] })
      expect((await link('v1.forged', own.hash)).status).toBe(401)
      expect((await link(body!['session_token'], served.hash)).status).toBe(404)
    })
  })

  describe('presence after the latest report of an application', () => {
    const presenceOf = async (own: DeploymentWithAgent) => {
      const { data } = await server.graphql(Deployment, { id: own.hash }, own.owner)
      return data.deployment!.agent!.presence
    }
    /** The agent polls, gets the command and reports this result; a failure is not followed by a push. */
    const run = async (own: DeploymentWithAgent, command: object, result: object, status = 'success') => {
      await enqueue(server, own, { command })
      await agentOf(server, own).turn(() => ({ status, result }))
    }
    const health = (own: DeploymentWithAgent, status: string, state = 'running') =>
      run(own, { health: { appCode: 'web' } }, { type: 'health', app_code: 'web', status, container_state: state })
    const act = (own: DeploymentWithAgent, type: string, status = 'ok', state = 'running') =>
      run(own, { [type]: { appCode: 'web' } }, { type, app_code: 'web', status, container_state: state })
    const push = (own: DeploymentWithAgent, status: string, logs?: string[]) =>
      agentOf(server, own).retried('/api/v1/apps/status', {
        deployment_hash: own.hash,
        app_code: 'web',
        status,
        ...(logs ? { logs } : {}),
      })
    const ill = async () => {
      const own = await deploymentWithAgent(server)
      await health(own, 'unhealthy')
      await push(own, 'running', ['status=unhealthy container_state=running'])
      expect(await presenceOf(own)).toBe('DEGRADED')
      return own
    }

    it.each<[string, (own: DeploymentWithAgent) => Promise<unknown>]>([
      ['a restart that worked', (own) => act(own, 'restart')],
      ['a start that worked', (own) => act(own, 'start')],
      ['a stop', (own) => act(own, 'stop', 'ok', 'exited')],
      ['apps/status: it runs', (own) => push(own, 'running')],
      ['apps/status after a restart', (own) => push(own, 'running', ['restart status=ok container_state=running'])],
      [
        'apps/status after a look that found it well',
        (own) => push(own, 'running', ['status=ok container_state=running']),
      ],
      [
        'health of all',
        (own) =>
          run(
            own,
            { health: {} },
            {
              type: 'all_health',
              containers: [
                { app_code: 'shop-web-1', container_name: 'shop-web-1', status: 'ok', container_state: 'running' },
              ],
            },
          ),
      ],
    ])('it is ONLINE again after %s', async (_what, cure) => {
      const own = await ill()
      await cure(own)
      expect(await presenceOf(own)).toBe('ONLINE')
    })

    it.each<[string, (own: DeploymentWithAgent) => Promise<unknown>]>([
      ['a restart that failed', (own) => act(own, 'restart', 'failed', 'exited')],
      [
        'apps/status after a look at its log',
        (own) => push(own, 'running', ['2026-01-15T10:00:00Z [stdout] all is well']),
      ],
    ])('it stays DEGRADED after %s', async (_what, event) => {
      const own = await ill()
      await event(own)
      expect(await presenceOf(own)).toBe('DEGRADED')
    })

    it('ignores a deliberately stopped application in a health check', async () => {
      const own = await deploymentWithAgent(server)
      await act(own, 'stop', 'ok', 'exited')
      await health(own, 'unhealthy', 'exited')
      expect(await presenceOf(own)).toBe('ONLINE')
      await act(own, 'start')
      await health(own, 'unhealthy', 'exited')
      expect(await presenceOf(own)).toBe('DEGRADED')
    })

    it('stores health of `all` by application and ignores foreign names', async () => {
      const own = await deploymentWithAgent(server)
      const containers = (web: string) =>
        [
          ['shop-web-1', web],
          ['status-panel', 'unhealthy'],
          ['shop-migrate-run-1a2b', 'unhealthy'],
          ['another-thing', 'unhealthy'],
        ].map(([name, status]) => ({
          app_code: name,
          container_name: name,
          status,
          container_state: status === 'ok' ? 'running' : 'exited',
        }))
      const all = (web: string) =>
        run(own, { health: {} }, { type: 'all_health', status: 'degraded', containers: containers(web) })
      const states = () =>
        server.query(`select app_code, status, health from app_state where deployment_id = $1`, [own.id])
      await all('ok')
      expect(await states()).toEqual([{ app_code: 'web', status: 'RUNNING', health: 'OK' }])
      expect(await presenceOf(own)).toBe('ONLINE')
      await all('unhealthy')
      expect(await presenceOf(own)).toBe('DEGRADED')
      await health(own, 'ok')
      expect(await states()).toEqual([{ app_code: 'web', status: 'RUNNING', health: 'OK' }])
      expect(await presenceOf(own)).toBe('ONLINE')
      const snapshot = await server.rest('GET', `/api/v1/agent/deployments/${own.hash}`, { token: own.owner })
      const { item } = snapshot.body as { item: { containers: { name: string; app: string }[] } }
      expect(item.containers.map(({ name, app }) => [name, app])[0]).toEqual(['shop-web-1', 'web'])
    })
  })

  it('shows an agent with a failing app as DEGRADED, and ONLINE again after recovery', async () => {
    const ill = await deploymentWithAgent(server)
    const agent = agentOf(server, ill)
    await agent.turn(done)
    const health = async (status: string) => {
      await enqueue(server, ill, { command: { health: {} } })
      const containers = [
        { app_code: 'web', container_state: 'running', status },
        { app_code: 'db', container_state: 'running', status: 'ok' },
      ]
      await agent.turn(() => ({ status: 'success', result: { type: 'all_health', status: 'x', containers } }))
    }
    const presence = async () => {
      const { data } = await server.graphql(Deployment, { id: ill.hash }, ill.owner)
      return data.deployment!.agent!.presence
    }
    await health('unhealthy')
    await eventually(presence, (now) => now === 'DEGRADED')
    const rest = await server.rest('GET', `/api/v1/deployments/${ill.hash}/capabilities`, { token: ill.owner })
    expect((rest.body as { item: { status: string } }).item.status).toBe('degraded')
    await health('ok')
    await eventually(presence, (now) => now === 'ONLINE')
    const published = await server.query<{ type: string }>(
      `select type from stream_event where stream_id = $1 and type like 'agent.%' order by sequence`,
      [ill.id],
    )
    expect(published.map(({ type }) => type)).toEqual([
      'agent.registered',
      'agent.online',
      'agent.degraded',
      'agent.online',
    ])
  })
})
