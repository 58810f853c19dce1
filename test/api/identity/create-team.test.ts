import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { joinAccount, person, type Person } from '#test/support/members.js'
import { startCheckout } from '#test/support/buy-plan.js'

interface Team {
  readonly __typename: string
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly externalId: string
  readonly code: string
  readonly message: string
  readonly field: string | null
  readonly remedies: { mutation: string }[]
}

describe('Team', () => {
  let server: TestServer
  let ann: Person
  beforeAll(async () => {
    server = await startTestServer()
    ann = await person(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const create = async (token: string | null, name: string, key: string): Promise<Team> => {
    const { data, errors } = await server.graphql<{ createTeam: Team }>(
      `mutation ($name: String!, $key: String!) {
        createTeam(name: $name, key: $key) { account { __typename id kind name externalId } denial { __typename code message issues { path } remedies { mutation } } }
      }`,
      { name, key },
      token,
    )
    return errors ? ({ __typename: 'error', code: errors[0]!.extensions.code } as Team) : data.createTeam
  }

  it('is an account with its own plan, members and payments, owned by its creator', async () => {
    const team = await create(ann.token, ' The crew ', 'crew')
    expect(team).toMatchObject({ __typename: 'Account', kind: 'TEAM', name: 'The crew' })
    expect(await create(ann.token, 'The crew', 'crew')).toEqual(team)
    expect((await create(ann.token, 'Another', 'crew')).code).toBe('IDEMPOTENCY_MISMATCH')
    const { data } = await server.graphql<{
      viewer: { account: { id: string }; accounts: { totalCount: number; nodes: { id: string; kind: string }[] } }
      account: { id: string; plan: { plan: { code: string } }; members: { nodes: { role: string; since: string }[] } }
    }>(
      `query ($ref: ID!) { viewer { account { id } accounts { totalCount nodes { id kind } } }
         account(id: $ref) { id plan { plan { code } } members { nodes { role createdAt } } } }`,
      { ref: `team:${team.externalId}` },
      ann.token,
    )
    expect(data.viewer.account.id).toBe(ann.accountId)
    expect(data.viewer.accounts.nodes).toContainEqual({ id: team.id, kind: 'TEAM' })
    expect(data.viewer.accounts.totalCount).toBe(data.viewer.accounts.nodes.length)
    expect(data.account).toEqual({
      id: team.id,
      plan: { plan: { code: 'free' } },
      members: { nodes: [{ role: 'OWNER', createdAt: expect.stringMatching(/^2026-01-15/) }] },
    })
    // Others join by invitation, as in every account. A user who is not a member does not see it.
    const bob = await joinAccount(server, { ...ann, accountId: team.id }, 'bob@example.com')
    const seen = async (token: string) =>
      (
        await server.graphql<{ account: { name: string } | null }>(
          `query ($id: ID!) { account(id: $id) { name } }`,
          { id: team.id },
          token,
        )
      ).data.account
    expect(await seen(bob.token)).toEqual({ name: 'The crew' })
    expect(await seen(await server.token('stranger@example.com'))).toBeNull()
    const events = await server.query<{ type: string }>(`select type from outbox_event where account_id = $1`, [
      team.id,
    ])
    expect(events.map(({ type }) => type)).toContain('account.created')
  })

  it('exists once without a plan, also under concurrency; with a plan another can be created', async () => {
    const carl = await person(server, 'carl@example.com')
    const made = await Promise.all([1, 2, 3, 4].map((number) => create(carl.token, `Team ${number}`, `t${number}`)))
    const [team] = made.filter(({ __typename }) => __typename === 'Account')
    expect(made.map(({ __typename, code }) => code ?? __typename).toSorted()).toEqual([
      'Account',
      'BASE_SUBSCRIPTION_REQUIRED',
      'BASE_SUBSCRIPTION_REQUIRED',
      'BASE_SUBSCRIPTION_REQUIRED',
    ])
    const refused = await create(carl.token, 'One more', 'more')
    expect(refused.message).toContain(team!.name)
    expect(refused.remedies).toEqual([{ mutation: 'startSubscription' }])
    const providerReference = await startCheckout(server, carl.token, {
      accountId: team!.id,
      plan: 'plus',
      idempotencyKey: 's',
    })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const next = await eventually(
      () => create(carl.token, 'One more', 'more'),
      ({ __typename }) => __typename === 'Account',
      10_000,
    )
    expect(next).toMatchObject({ kind: 'TEAM', name: 'One more' })
    await expectInvariants(server)
  })

  it('requires a user and a name', async () => {
    expect((await create(null, 'x', 'k')).code).toBe('UNAUTHENTICATED')
    expect((await create(await server.serviceKey(['ops:*']), 'x', 'k')).code).toBe('FORBIDDEN')
    const dora = await person(server, 'dora@example.com')
    for (const name of ['  ', 'x'.repeat(101)])
      expect(await create(dora.token, name, 'k')).toMatchObject({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['name'] }],
      })
  })
})
