import { createHmac } from 'node:crypto'
import { newDeployment, deploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { TestAgent } from '#test/support/test-agent.js'
import { requestToken } from '#test/support/agent-tokens.js'

const ROTATE = `mutation ($hash: ID!, $grace: Int, $key: String!) {
  rotateAgentToken(deploymentId: $hash, graceSeconds: $grace, key: $key) { __typename token environment agent { __typename id } denial { __typename code } }
}`

describe('rotateAgentToken', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  describe('token rotation', () => {
    const polls = async (agent: TestAgent) => (await agent.wait(0)).status

    it('ends the previous token immediately without a grace period', async () => {
      const served = await deploymentWithAgent(server)
      const { data } = await requestToken(server, ROTATE, served, { grace: 0 })
      const renewed = new TestAgent(server.url, { ...served.agent.identity, token: data.rotateAgentToken.token })
      expect(data.rotateAgentToken.agent.id).toBe(served.agent.identity.id)
      expect([await polls(served.agent), await polls(renewed)]).toEqual([401, 200])
    })

    it('accepts both tokens during the grace period, each with its own signatures', async () => {
      const served = await deploymentWithAgent(server)
      const { data } = await requestToken(server, ROTATE, served, { grace: 3600 })
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
      const second = (await requestToken(server, ROTATE, served, { key: 'one' })).data.rotateAgentToken.token
      expect((await requestToken(server, ROTATE, served, { key: 'one' })).data.rotateAgentToken.code).toBe(
        'SECRET_ALREADY_SHOWN',
      )
      const third = (await requestToken(server, ROTATE, served)).data.rotateAgentToken.token
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
        tokens.push(
          (await requestToken(server, ROTATE, served, grace === undefined ? {} : { grace })).data.rotateAgentToken
            .token,
        )
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
        expect((await requestToken(server, ROTATE, served, { grace })).data.rotateAgentToken.code).toBe(
          'INVALID_PARAMETERS',
        )
      const { errors } = await requestToken(server, ROTATE, await newDeployment(server))
      expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    })
  })
})
