import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { change, joinAccount, mailedToken, emailsTo, person, type Person } from '#test/support/members.js'

describe('Account members [PL17] [SE1]', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const members = async (who: Person, accountId: string) => {
    const { data } = await server.graphql<{
      account: { members: { totalCount: number; nodes: { role: string; user: { email: string } }[] } } | null
    }>(
      `query ($id: ID!) { account(id: $id) { members { totalCount nodes { role user { email } } } } }`,
      { id: accountId },
      who.token,
    )
    return data.account && data.account.members.nodes.map(({ role, user }) => `${user.email} ${role}`).toSorted()
  }
  const counted = async (accountId: string) =>
    (
      await server.query<{ resource: string }>(
        `select resource_id as resource from allocation where account_id = $1 and feature = 'members' and released_at is null order by 1`,
        [accountId],
      )
    ).map(({ resource }) => resource)

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
    expect(await members(bob, ann.accountId)).toEqual(['ann@example.com OWNER', 'bob@example.com ADMIN'])
    expect(await counted(ann.accountId)).toEqual([ann.userId, bob.userId].toSorted())
  })

  it('denies a fourth member of three, on invitation and acceptance, and reuses a freed member slot [PL17]', async () => {
    const dora = await person(server, 'dora@example.com')
    const emma = await joinAccount(server, dora, 'emma@example.com')
    for (const email of ['finn@example.com', 'gina@example.com'])
      expect(await change(server, dora, `inviteMember(email: "${email}", role: MEMBER)`)).toMatchObject({
        __typename: 'Invitation',
      })
    const guests = await Promise.all(['finn@example.com', 'gina@example.com'].map((email) => person(server, email)))
    const tokens = await Promise.all(guests.map(({ email }) => mailedToken(server, email)))
    const answers = await Promise.all(
      guests.map((guest, n) => change(server, guest, `acceptInvitation(token: "${tokens[n]}")`)),
    )
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['Member', 'QuotaExceeded'])
    expect(answers.find(({ __typename }) => __typename === 'QuotaExceeded')).toMatchObject({
      code: 'LIMIT_REACHED',
      used: 3,
      limit: 3,
      remedies: expect.arrayContaining([{ mutation: 'startSubscription' }]),
    })
    expect(await change(server, dora, `inviteMember(email: "hugo@example.com", role: MEMBER)`)).toMatchObject({
      code: 'LIMIT_REACHED',
    })
    // Denied calls consumed nothing, and the invitation stays open.
    const late = answers.findIndex(({ __typename }) => __typename === 'QuotaExceeded')
    expect(await change(server, dora, `removeMember(userId: "${emma.userId}")`)).toMatchObject({ __typename: 'Member' })
    expect(await change(server, guests[late]!, `acceptInvitation(token: "${tokens[late]}")`)).toMatchObject({
      __typename: 'Member',
    })
    expect(await counted(dora.accountId)).toEqual([dora.userId, ...guests.map(({ userId }) => userId)].toSorted())
    expect(await members(emma, dora.accountId)).toBeNull()
  })

  it('expires an invitation after fourteen days; a resent one has a new token and the earlier token is invalid', async () => {
    const ivan = await person(server, 'ivan@example.com')
    const { id } = await change(server, ivan, `inviteMember(email: "jane@example.com", role: MEMBER)`)
    const first = await mailedToken(server, 'jane@example.com')
    const jane = await person(server, 'jane@example.com')
    await server.advanceTo('2026-01-29T10:00:00Z')
    expect(await change(server, jane, `acceptInvitation(token: "${first}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('expired on 2026-01-29'),
    })
    expect(await change(server, ivan, `resendInvitation(id: "${id}")`)).toMatchObject({ status: 'PENDING' })
    const second = await mailedToken(server, 'jane@example.com', 2)
    expect(second).not.toBe(first)
    expect(await change(server, jane, `acceptInvitation(token: "${first}")`)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await change(server, ivan, `cancelInvitation(id: "${id}")`)).toMatchObject({ status: 'CANCELED' })
    expect(await change(server, jane, `acceptInvitation(token: "${second}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, ivan, `resendInvitation(id: "${id}")`)).toMatchObject({ code: 'INVALID_TRANSITION' })
    // A withdrawn invitation frees its slot for another one to the same address.
    expect(await change(server, ivan, `inviteMember(email: "jane@example.com", role: MEMBER)`)).toMatchObject({
      __typename: 'Invitation',
    })
    expect(await change(server, ivan, `inviteMember(email: "JANE@example.com", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      field: 'email',
    })
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

  it('sends one mail per key of an attempt', async () => {
    const call = `inviteMember(email: "kay@example.com", role: MEMBER, idempotencyKey: "kay")`
    const lena = await person(server, 'lena@example.com')
    const [one, two] = [await change(server, lena, call), await change(server, lena, call)]
    expect(two).toEqual(one)
    await mailedToken(server, 'kay@example.com')
    expect(await server.query(`select 1 from mail_message where recipient = 'kay@example.com'`)).toHaveLength(1)
    const other = call.replace('MEMBER', 'ADMIN')
    expect(await change(server, lena, other)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it('lets only owners add and remove owners, keeps the last one, and transfers ownership completely [SE1]', async () => {
    const mona = await person(server, 'mona@example.com')
    const nils = await joinAccount(server, mona, 'nils@example.com', 'ADMIN')
    const olga = await joinAccount(server, mona, 'olga@example.com')
    const on = (call: string) => call.replace('(', `(accountId: "${mona.accountId}", `)
    const of = (who: Person, call: string) => change(server, who, on(call))
    // A member looks on; an admin cares for members, and not for owners.
    expect(await of(olga, `removeMember(userId: "${nils.userId}")`)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await of(nils, `setMemberRole(userId: "${olga.userId}", role: OWNER)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await of(nils, `setMemberRole(userId: "${mona.userId}", role: MEMBER)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await of(nils, `transferOwnership(userId: "${nils.userId}")`)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await of(mona, `setMemberRole(userId: "${mona.userId}", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('last owner'),
    })
    expect(await of(mona, `transferOwnership(userId: "${nils.userId}")`)).toMatchObject({ role: 'OWNER' })
    expect(await members(olga, mona.accountId)).toEqual([
      'mona@example.com ADMIN',
      'nils@example.com OWNER',
      'olga@example.com MEMBER',
    ])
    // Her next token does not take it back.
    await server.graphql(`{ viewer { user { id } } }`, {}, await server.token('mona@example.com'))
    expect(await members(olga, mona.accountId)).toContain('mona@example.com ADMIN')
    expect(await change(server, nils, `leaveAccount(accountId: "${mona.accountId}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('transfer'),
    })
    expect(await of(nils, `removeMember(userId: "${mona.userId}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('personal account'),
    })
    expect(await change(server, olga, `leaveAccount(accountId: "${mona.accountId}")`)).toMatchObject({ role: 'MEMBER' })
    expect(await members(olga, mona.accountId)).toBeNull()
    expect(await members(nils, mona.accountId)).toEqual(['mona@example.com ADMIN', 'nils@example.com OWNER'])
    const published = await server.query<{ type: string }>(
      `select type from stream_event where account_id = $1 order by sequence`,
      [mona.accountId],
    )
    expect(published.map(({ type }) => type)).toEqual([
      'member.invited',
      'member.joined',
      'member.invited',
      'member.joined',
      'account.ownership_transferred',
      'member.left',
    ])
  })

  it('keeps one owner if two leave concurrently', async () => {
    const paul = await person(server, 'paul@example.com')
    const rita = await joinAccount(server, paul, 'rita@example.com')
    const sara = await joinAccount(server, paul, 'sara@example.com')
    for (const { userId } of [rita, sara]) await change(server, paul, `setMemberRole(userId: "${userId}", role: OWNER)`)
    await change(server, paul, `setMemberRole(userId: "${paul.userId}", role: MEMBER)`)
    const answers = await Promise.all(
      [rita, sara].map((owner) => change(server, owner, `leaveAccount(accountId: "${paul.accountId}")`)),
    )
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['Member', 'Refused'])
    expect((await members(paul, paul.accountId))!.filter((member) => member.endsWith('OWNER'))).toHaveLength(1)
  })

  it('emits nothing more to a removed member on an open socket', async () => {
    const tara = await person(server, 'tara@example.com')
    const udo = await joinAccount(server, tara, 'udo@example.com')
    const query = `subscription ($id: ID) { billingEvents(accountId: $id) { ... on BillingEvent { type } } }`
    const [hers, his] = await Promise.all(
      [tara, udo].map((who) => recordStream<{ type: string }>(server.url, who.token, query, { id: tara.accountId })),
    )
    await change(server, tara, `removeMember(userId: "${udo.userId}")`)
    await hers!.until((events) => events.some(({ type }) => type === 'member.removed'))
    await eventually(() => his!.ended, Boolean)
    await change(server, tara, `inviteMember(email: "vito@example.com", role: MEMBER)`)
    await hers!.until((events) => events.some(({ type }) => type === 'member.invited'))
    expect(his!.events.map(({ type }) => type)).not.toContain('member.invited')
    await Promise.all([hers!.stop(), his!.stop()])
  })

  it('keeps all invariants', async () => {
    await expectInvariants(server)
  })
})

describe('Community members', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'communities' }, start: '2026-01-15T10:00:00Z' })
  })
  afterAll(() => server.close())

  it('takes a community role from its token and keeps the last admin', async () => {
    const admin = await server.token('tina@example.com', { communityId: '7', communityRole: 'admin' })
    const { data } = await server.graphql<{ viewer: { user: { id: string }; account: { id: string } } }>(
      `{ viewer { user { id } account { id } } }`,
      {},
      admin,
    )
    const tina: Person = {
      email: 'tina@example.com',
      token: admin,
      userId: data.viewer.user.id,
      accountId: data.viewer.account.id,
    }
    const member = await server.token('uwe@example.com', { communityId: '7', communityRole: 'member' })
    const { data: his } = await server.graphql<{ viewer: { user: { id: string } } }>(
      `{ viewer { user { id } } }`,
      {},
      member,
    )
    const uwe = his.viewer.user.id
    expect(await change(server, tina, `setMemberRole(userId: "${uwe}", role: ADMIN)`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, tina, `transferOwnership(userId: "${uwe}")`)).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(server, tina, `leaveAccount`)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await change(server, tina, `removeMember(userId: "${uwe}")`)).toMatchObject({ __typename: 'Member' })
  })
})

