import { variablesOf } from '#test/support/mutations.js'
import { RegisterAgent } from '@stackgate/client/documents'
import { newDeployment, rowCounts } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { enroll, TestAgent } from '#test/support/test-agent.js'
import { requestToken } from '#test/support/agent-tokens.js'
import { ofType } from '#test/support/of-type.js'

type Rejection = { code: string; error: string }

const REGISTER = `mutation ($hash: ID!, $key: String!) {
  registerAgent(deploymentId: $hash, capabilities: ["docker"], softwareVersion: "0.2.1", key: $key) { __typename token environment agent { __typename id } denial { __typename code } }
}`

describe('registerAgent and registration over REST', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const denial = async (hash: string, token: string | null) => {
    const { status, body } = await enroll(server.url, hash, token)
    return [status, (body as unknown as Rejection).code, JSON.stringify(body).includes('agent_token')]
  }
  const hourAgo = (hash: string) =>
    server.query(`update deployment set recorded_at = now() - interval '61 minutes' where hash = $1`, [hash])

  it('returns 201 with a token within the first hour, then 409 and never the token again', async () => {
    const own = await newDeployment(server)
    const { status, body } = await enroll(server.url, own.hash, null)
    expect(status).toBe(201)
    expect(body.data.item.agent_token).toMatch(/^[A-Za-z0-9_-]{86}$/)
    const before = await server.query(`select * from agent`)
    for (const token of [null, own.enrolmentToken, 'enrol_wrong'])
      expect(await denial(own.hash, token)).toEqual([409, 'ALREADY_REGISTERED', false])
    expect(await server.query(`select * from agent`)).toEqual(before)
    const agent = new TestAgent(server.url, {
      id: body.data.item.agent_id,
      token: body.data.item.agent_token,
      hash: own.hash,
    })
    expect((await agent.wait(0)).status).toBe(200)
  })

  it('registers one agent for ten concurrent calls', async () => {
    const own = await newDeployment(server)
    const answers = await Promise.all(Array.from({ length: 10 }, () => enroll(server.url, own.hash, null)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(9).fill(409)])
  })

  it('measures the hour by the machine clock, not the business clock', async () => {
    const own = await newDeployment(server)
    await server.advanceTo('2026-01-20T10:00:00Z')
    expect((await enroll(server.url, own.hash, null)).status).toBe(201)
  })

  it('requires the enrollment token after one hour, once', async () => {
    const own = await newDeployment(server)
    const other = await newDeployment(server)
    await hourAgo(own.hash)
    const before = await rowCounts(server)
    expect(await denial(own.hash, null)).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
    expect(await denial(own.hash, 'enrol_made_up')).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
    expect(await denial(own.hash, other.enrolmentToken)).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
    expect(await rowCounts(server)).toEqual(before)
    expect((await enroll(server.url, own.hash, own.enrolmentToken)).status).toBe(201)
    // The attempt with the foreign token has not used it up.
    await hourAgo(other.hash)
    expect((await enroll(server.url, other.hash, other.enrolmentToken)).status).toBe(201)
  })

  it('rejects a used enrollment token even without an agent; a wrong one never uses the open hour', async () => {
    const own = await newDeployment(server)
    expect(await denial(own.hash, 'enrol_wrong')).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
    await enroll(server.url, own.hash, own.enrolmentToken)
    await server.query(`delete from agent where deployment_id = $1`, [own.id])
    expect(await denial(own.hash, own.enrolmentToken)).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
  })

  it('stores only hashes and sealed tokens in the database', async () => {
    const own = await newDeployment(server)
    const { body } = await enroll(server.url, own.hash, own.enrolmentToken)
    const rows = JSON.stringify([
      await server.query(`select * from agent`),
      await server.query(`select * from enrollment_token`),
    ])
    expect(rows).not.toContain(body.data.item.agent_token)
    expect(rows).not.toContain(own.enrolmentToken)
    expect(server.logLines.join('')).not.toContain(body.data.item.agent_token)
  })

  it('returns 404 for an unknown deployment, 403 for a stopped one and 400 for a bad body', async () => {
    expect(await denial('deployment_nowhere', null)).toEqual([404, 'NOT_FOUND', false])
    const own = await newDeployment(server)
    await server.graphql(
      `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "s") { denial { code } } }`,
      { hash: own.hash },
      own.owner,
    )
    expect(await denial(own.hash, own.enrolmentToken)).toEqual([403, 'INVALID_ENROLMENT_TOKEN', false])
    for (const body of ['{', '[]', '{"deployment_hash":7}', JSON.stringify({ deployment_hash: 'x'.repeat(129) })]) {
      const answer = await server.rest('POST', '/api/v1/agent/register', { body })
      expect([answer.status, (answer.body as Rejection).code]).toEqual([400, 'BAD_REQUEST'])
    }
  })

  it('accepts unusual text in registration data without an internal error', async () => {
    const own = await newDeployment(server)
    const { status } = await server.rest('POST', '/api/v1/agent/register', {
      body: {
        deployment_hash: own.hash,
        capabilities: ['docker\u0000'],
        system_info: { os: '\u0000' },
        agent_version: '1\u0000',
      },
    })
    expect(status).toBe(201)
  })

  it("returns the token once over GraphQL with the agent's environment; a repeat reports SECRET_ALREADY_SHOWN", async () => {
    const own = await newDeployment(server)
    const { data } = await requestToken(server, REGISTER, own, { key: 'r' })
    const { token, environment, agent } = data.registerAgent
    expect(environment.split('\n').slice(0, 4)).toEqual([
      `DASHBOARD_URL=${server.url}`,
      `AGENT_ID=${agent.id}`,
      `AGENT_TOKEN=${token}`,
      `DEPLOYMENT_HASH=${own.hash}`,
    ])
    expect((await requestToken(server, REGISTER, own, { key: 'r' })).data.registerAgent).toEqual({
      __typename: 'Denial',
      code: 'SECRET_ALREADY_SHOWN',
    })
    expect((await requestToken(server, REGISTER, own)).data.registerAgent).toMatchObject({ code: 'ALREADY_REGISTERED' })
    expect((await new TestAgent(server.url, { id: agent.id, token, hash: own.hash }).wait(0)).status).toBe(200)
  })

  it('returns every problem of the agent data over GraphQL', async () => {
    const own = await newDeployment(server)
    const document = `mutation ($capabilities: [String!], $deploymentId: ID!, $key: String!, $softwareVersion: String, $systemInfo: JSON) { registerAgent(capabilities: $capabilities, deploymentId: $deploymentId, key: $key, softwareVersion: $softwareVersion, systemInfo: $systemInfo) { denial { issues { path } } } }`
    const input = { deploymentHash: own.hash, softwareVersion: 'x'.repeat(101), systemInfo: 5, idempotencyKey: 'k' }
    const { data } = await server.graphql(document, variablesOf('registerAgent', input), own.owner)
    expect(data).toEqual({ registerAgent: { issues: [{ path: ['softwareVersion'] }, { path: ['systemInfo'] }] } })
  })

  it('refuses more than 64 KiB about the server, which lists of agents return', async () => {
    const own = await newDeployment(server)
    const systemInfo = { pad: 'x'.repeat(65_536) }
    const { data } = await server.graphql(
      RegisterAgent,
      { deploymentId: own.hash, systemInfo, key: 'large' },
      own.owner,
    )
    expect(ofType(data.registerAgent, 'Denial').issues).toMatchObject([{ path: ['systemInfo'] }])
    const { status } = await server.rest('POST', '/api/v1/agent/register', {
      body: { deployment_hash: own.hash, system_info: systemInfo },
    })
    expect(status).toBe(400)
  })
})
