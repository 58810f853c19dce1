import { accountName, accountWithName, claimName } from '#services/identity/accounts/account-directory.js'
import { claimCustomer } from '#services/billing/customers/claim-customer.js'
import { changeJob, completedJob, jobInput } from '#test/support/account-jobs.js'
import { Buyer } from '#test/support/buyer.js'
import { newDeployment } from '#test/support/deployments.js'
import { change, person } from '#test/support/members.js'
import { openTestDatabase } from '#test/support/open-database.js'
import { callAs } from '#test/support/operations.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('account directory', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const kindsOf = async (accountId: string): Promise<string[]> => {
    const rows = await server.query<{ kind: string }>(
      `select kind from account_directory where account_id = $1 order by kind`,
      [accountId],
    )
    return rows.map(({ kind }) => kind)
  }

  it('gives an external ID to one account when a user signs in at once from many places', async () => {
    const token = await server.token('many@example.com')
    const viewers = await Promise.all(
      Array.from({ length: 8 }, () => server.graphql<ViewerData>(`{ viewer { account { id } } }`, {}, token)),
    )
    expect(new Set(viewers.map(({ data }) => data.viewer.account.id)).size).toBe(1)
    expect(await kindsOf(viewers[0]!.data.viewer.account.id)).toEqual(['ACCOUNT'])
  })

  it('has the names of everything that an account starts, and of no replaced token', async () => {
    const { hash, owner } = await newDeployment(server, 'olga@example.com')
    const olga = await person(server, 'olga@example.com')
    const { data: team } = await server.graphql<{ createTeam: { id: string } }>(
      `mutation { createTeam(name: "Northern", key: "t") { account { id } } }`,
      {},
      owner,
    )
    const names = ['ACCOUNT', 'DEPLOYMENT', 'ENROLLMENT_TOKEN']
    expect(await kindsOf(olga.accountId)).toEqual(names)
    expect(await kindsOf(team.createTeam.id)).toEqual(['ACCOUNT'])
    await callAs(server, owner, `mutation ($hash: ID!) { reissueEnrolment(id: $hash, key: "r") { denial { code } } }`, {
      hash,
    })
    expect(await kindsOf(olga.accountId)).toEqual(names)
    const { id } = await change(server, olga, `inviteMember(email: "pia@example.com", role: MEMBER)`)
    await change(server, olga, `resendInvitation(id: "${id}")`)
    expect(await kindsOf(olga.accountId)).toEqual([...names, 'INVITATION'])
    expect(
      await server.query(
        `select 1 from account_directory join invitation on token_hash = account_directory.name where invitation.id = $1`,
        [id],
      ),
    ).toHaveLength(1)
  })

  it('keeps the names of deployments and customers when the account is deleted, and frees the others', async () => {
    const { hash } = await newDeployment(server, 'quinn@example.com')
    const buyer = await Buyer.named(server, 'quinn@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    const { accountId, token } = await person(server, 'quinn@example.com')
    await eventually(
      () => kindsOf(accountId),
      (kinds) => kinds.includes('CUSTOMER'),
    )
    await server.graphql(`mutation { cancelSubscription(key: "q") { denial { code } } }`, {}, token)
    const planned = await changeJob(server, token, `deleteAccount${jobInput(accountId, 'q')}`)
    // The subscription ends after the paid month.
    for (const date of ['2026-02-16T00:00:00Z', '2026-03-16T00:00:00Z']) await server.advanceTo(date)
    await completedJob(server, admin, planned.id)
    expect(await kindsOf(accountId)).toEqual(['CUSTOMER', 'DEPLOYMENT'])
    expect(await server.query(`select 1 from account_directory where name = $1`, [hash])).toHaveLength(1)
  })

  it('never gives a name of one account to another', async () => {
    const opened = await openTestDatabase()
    const { database } = opened
    try {
      const name = accountName('PERSON', 'rosa')
      expect(await accountWithName(database, name)).toBeNull()
      expect(await claimName(database, name, 'acc_first')).toBe('acc_first')
      expect(await claimName(database, name, 'acc_second')).toBe('acc_first')
      expect(await accountWithName(database, name)).toBe('acc_first')
      const customer = { provider: 'STRIPE', customerId: 'cus_1' } as const
      const claim = (accountId: string) =>
        database.transaction((transaction) => claimCustomer(transaction, { ...customer, accountId }))
      await claim('acc_first')
      await claim('acc_first')
      await expect(claim('acc_second')).rejects.toThrow('belongs to acc_first and not to acc_second')
    } finally {
      await opened.close()
    }
  })
})

interface ViewerData {
  viewer: { account: { id: string } }
}
