import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('A mutation that fails', () => {
  let server: TestServer
  let owner: string
  beforeAll(async () => {
    server = await startTestServer()
    owner = await server.token(`${randomUUID()}@example.com`)
  })
  afterAll(() => server.close())

  /** An owner may not consume: that is for services. */
  const CONSUME = `consume(input: { accountId: "acc_unknown", feature: "deployments" }, key: "c") { consumption { id } denial { code } }`

  it('leaves the results of the mutations before it, and is null with an error', async () => {
    const { data, errors } = await server.graphql<{ createTeam: { id: string }; consume: null }>(
      `mutation { createTeam(name: "Northern", key: "t") { account { id } denial { code } } ${CONSUME} }`,
      {},
      owner,
    )
    expect(data).toEqual({ createTeam: { id: expect.stringMatching(/^acc_/) }, consume: null })
    expect(errors).toMatchObject([{ path: ['consume'], extensions: { code: 'NOT_FOUND' } }])
  })

  it('leaves a secret that is returned once', async () => {
    const create = (key: string) =>
      `createApiKey(input: { name: "page", scopes: ["billing:read"] }, key: "${key}") { secret apiKey { id } denial { code } }`
    const { data } = await server.graphql<{ createApiKey: { secret: string } }>(
      `mutation { ${create('k')} ${CONSUME} }`,
      {},
      owner,
    )
    const status = await server.rest('GET', '/billing/status', { token: data.createApiKey.secret })
    expect(status.status).toBe(200)
    const again = await server.graphql(`mutation { ${create('k')} }`, {}, owner)
    expect(again.data).toEqual({ createApiKey: { code: 'SECRET_ALREADY_SHOWN' } })
  })
})
