import { createHmac, randomUUID } from 'node:crypto'
import { newDeployment, rowCounts, deploymentWithAgent, type TestDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { enroll, TestAgent } from '#test/support/test-agent.js'

type Rejection = { code: string; error: string }

interface TokenAnswer {
  readonly __typename: string
  readonly code: string
  readonly token: string
  readonly environment: string
  readonly agent: { readonly id: string }
}

const REGISTER = `mutation ($hash: String!, $key: String!) {
  registerAgent(input: { deploymentHash: $hash, capabilities: ["docker"], version: "0.2.1", idempotencyKey: $key }) {
    __typename ... on AgentToken { token environment agent { id } } ... on Denial { code }
  }
}`

const ROTATE = `mutation ($hash: String!, $grace: Int, $key: String!) {
  rotateAgentToken(input: { deploymentHash: $hash, graceSeconds: $grace, idempotencyKey: $key }) {
    __typename ... on AgentToken { token environment agent { id } } ... on Denial { code }
  }
}`

describe('Agent registration', () => {
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
  const graphql = async (query: string, own: TestDeployment, rest: object = {}) => {
    const variables = { hash: own.hash, key: randomUUID(), ...rest }
    return server.graphql<{ registerAgent: TokenAnswer; rotateAgentToken: TokenAnswer }>(query, variables, own.owner)
  }

  it('returns 201 with a token within the first hour, then 409 and never the token again [S8.2]', async () => {
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
      `mutation ($hash: String!) { stopDeployment(input: { hash: $hash, idempotencyKey: "s" }) { __typename } }`,
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
    const { data } = await graphql(REGISTER, own, { key: 'r' })
    const { token, environment, agent } = data.registerAgent
    expect(environment.split('\n').slice(0, 4)).toEqual([
      `DASHBOARD_URL=${server.url}`,
      `AGENT_ID=${agent.id}`,
      `AGENT_TOKEN=${token}`,
      `DEPLOYMENT_HASH=${own.hash}`,
    ])
    expect((await graphql(REGISTER, own, { key: 'r' })).data.registerAgent).toEqual({
      __typename: 'Refused',
      code: 'SECRET_ALREADY_SHOWN',
    })
    expect((await graphql(REGISTER, own)).data.registerAgent).toMatchObject({ code: 'ALREADY_REGISTERED' })
    expect((await new TestAgent(server.url, { id: agent.id, token, hash: own.hash }).wait(0)).status).toBe(200)
  })

  describe('token rotation', () => {
    const polls = async (agent: TestAgent) => (await agent.wait(0)).status

    it('ends the previous token immediately without a grace period', async () => {
      const served = await deploymentWithAgent(server)
      const { data } = await graphql(ROTATE, served, { grace: 0 })
      const renewed = new TestAgent(server.url, { ...served.agent.identity, token: data.rotateAgentToken.token })
      expect(data.rotateAgentToken.agent.id).toBe(served.agent.identity.id)
      expect([await polls(served.agent), await polls(renewed)]).toEqual([401, 200])
    })

    it('accepts both tokens during the grace period, each with its own signatures', async () => {
      const served = await deploymentWithAgent(server)
      const { data } = await graphql(ROTATE, served, { grace: 3600 })
      const { token } = data.rotateAgentToken
      const renewed = new TestAgent(server.url, { ...served.agent.identity, token })
      expect([await polls(served.agent), await polls(renewed)]).toEqual([200, 200])
      const mixed = { 'X-Agent-Signature': createHmac('sha256', token).update('').digest('base64') }
      expect((await served.agent.wait(0, { headers: mixed })).status).toBe(401)
      await server.query(`update agent set previous_token_until = now() - interval '1 second' where id = $1`, [
        served.agent.identity.id,
      ])
      expect([await polls(served.agent), await polls(renewed)]).toEqual([401, 200])
    })

    it('keeps a separate grace period for each of two rotations; a repeat does not rotate again', async () => {
      const served = await deploymentWithAgent(server)
      const second = (await graphql(ROTATE, served, { key: 'one' })).data.rotateAgentToken.token
      expect((await graphql(ROTATE, served, { key: 'one' })).data.rotateAgentToken.code).toBe('SECRET_ALREADY_SHOWN')
      const third = (await graphql(ROTATE, served)).data.rotateAgentToken.token
      const withToken = (token: string) => new TestAgent(server.url, { ...served.agent.identity, token })
      expect([await polls(served.agent), await polls(withToken(second)), await polls(withToken(third))]).toEqual([
        200, 200, 200,
      ])
      const { id } = served.agent.identity
      await server.query(
        `update retired_agent_token set accepted_until = now() - interval '1 second' where agent_id = $1`,
        [id],
      )
      expect([await polls(served.agent), await polls(withToken(second)), await polls(withToken(third))]).toEqual([
        401, 200, 200,
      ])
      await server.query(`update agent set previous_token_until = now() - interval '1 second' where id = $1`, [id])
      expect([await polls(withToken(second)), await polls(withToken(third))]).toEqual([401, 200])
    })

    it('accepts the last five previous tokens after seven rotations, and none after one without grace', async () => {
      const served = await deploymentWithAgent(server)
      const { id } = served.agent.identity
      const withToken = (token: string) => new TestAgent(server.url, { ...served.agent.identity, token })
      const tokens = [served.agent.identity.token]
      const rotate = async (grace?: number) =>
        tokens.push((await graphql(ROTATE, served, grace === undefined ? {} : { grace })).data.rotateAgentToken.token)
      const answers = async () => {
        const statuses: number[] = []
        for (const token of tokens) statuses.push(await polls(withToken(token)))
        return statuses
      }
      for (let time = 0; time < 7; time++) await rotate()
      expect(await answers()).toEqual([401, 401, 200, 200, 200, 200, 200, 200])
      const kept = await server.query(`select * from retired_agent_token where agent_id = $1`, [id])
      expect(kept).toHaveLength(4)
      for (const token of tokens) expect(JSON.stringify(kept)).not.toContain(token)
      await rotate(0)
      expect(await answers()).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 200])
      expect(await server.query(`select * from retired_agent_token where agent_id = $1`, [id])).toEqual([])
    })

    it('rejects a grace period below zero or above a week; without an agent there is nothing to rotate', async () => {
      const served = await deploymentWithAgent(server)
      for (const grace of [-1, 7 * 86_400 + 1])
        expect((await graphql(ROTATE, served, { grace })).data.rotateAgentToken.code).toBe('INVALID_PARAMETERS')
      const { errors } = await graphql(ROTATE, await newDeployment(server))
      expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    })
  })
})
