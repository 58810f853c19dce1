import { NodeTypes } from '@stackgate/client/documents'
import { createKey } from '#test/support/api-keys.js'
import { change, joinAccount, person, type Person } from '#test/support/members.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = `query ($id: ID!) { account(id: $id) { id
  members { totalCount nodes { id role user { id email } account { id } } }
  access {
    invitations { totalCount nodes { id account { id } invitedBy { id } } }
    apiKeys { totalCount nodes { id createdBy { id } account { id } } }
    webhookEndpoints { id }
    webhookDeliveries { nodes { id endpoint { id } } }
    jobs { nodes { id } }
  } } }`

/** Statements of the page, without those of background jobs. */
const PAGE_TABLES =
  /^\s*select [^]* from "?(?:account|app_user|member|invitation|service_key|webhook_\w+|account_job)\b/

interface TeamPage {
  readonly account: {
    readonly members: { totalCount: number; nodes: { id: string; user: { id: string; email: string } }[] } | null
    readonly access: {
      readonly invitations: { nodes: { id: string }[] }
      readonly apiKeys: { nodes: { id: string }[] }
      readonly webhookEndpoints: { id: string }[]
      readonly webhookDeliveries: { nodes: object[] }
      readonly jobs: { readonly nodes: object[] }
    } | null
  }
}

describe('the page of a team', () => {
  let server: TestServer
  let ann: Person
  let bob: Person
  let admin: string
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      env: { CATALOG: 'agileforge' },
      app: { onStatement: (text) => void statements.push(text) },
    })
    ann = await person(server, 'ann@example.com')
    bob = await joinAccount(server, ann, 'bob@example.com')
    admin = await server.token('root@example.com', { roles: ['admin'] })
    await server.graphql('{ viewer { user { id } } }', {}, admin)
    await createKey(server, ann.token, { scopes: ['billing:read'] })
    await change(server, ann, `inviteMember(email: "carl@example.com", role: MEMBER)`)
    await server.graphql(
      `mutation { createWebhookEndpoint(input: { url: "https://hooks.example.com/", types: ["*"] }, key: "e") { denial { code } } }`,
      {},
      ann.token,
    )
  })
  afterAll(() => server.close())

  const read = (token: string) => server.graphql<TeamPage>(PAGE, { id: ann.accountId }, token)

  it('answers a member what members may see, and null with an error for the rest', async () => {
    const { data, errors } = await read(bob.token)
    expect(data.account.members).toMatchObject({ totalCount: 2 })
    expect(data.account.access).toBeNull()
    expect(errors).toMatchObject([{ path: ['account', 'access'], extensions: { code: 'FORBIDDEN' } }])
    const key = await server.serviceKey(['billing:read'], ann.accountId)
    const service = await server.graphql<TeamPage>(PAGE, { id: ann.accountId }, key)
    expect(service.data.account.members).toBeNull()
  })

  it('answers an operator everything, without managing it, and records it', async () => {
    const { data, errors } = await read(admin)
    expect(errors).toBeUndefined()
    const { invitations, apiKeys, webhookEndpoints } = data.account.access!
    expect([invitations.nodes.length, apiKeys.nodes.length, webhookEndpoints.length]).toEqual([1, 2, 1])
    for (const id of [invitations.nodes[0]!.id, apiKeys.nodes[0]!.id, webhookEndpoints[0]!.id]) {
      const node = await server.graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id }, admin)
      expect(node.data).toEqual({ node: { id } })
    }
    const recorded = ['operator.members_read', 'operator.access_read']
    await eventually(
      () =>
        server.query<{ action: string }>(`select distinct action from audit_entry where account_id = $1`, [
          ann.accountId,
        ]),
      (rows) => recorded.every((action) => rows.some((row) => row.action === action)),
      15_000,
    )
    const removal = await server.graphql(
      `mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) { denial { code } } }`,
      { id: webhookEndpoints[0]!.id },
      admin,
    )
    expect(removal.errors![0]!.extensions.code).toBe('FORBIDDEN')
  })

  it('loads members and co-members as nodes, for members alone', async () => {
    const { data } = await read(ann.token)
    const ids = data.account.members!.nodes.flatMap(({ id, user }) => [id, user.id])
    const nodes = async (token: string) => (await server.graphql(NodeTypes, { ids }, token)).data.nodes
    expect(await nodes(bob.token)).toMatchObject(ids.map((id) => ({ id })))
    expect(await nodes(admin)).toMatchObject(ids.map((id) => ({ id })))
    expect(await nodes(await server.token('stranger@example.com'))).toEqual(ids.map(() => null))
  })

  it('filters members by role and by a part of the address', async () => {
    const emails = async (filter: object) =>
      (
        await server.graphql<TeamPage>(
          `query ($id: ID!, $filter: MemberFilter) { account(id: $id) { members(filter: $filter) { totalCount nodes { id user { id email } } } } }`,
          { id: ann.accountId, filter },
          ann.token,
        )
      ).data.account.members!
    expect(await emails({ roles: ['OWNER'] })).toMatchObject({ totalCount: 1, nodes: [{ user: { email: ann.email } }] })
    expect(await emails({ search: 'BOB@' })).toMatchObject({ totalCount: 1, nodes: [{ user: { email: bob.email } }] })
    expect(await emails({ search: 'b%b' })).toEqual({ totalCount: 0, nodes: [] })
    expect(await emails({ roles: ['ADMIN'], search: 'bob' })).toEqual({ totalCount: 0, nodes: [] })
  })

  it('reads no statement per row', async () => {
    const count = async () => {
      const counts: number[] = []
      for (let attempt = 0; attempt < 5; attempt++) {
        statements.length = 0
        const { errors } = await read(ann.token)
        expect(errors).toBeUndefined()
        counts.push(statements.filter((text) => PAGE_TABLES.test(text)).length)
      }
      return Math.min(...counts)
    }
    const before = await count()
    for (let index = 0; index < 20; index++) {
      await createKey(server, ann.token, { scopes: ['billing:read'], name: `key ${index}` })
      await change(server, ann, `inviteMember(email: "guest-${index}@example.com", role: MEMBER)`)
    }
    // Users and accounts are loaded in one or two batches each, depending on which list is read first.
    expect(await count()).toBeLessThanOrEqual(before + 2)
    expect(before).toBeGreaterThan(9)
  })
})
