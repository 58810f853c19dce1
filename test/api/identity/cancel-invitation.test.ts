import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, mailedToken, person, type Person } from '#test/support/members.js'

describe('cancelInvitation', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const invite = async (email: string) =>
    (await change(server, ann, `inviteMember(email: "${email}", role: MEMBER)`)).id

  it('makes the token invalid, and is denied for an invitation that is canceled or accepted', async () => {
    const id = await invite('bob@example.com')
    const token = await mailedToken(server, 'bob@example.com')
    expect(await change(server, ann, `cancelInvitation(id: "${id}")`)).toMatchObject({
      __typename: 'Invitation',
      status: 'CANCELED',
    })
    const bob = await person(server, 'bob@example.com')
    expect(await change(server, bob, `acceptInvitation(token: "${token}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    // Repeated, it changes nothing.
    expect(await change(server, ann, `cancelInvitation(id: "${id}")`)).toMatchObject({ status: 'CANCELED' })

    const accepted = await invite('carl@example.com')
    const carl = await person(server, 'carl@example.com')
    await change(server, carl, `acceptInvitation(token: "${await mailedToken(server, carl.email)}")`)
    expect(await change(server, ann, `cancelInvitation(id: "${accepted}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
  })

  it('is not found for other users and for an unknown ID', async () => {
    const id = await invite('dora@example.com')
    const stranger = await person(server, 'stranger@example.com')
    expect(await change(server, stranger, `cancelInvitation(id: "${id}")`)).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await change(server, ann, `cancelInvitation(id: "ivt_none")`)).toMatchObject({ code: 'NOT_FOUND' })
  })
})
