import { enqueue, newDeployment, deploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Entry {
  readonly action: string
  readonly actor: string
  readonly object: string
  readonly times: number
  readonly details: Record<string, unknown>
}

describe('Agent entries of the audit log', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  /** Notes are gathered for a second before they are written. */
  const noted = (action: string, object: string) =>
    eventually(
      () =>
        server.query<Entry>(
          `select action, actor, object, sum(occurrences)::int as times, min(details::text)::jsonb as details from audit_entry
           where action = $1 and object = $2 group by 1, 2, 3`,
          [action, object],
        ),
      (rows) => rows.length > 0,
    )

  it('records agent.linked_via_login with user and agent, the first time and again', async () => {
    const email = 'linking@example.com'
    const { owner, hash } = await newDeployment(server, email)
    for (let time = 0; time < 2; time++) {
      const { body } = await server.rest('POST', '/api/v1/agent/login', { body: { email, password: owner } })
      const { session_token: session } = body as { session_token: string }
      const linked = await server.rest('POST', '/api/v1/agent/link', {
        body: { session_token: session, deployment_id: hash },
      })
      expect(linked.status).toBe(200)
    }
    const [entry] = await noted('agent.linked_via_login', hash)
    const [user] = await server.query<{ id: string }>(`select id from app_user where email = $1`, [email])
    const [agent] = await server.query<{ id: string }>(
      `select a.id from agent a join deployment d on d.id = a.deployment_id and d.account_id = a.account_id where d.hash = $1`,
      [hash],
    )
    expect(entry).toMatchObject({ actor: user!.id, times: 2, details: { agent: agent!.id } })
  })

  it('records agent.auth_success after silence, not per call, and agent.auth_warning for the previous token', async () => {
    const served = await deploymentWithAgent(server)
    for (let time = 0; time < 3; time++) await served.agent.wait(0)
    expect(await noted('agent.auth_success', served.hash)).toMatchObject([
      { actor: served.agent.identity.id, times: 1 },
    ])
    await server.graphql(
      `mutation ($hash: ID!) { rotateAgentToken(deploymentId: $hash, key: "r") { denial { code } } }`,
      { hash: served.hash },
      served.owner,
    )
    await served.agent.wait(0)
    await served.agent.wait(0)
    const [warning] = await noted('agent.auth_warning', served.hash)
    expect(warning).toMatchObject({ actor: served.agent.identity.id, times: 2, details: { reason: 'previous token' } })
  })

  it.each<[string, Record<string, string | null>]>([
    ['missing_header', { 'X-Request-Id': null }],
    ['unknown_agent', { 'X-Agent-Id': 'agt_nobody' }],
    ['bad_token', { Authorization: 'Bearer something-else' }],
    ['skew', { 'X-Timestamp': '1000000000' }],
    ['bad_signature', { 'X-Agent-Signature': Buffer.alloc(32).toString('base64') }],
    ['replay', { 'X-Request-Id': 'the-same-id-twice' }],
  ])('records agent.auth_failure with the reason: %s; without token or signature', async (reason, headers) => {
    const served = await deploymentWithAgent(server)
    if (reason === 'replay') await served.agent.wait(0, { headers })
    expect((await served.agent.wait(0, { headers })).status).toBe(401)
    const entries = await noted('agent.auth_failure', reason)
    expect(entries.map(({ actor }) => actor)).toEqual(['an agent'])
    expect(JSON.stringify(entries)).not.toContain(served.agent.identity.token)
    const { body } = await server.rest('GET', '/metrics')
    expect(body).toMatch(new RegExp(`agent_auth_failures_total\\{reason="${reason}"\\} [1-9]`))
  })

  it("records agent.command_report_failed for a report of an unknown or another agent's command", async () => {
    const served = await deploymentWithAgent(server)
    const other = await deploymentWithAgent(server)
    const { id } = await enqueue(server, other)
    expect((await served.agent.report({ command_id: id, status: 'success' })).status).toBe(404)
    expect((await served.agent.report({ command_id: 'cmd_none', status: 'success' })).status).toBe(404)
    const entries = await eventually(
      () =>
        server.query<Entry>(
          `select actor, sum(occurrences)::int as times from audit_entry where action = 'agent.command_report_failed' and actor = $1 group by 1`,
          [served.id],
        ),
      ([row]) => row?.times === 2,
    )
    expect(entries).toEqual([{ actor: served.id, times: 2 }])
  })
})
