import { change, emailsTo, mailedToken, person, type Person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Answer {
  readonly results?: { email: string; invitation: { id: string } | null; denial: { code: string } | null }[]
  readonly code?: string
  readonly field?: string
}

describe('inviteMembers', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const invite = async (who: Person, invitations: object[], idempotencyKey: string): Promise<Answer> => {
    const { data, errors } = await server.graphql<{ inviteMembers: Answer }>(
      `mutation ($input: InviteMembersInput!) { inviteMembers(input: $input) {
         ... on InviteMembersPayload { results { email invitation { id } denial { code } } }
         ... on Refused { code field } } }`,
      { input: { accountId: ann.accountId, invitations, idempotencyKey } },
      who.token,
    )
    return errors ? { code: errors[0]!.extensions.code } : data.inviteMembers
  }

  it('invites each person on their own, and repeats only what was denied', async () => {
    await change(server, ann, `inviteMember(email: "known@example.com", role: MEMBER)`)
    const people = ['bob@example.com', 'known@example.com', 'nobody', 'carl@example.com'].map((email) => ({
      email,
      role: 'MEMBER',
    }))
    const { results } = await invite(ann, people, 'all')
    expect(results!.map(({ email, denial }) => `${email} ${denial?.code ?? 'invited'}`)).toEqual([
      'bob@example.com invited',
      'known@example.com INVALID_TRANSITION',
      'nobody INVALID_EMAIL',
      'carl@example.com invited',
    ])
    expect((await invite(ann, people, 'all')).results).toEqual(results)
    await mailedToken(server, 'carl@example.com')
    expect(emailsTo(server, 'bob@example.com')).toHaveLength(1)
  })

  it('denies an empty list, a long one, and callers without permission', async () => {
    const people = Array.from({ length: 51 }, (_, index) => ({ email: `guest-${index}@example.com`, role: 'MEMBER' }))
    for (const list of [[], people])
      expect(await invite(ann, list, 'x')).toEqual({ code: 'INVALID_PARAMETERS', field: 'invitations' })
    expect(await invite(await person(server, 'stranger@example.com'), people.slice(1), 'x')).toEqual({
      code: 'NOT_FOUND',
    })
  })
})