describe('Seats per member [PL17]', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-01-05T10:00:00Z' })
  })
  afterAll(() => server.close())

  it('grants 200 stories per new member of the month, and none to one who leaves and rejoins', async () => {
    const vera = await person(server, 'vera@example.com')
    await assignTestPlan(server, vera.accountId, 'professional')
    const stories = async () => {
      const { data } = await server.graphql<{ account: { entitlement: { limit: number } } }>(
        `{ account { entitlement(feature: "ai_stories") { limit } } }`,
        {},
        vera.token,
      )
      return data.account.entitlement.limit
    }
    expect(await stories()).toBe(200)
    const will = await joinAccount(server, vera, 'will@example.com')
    expect(await stories()).toBe(400)
    await server.advanceTo('2026-01-12T10:00:00Z')
    await change(server, vera, `removeMember(userId: "${will.userId}")`)
    expect(await stories()).toBe(400)
    const { id } = await change(server, vera, `inviteMember(email: "will@example.com", role: MEMBER)`)
    expect(id).toMatch(/^ivt_/)
    await change(server, will, `acceptInvitation(token: "${await mailedToken(server, will.email, 2)}")`)
    expect(await stories()).toBe(400)
    await change(server, vera, `removeMember(userId: "${will.userId}")`)
    await joinAccount(server, vera, 'xena@example.com')
    expect(await stories()).toBe(400)
    await joinAccount(server, vera, 'yann@example.com')
    expect(await stories()).toBe(600)
    await server.advanceTo('2026-02-01T00:00:00Z')
    expect(await stories()).toBe(600)
    await change(server, vera, `removeMember(userId: "${(await person(server, 'yann@example.com')).userId}")`)
    await server.advanceTo('2026-03-06T00:00:00Z')
    expect(await stories()).toBe(400)
    await expectInvariants(server, ['plans_have_their_subscription'])
  })
})
