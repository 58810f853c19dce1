import { callAs } from '#test/support/operations.js'
import { person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const NODE = `query ($id: ID!) { node(id: $id) { __typename id } }`
const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`

describe('node and nodes', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it('return objects by ID in the requested order', async () => {
    const account = { __typename: 'Account', id: ann.accountId }
    const user = { __typename: 'User', id: ann.userId }
    expect(await callAs(server, ann.token, NODE, { id: ann.accountId })).toEqual({ kind: 'data', value: account })
    expect(await callAs(server, ann.token, NODES, { ids: [ann.userId, 'acc_none', ann.accountId] })).toEqual({
      kind: 'data',
      value: [user, null, account],
    })
  })

  it('return null without permission, exactly like for an unknown ID', async () => {
    const stranger = await server.token('stranger@example.com')
    for (const token of [stranger, null])
      for (const id of [ann.accountId, ann.userId, 'acc_none', 'nothing'])
        expect(await callAs(server, token, NODE, { id })).toEqual({ kind: 'data', value: null })
  })

  it('reject more than a hundred IDs', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `acc_${index}`)
    expect(await callAs(server, ann.token, NODES, { ids })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
