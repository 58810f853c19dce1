import { SetTerms } from '@stackgate/client/documents'
import { change, joinAccount, person, type Person } from '#test/support/members.js'
import { statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface ListedEvent {
  readonly type: string
  readonly actor: { readonly kind: string; readonly label: string; readonly user: { readonly email: string } | null }
}

const EVENTS = `query ($id: ID!) { account(id: $id) { billing { events(first: 50) {
  nodes { type actor { kind label user { email } apiKey { id } } } } } } }`

/** Statements that load an actor: one of each for a page, and a second one for the caller's own user. */
const LOADED = /from "(app_user|service_key|member|billing_subscription|purchase|checkout)"/

describe('Event.actor', () => {
  const seen: string[] = []
  let server: TestServer
  let ann: Person
  let bob: Person
  let operator: Person
  let operatorToken: string
  beforeAll(async () => {
    server = await startTestServer({
      env: { CATALOG: 'ai-platform' },
      app: { onStatement: (text) => void seen.push(text) },
    })
    await subscribe(server, 'ann@example.com', { plan: 'scale' })
    ann = await person(server, 'ann@example.com')
    bob = await joinAccount(server, ann, 'bob@example.com')
    operator = await person(server, 'ops@example.com')
    operatorToken = await server.token('ops@example.com', { roles: ['admin'] })
    const input = { accountId: ann.accountId, feature: 'ai_credits', amount: 500, reason: 'an outage' }
    await server.graphql(SetTerms, { input, key: 'override' }, operatorToken)
    await change(server, ann, `setMemberRole(userId: "${bob.userId}", role: ADMIN)`)
  })
  afterAll(() => server.close())

  const events = async (token: string) => {
    const { data } = await server.graphql<{ account: { billing: { events: { nodes: ListedEvent[] } } } }>(
      EVENTS,
      { id: ann.accountId },
      token,
    )
    return data.account.billing.events.nodes
  }
  const actorOf = async (token: string, type: string) =>
    (await events(token)).find((event) => event.type === type)?.actor ?? null

  it('is the member, the operator or the payment provider that caused the event', async () => {
    expect(await actorOf(operatorToken, 'member.role_changed')).toMatchObject({
      kind: 'USER',
      user: { email: 'ann@example.com' },
    })
    expect(await actorOf(operatorToken, 'member.joined')).toMatchObject({ user: { email: 'bob@example.com' } })
    expect(await actorOf(operatorToken, 'override.set')).toMatchObject({ user: { email: 'ops@example.com' } })
    expect(await actorOf(operatorToken, 'purchase.paid')).toMatchObject({ kind: 'SYSTEM', label: 'Stripe' })
    expect(await actorOf(operatorToken, 'checkout.started')).toMatchObject({ user: { email: 'ann@example.com' } })
    expect(await actorOf(operatorToken, 'subscription.activated')).toBeNull()
  })

  it('names members to members, and no operator', async () => {
    expect(await actorOf(bob.token, 'member.role_changed')).toMatchObject({ user: { email: 'ann@example.com' } })
    expect(await actorOf(bob.token, 'override.set')).toEqual({
      kind: 'USER',
      label: operator.userId,
      user: null,
      apiKey: null,
    })
  })

  it('takes as many statements for many events of a page as for few', async () => {
    const count = async () => {
      const counts: number[] = []
      for (const token of [operatorToken, bob.token])
        counts.push((await statementsOf(seen, () => events(token))).filter((text) => LOADED.test(text)).length)
      return counts
    }
    const before = await count()
    for (const role of ['MEMBER', 'ADMIN', 'MEMBER'])
      await change(server, ann, `setMemberRole(userId: "${bob.userId}", role: ${role})`)
    expect(await count()).toEqual(before)
    expect(Math.max(...before)).toBeLessThanOrEqual(6)
  })
})
