import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const COMMAND = `query ($id: ID!) { command(id: $id) { id status } }`
const COMMANDS = `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { id status } } }`

describe('command', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    served = await deploymentWithAgent(server)
  })
  afterAll(() => server.close())

  it('return commands by ID in the requested order', async () => {
    const [first, second] = [await enqueue(server, served), await enqueue(server, served)]
    const queued = ({ id }: { id: string }) => ({ id, status: 'QUEUED' })
    expect(await callAs(server, served.owner, COMMAND, { id: first.id })).toEqual({
      kind: 'data',
      value: queued(first),
    })
    expect(await callAs(server, served.owner, COMMANDS, { ids: [second.id, 'cmd_none', first.id] })).toEqual({
      kind: 'data',
      value: [queued(second), null, queued(first)],
    })
  })

  it('return null without permission', async () => {
    const { id } = await enqueue(server, served)
    for (const token of [await server.token('stranger@example.com'), null]) {
      expect(await callAs(server, token, COMMAND, { id })).toEqual({ kind: 'data', value: null })
      expect(await callAs(server, token, COMMANDS, { ids: [id] })).toEqual({ kind: 'data', value: [null] })
    }
  })

  it('reject more than a hundred IDs', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `cmd_${index}`)
    expect(await callAs(server, served.owner, COMMANDS, { ids })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
