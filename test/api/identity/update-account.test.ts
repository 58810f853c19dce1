import { joinAccount, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Updated {
  readonly id?: string
  readonly name?: string
  readonly code?: string
  readonly field?: string
}

describe('updateAccount', () => {
  let server: TestServer
  let ann: Person
  let teamId: string
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
    const { data } = await server.graphql<{ createTeam: { id: string } }>(
      `mutation { createTeam(name: "Crew", key: "crew") { account { id } } }`,
      {},
      ann.token,
    )
    teamId = data.createTeam.id
  })
  afterAll(() => server.close())

  const rename = async (who: Person, accountId: string, name: string): Promise<Updated> => {
    const { data, errors } = await server.graphql<{ updateAccount: Updated }>(
      `mutation ($id: ID!, $name: String!) {
        updateAccount(accountId: $id, name: $name) { account { id name } denial { code issues { path } } }
      }`,
      { id: accountId, name },
      who.token,
    )
    return errors ? { code: errors[0]!.extensions.code } : data.updateAccount
  }

  it('renames a team once, with an event', async () => {
    expect(await rename(ann, teamId, ' New crew ')).toEqual({ id: teamId, name: 'New crew' })
    expect(await rename(ann, teamId, 'New crew')).toEqual({ id: teamId, name: 'New crew' })
    const events = await server.query(
      `select data from stream_event where stream_id = $1 and type = 'account.renamed'`,
      [teamId],
    )
    expect(events).toMatchObject([{ data: { from: 'Crew', to: 'New crew' } }])
  })

  it('denies other accounts, other names and other callers', async () => {
    expect(await rename(ann, ann.accountId, 'Ann')).toEqual({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['accountId'] }],
    })
    expect(await rename(ann, teamId, 'x'.repeat(101))).toEqual({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['name'] }],
    })
    const carl = await joinAccount(server, { ...ann, accountId: teamId }, 'carl@example.com')
    expect(await rename(carl, teamId, 'Carls')).toEqual({ code: 'FORBIDDEN' })
    expect(await rename(await person(server, 'bob@example.com'), teamId, 'Bobs')).toEqual({ code: 'NOT_FOUND' })
  })
})
