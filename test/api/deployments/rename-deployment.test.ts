import { newDeployment } from '#test/support/deployments.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const RENAME = `mutation ($id: ID!, $key: String!, $name: String!) {
  renameDeployment(id: $id, key: $key, name: $name) { deployment { name } denial { issues { path } } }
}`

describe('renameDeployment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('changes the name once per key, and writes an event', async () => {
    const { hash, owner } = await newDeployment(server)
    const rename = (name: string, key: string, token: string | null = owner) =>
      callAs(server, token, RENAME, { id: hash, name, key })
    expect(await rename(' Shop ', 'one')).toEqual({ kind: 'data', value: { name: 'Shop' } })
    await rename('Store', 'two')
    expect(await rename(' Shop ', 'one')).toEqual({ kind: 'data', value: { name: 'Store' } })
    expect(await rename(' ', 'three')).toEqual({ kind: 'data', value: { issues: [{ path: ['name'] }] } })
    expect(await rename('Mine', 'four', await server.token('stranger@example.com'))).toMatchObject({
      code: 'NOT_FOUND',
    })
    const { data } = await server.graphql(
      `query ($hash: ID!) { deployment(id: $hash) { name events(types: ["deployment.*"]) { nodes { type data } } } }`,
      { hash },
      owner,
    )
    expect(data).toMatchObject({
      deployment: {
        name: 'Store',
        events: {
          nodes: [
            { type: 'deployment.renamed', data: { name: 'Store' } },
            { type: 'deployment.renamed', data: { name: 'Shop' } },
            { type: 'deployment.started' },
          ],
        },
      },
    })
  })
})
