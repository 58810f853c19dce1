import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { cancelCommand, enqueue, readCommand, deploymentWithAgent } from '#test/support/deployments.js'

describe('cancelCommand', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('cancels a queued command permanently, so that it is never delivered', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    expect((await cancelCommand(server, served.owner, id)).data.cancelCommand).toMatchObject({
      id,
      status: 'CANCELED',
    })
    expect((await cancelCommand(server, served.owner, id)).data.cancelCommand).toMatchObject({
      id,
      status: 'CANCELED',
    })
    expect((await served.agent.wait(0)).body.item).toBeNull()
  })

  it('requests cancellation of a command that the agent holds, and denies canceling a finished one', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    await served.agent.wait(1)
    await eventually(
      () => readCommand(server, served.owner, id),
      ({ status }) => status === 'RUNNING',
    )
    for (let request = 0; request < 2; request++) {
      expect((await cancelCommand(server, served.owner, id)).data.cancelCommand).toMatchObject({
        id,
        status: 'RUNNING',
      })
      const { warnings } = await readCommand(server, served.owner, id)
      expect(warnings).toMatchObject([
        { code: 'CANCEL_REQUESTED', message: expect.stringContaining('cannot be interrupted') },
      ])
    }
    await served.agent.report({ command_id: id, status: 'success' })
    expect((await cancelCommand(server, served.owner, id)).data.cancelCommand).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: 'The command is already succeeded.',
    })
  })
})
