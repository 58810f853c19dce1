import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { change, mailedToken, person } from '#test/support/members.js'

describe('resendInvitation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
  })
  afterAll(() => server.close())

  it('expires an invitation after fourteen days; a resent one has a new token and the earlier token is invalid', async () => {
    const ivan = await person(server, 'ivan@example.com')
    const { id } = await change(server, ivan, `inviteMember(email: "jane@example.com", role: MEMBER)`)
    const first = await mailedToken(server, 'jane@example.com')
    const jane = await person(server, 'jane@example.com')
    await server.advanceTo('2026-01-29T10:00:00Z')
    expect(await change(server, jane, `acceptInvitation(token: "${first}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('expired on January 29, 2026'),
    })
    expect(await change(server, ivan, `resendInvitation(id: "${id}")`)).toMatchObject({ status: 'PENDING' })
    const second = await mailedToken(server, 'jane@example.com', 2)
    expect(second).not.toBe(first)
    expect(await change(server, jane, `acceptInvitation(token: "${first}")`)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await change(server, ivan, `cancelInvitation(id: "${id}")`)).toMatchObject({ status: 'CANCELED' })
    expect(await change(server, jane, `acceptInvitation(token: "${second}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, ivan, `resendInvitation(id: "${id}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    // A withdrawn invitation frees its slot for another one to the same address.
    expect(await change(server, ivan, `inviteMember(email: "jane@example.com", role: MEMBER)`)).toMatchObject({
      __typename: 'Invitation',
    })
    expect(await change(server, ivan, `inviteMember(email: "JANE@example.com", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['email'] }],
    })
  })
})
