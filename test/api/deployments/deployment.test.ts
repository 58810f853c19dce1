import { newDeployment } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const DEPLOYMENT = `query ($hash: String!) { deployment(hash: $hash) { id hash status template { slug } agent { id } } }`

describe('deployment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('returns a deployment by its hash', async () => {
    const { id, hash, owner } = await newDeployment(server)
    expect(await callAs(server, owner, DEPLOYMENT, { hash })).toEqual({
      kind: 'data',
      value: { id, hash, status: 'PENDING', template: { slug: 'static-site' }, agent: null },
    })
  })

  it('is null without permission, exactly like an unknown hash', async () => {
    const { hash, owner } = await newDeployment(server)
    for (const [token, requested] of [
      [await server.token('stranger@example.com'), hash],
      [null, hash],
      [owner, 'none'],
    ] as const)
      expect(await callAs(server, token, DEPLOYMENT, { hash: requested })).toEqual({ kind: 'data', value: null })
  })
})
