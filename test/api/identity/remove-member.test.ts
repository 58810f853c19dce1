import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { change, joinAccount, mailedToken, person } from '#test/support/members.js'

describe('removeMember', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', APP_URL: 'https://forge.example/app/' } })
  })
  afterAll(() => server.close())

  it('emits nothing more to a removed member on an open socket', async () => {
    const tara = await person(server, 'tara@example.com')
    const udo = await joinAccount(server, tara, 'udo@example.com')
    const query = `subscription ($id: ID) { billingEvents(accountId: $id) { ... on Event { type } } }`
    const [hers, his] = await Promise.all(
      [tara, udo].map((who) => recordStream<{ type: string }>(server.url, who.token, query, { id: tara.accountId })),
    )
    await change(server, tara, `removeMember(userId: "${udo.userId}")`)
    await hers!.until((events) => events.some(({ type }) => type === 'member.removed'))
    await eventually(() => his!.errors.length, Boolean)
    expect(his!.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    await change(server, tara, `inviteMember(email: "vito@example.com", role: MEMBER)`)
    await hers!.until((events) => events.some(({ type }) => type === 'member.invited'))
    expect(his!.events.map(({ type }) => type)).not.toContain('member.invited')
    await Promise.all([hers!.stop(), his!.stop()])
  })
})

describe('removeMember with seats per member', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-01-05T10:00:00Z' })
  })
  afterAll(() => server.close())

  it('grants 200 stories per new member of the month, and none to one who leaves and rejoins', async () => {
    const vera = await person(server, 'vera@example.com')
    await assignTestPlan(server, vera.accountId, 'professional')
    /** Without what rolled over from the month before. */
    const stories = async () => {
      const { data } = await server.graphql<{
        account: { usage: { entitlement: { sources: { kind: string; amount: number }[] } } }
      }>(`{ account { usage { entitlement(feature: "ai_stories") { sources { kind amount } } } } }`, {}, vera.token)
      return data.account.usage.entitlement.sources.find(({ kind }) => kind === 'PLAN')!.amount
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
