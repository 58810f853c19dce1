import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  change,
  mailedToken,
  emailsTo,
  person,
  type Person,
  listMembers,
  countedMembers,
} from '#test/support/members.js'

describe('inviteMember', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  it('mails an invitation with a token that is stored nowhere else, and adds its recipient as a member', async () => {
    const sent = await change(server, ann, `inviteMember(email: " Bob@Example.com ", role: ADMIN)`)
    expect(sent).toMatchObject({ __typename: 'Invitation', email: 'bob@example.com', role: 'ADMIN', status: 'PENDING' })
    const token = await mailedToken(server, 'bob@example.com')
    const [mail] = emailsTo(server, 'bob@example.com')
    expect(mail).toContain(`https://forge.example/app/invitations#token=${token}`)
    const kept = await server.query<{ text: string }>(
      `select i::text as text from invitation i union all select m::text from mail_message m union all select e::text from stream_event e`,
    )
    expect(kept.filter(({ text }) => text.includes(token))).toEqual([])
    expect(server.logLines.filter((line) => line.includes(token))).toEqual([])

    const carl = await person(server, 'carl@example.com')
    expect(await change(server, carl, `acceptInvitation(token: "${token}")`)).toMatchObject({ code: 'INVALID_EMAIL' })
    const unproved = { ...carl, token: await server.token('bob@example.com', { emailVerified: false }) }
    expect(await change(server, unproved, `acceptInvitation(token: "${token}")`)).toMatchObject({
      code: 'INVALID_EMAIL',
      message: expect.stringContaining('Verify'),
    })
    const bob = await person(server, 'bob@example.com')
    const joins = await Promise.all([1, 2, 3].map(() => change(server, bob, `acceptInvitation(token: "${token}")`)))
    expect(joins).toEqual(
      joins.map(() => ({ __typename: 'Member', role: 'ADMIN', user: { id: bob.userId, email: bob.email } })),
    )
    expect(await listMembers(server, bob, ann.accountId)).toEqual(['ann@example.com OWNER', 'bob@example.com ADMIN'])
    expect(await countedMembers(server, ann.accountId)).toEqual([ann.userId, bob.userId].toSorted())
  })

  it.each([
    ['an address that is none', `inviteMember(email: "kim", role: MEMBER)`, 'INVALID_EMAIL'],
    ['an owner by mail', `inviteMember(email: "kim@example.com", role: OWNER)`, 'INVALID_PARAMETERS'],
    ['oneself', `inviteMember(email: "ann@example.com", role: MEMBER)`, 'INVALID_TRANSITION'],
    ['who is no member', `removeMember(userId: "usr_nobody")`, 'INVALID_PARAMETERS'],
    ['the last owner, by themselves', `leaveAccount`, 'INVALID_TRANSITION'],
  ])('denies %s', async (_what, call, code) => {
    expect(await change(server, ann, call)).toMatchObject({ code })
  })

  it('names every problem of the input at once', async () => {
    expect(await change(server, ann, `inviteMember(email: "kim", role: OWNER)`)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [
        { path: ['email'], code: 'INVALID_EMAIL' },
        { path: ['role'], code: 'INVALID_PARAMETERS' },
      ],
    })
  })

  it('sends one mail per key of an attempt', async () => {
    const call = `inviteMember(email: "kay@example.com", role: MEMBER, key: "kay")`
    const lena = await person(server, 'lena@example.com')
    const [one, two] = [await change(server, lena, call), await change(server, lena, call)]
    expect(two).toEqual(one)
    await mailedToken(server, 'kay@example.com')
    expect(await server.query(`select 1 from mail_message where recipient = 'kay@example.com'`)).toHaveLength(1)
    const other = call.replace('MEMBER', 'ADMIN')
    expect(await change(server, lena, other)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it('keeps all invariants', async () => {
    await expectInvariants(server)
  })
})
