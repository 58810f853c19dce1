import { deploymentWithAgent, newDeployment } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const REVOKE = `mutation ($hash: ID!, $key: String!) { revokeAgent(deploymentId: $hash, key: $key) { agent { id presence } denial { code } } }`

describe('revokeAgent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('ends the token of the agent immediately', async () => {
    const { agent, owner, hash } = await deploymentWithAgent(server)
    expect((await agent.wait(0)).status).toBe(200)
    expect(await callAs(server, owner, REVOKE, { hash, key: 'revoke' })).toMatchObject({
      value: { id: agent.identity.id },
    })
    expect((await agent.wait(0)).status).toBe(401)
  })

  it('is not found for other users, for an unknown deployment and without an agent', async () => {
    const { agent, owner, hash } = await deploymentWithAgent(server)
    const stranger = await server.token('stranger@example.com')
    expect(await callAs(server, stranger, REVOKE, { hash, key: 'revoke' })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await callAs(server, owner, REVOKE, { hash: 'none', key: 'revoke' })).toMatchObject({ code: 'NOT_FOUND' })
    expect((await agent.wait(0)).status).toBe(200)
    const empty = await newDeployment(server)
    expect(await callAs(server, empty.owner, REVOKE, { hash: empty.hash, key: 'revoke' })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
