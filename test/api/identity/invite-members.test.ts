import { change, emailsTo, mailedToken, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Answer {
  readonly id?: string
  readonly code?: string
  readonly issues?: readonly object[]
}

describe('inviteMembers', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const invite = async (who: Person, invitations: object[], idempotencyKey: string): Promise<readonly Answer[]> => {
    const { data, errors } = await server.graphql<{ inviteMembers: readonly Answer[] }>(
      `mutation ($accountId: ID, $invitations: [InvitationInput!]!, $key: String!) {
        inviteMembers(accountId: $accountId, invitations: $invitations, key: $key) { invitation { id } denial { code issues { path } } }
      }`,
      { accountId: ann.accountId, invitations, key: idempotencyKey },
      who.token,
    )
    return errors ? [{ code: errors[0]!.extensions.code }] : data.inviteMembers
  }

  it('invites each person on their own, and repeats only what was denied', async () => {
    await change(server, ann, `inviteMember(email: "known@example.com", role: MEMBER)`)
    const people = ['bob@example.com', 'known@example.com', 'nobody', 'carl@example.com'].map((email) => ({
      email,
      role: 'MEMBER',
    }))
    const results = await invite(ann, people, 'all')
    expect(results.map(({ code }) => code ?? 'invited')).toEqual([
      'invited',
      'INVALID_TRANSITION',
      'INVALID_EMAIL',
      'invited',
    ])
    expect(results.map(({ issues }) => issues)).toEqual([
      undefined,
      [{ path: ['invitations', '1', 'email'] }],
      [{ path: ['invitations', '2', 'email'] }],
      undefined,
    ])
    expect(await invite(ann, people, 'all')).toEqual(results)
    await mailedToken(server, 'carl@example.com')
    expect(emailsTo(server, 'bob@example.com')).toHaveLength(1)
  })

  it('denies an empty list, a long one, and callers without permission', async () => {
    const people = Array.from({ length: 51 }, (_, index) => ({ email: `guest-${index}@example.com`, role: 'MEMBER' }))
    const denial = { code: 'INVALID_PARAMETERS', issues: [{ path: ['invitations'] }] }
    expect(await invite(ann, people, 'x')).toEqual(people.map(() => denial))
    // A list without an item has no place for a denial.
    expect(await invite(ann, [], 'x')).toEqual([{ code: 'BAD_USER_INPUT' }])
    expect(await invite(await person(server, 'stranger@example.com'), people.slice(1), 'x')).toEqual([
      { code: 'NOT_FOUND' },
    ])
  })
})
