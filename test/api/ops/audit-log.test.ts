import { firstIdAt } from '#services/kernel/ids/ids.js'
import { createKey } from '#test/support/api-keys.js'
import { flushAuditBuffer } from '#services/kernel/audit/audit-buffer.js'
import { mutationText, variablesOf } from '#test/support/mutations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { joinAccount, person, change, type Person } from '#test/support/members.js'

interface Entry {
  readonly id: string
  readonly actor: { readonly user: { readonly id: string } | null }
  readonly action: string
  readonly object: string
  readonly account: { readonly id: string } | null
  readonly occurrenceCount: number
  readonly details: Record<string, unknown>
}

describe('Audit log: changes and reads', () => {
  let server: TestServer
  let ann: Person
  let admin: Person
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await person(server, 'ann@example.com')
    const token = await server.token('root@example.com', { roles: ['admin'] })
    admin = { ...(await person(server, 'root@example.com')), token }
  })
  afterAll(() => server.close())

  const log = async (filter: string, token = admin.token, page = '') => {
    await flushAuditBuffer(server.app.context)
    const { data, errors } = await server.graphql<{
      auditLog: { nodes: Entry[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
    }>(
      `{ auditLog(filter: { ${filter} } ${page}) { nodes { id actor { user { id } } action object account { id } occurrenceCount details } pageInfo { endCursor hasNextPage } } }`,
      {},
      token,
    )
    if (errors) throw new Error(errors[0]!.extensions.code)
    return data.auditLog
  }

  it('records each change separately with its values before and after', async () => {
    const bob = await joinAccount(server, ann, 'bob@example.com')
    await change(server, ann, `setMemberRole(userId: "${bob.userId}", role: ADMIN)`)
    await change(server, ann, `setMemberRole(userId: "${bob.userId}", role: MEMBER)`)
    const { nodes } = await log(`action: "member.role_changed", account: "${ann.accountId}"`)
    expect(
      nodes.map(({ actor, object, occurrenceCount, details }) => [
        actor.user?.id,
        object,
        occurrenceCount,
        details['before'],
        details['to'],
      ]),
    ).toEqual([
      [ann.userId, bob.userId, 1, { role: 'ADMIN' }, 'MEMBER'],
      [ann.userId, bob.userId, 1, { role: 'MEMBER' }, 'ADMIN'],
    ])
    const override = (amount: number) =>
      server.graphql(
        `mutation { setTerms(input: { accountId: "${ann.accountId}", feature: "projects", amount: ${amount}, reason: "promised" }, key: "promised-${amount}") { denial { code } } }`,
        {},
        admin.token,
      )
    await override(3)
    await override(5)
    const { nodes: overrides } = await log('action: "override.set"')
    expect(
      overrides.map(({ details }) => [
        (details['before'] as { amount: number } | null)?.amount ?? null,
        (details['after'] as { amount: number }).amount,
      ]),
    ).toEqual([
      [3, 5],
      [null, 3],
    ])
  })

  it('shows the acting user, and finds entries by a text of their details', async () => {
    const found = async (text: string) => {
      const { data, errors } = await server.graphql<{
        auditLog: { nodes: { action: string; actor: object }[] }
      }>(
        `query ($text: String) { auditLog(filter: { search: $text }) { nodes { action actor { kind label user { email } apiKey { id } } } } }`,
        { text },
        admin.token,
      )
      expect(errors).toBeUndefined()
      return data.auditLog.nodes
    }
    expect(await found('PROMISED')).toContainEqual({
      action: 'mutation.setTerms',
      actor: { kind: 'USER', label: 'root@example.com', user: { email: 'root@example.com' }, apiKey: null },
    })
    expect(await found('prom_sed')).toEqual([])
    const acting = async (actor: string) => {
      await server.query(
        `insert into audit_entry (id, actor, action, object, details, minute)
         values ($1, $2, 'test.acted', 'x', '{"said": "acted"}', now())`,
        [server.app.context.database.newId('aud'), actor],
      )
      return (await found('acted'))[0]!.actor
    }
    const absent = { user: null, apiKey: null }
    expect(await acting('import')).toEqual({ kind: 'SYSTEM', label: 'import', ...absent })
    expect(await acting('an agent')).toEqual({ kind: 'AGENT', label: 'an agent', ...absent })
    expect(await acting('anonymous')).toEqual({ kind: 'ANONYMOUS', label: 'anonymous', ...absent })
    const deleted = firstIdAt('usr', new Date())
    expect(await acting(deleted)).toEqual({ kind: 'USER', label: deleted, ...absent })
    // A text alone is searched for in thirty days, or in a requested range of at most 366.
    const actions = async (args: string) => (await log(`search: "promised"${args}`)).nodes.map(({ action }) => action)
    await server.query(
      `insert into audit_entry (id, actor, action, object, details, minute, at)
       select 'aud_' || substr($1, 5), actor, 'test.old', object, details, minute - interval '40 days', at - interval '40 days'
       from audit_entry where action = 'mutation.setTerms' and details::text like '%promised%' limit 1`,
      [firstIdAt('aud', new Date(Date.now() - 40 * 86_400_000))],
    )
    expect(await actions('')).not.toContain('test.old')
    const from = (days: number) => `, from: "${new Date(Date.now() - days * 86_400_000).toISOString()}"`
    expect(await actions(from(60))).toContain('test.old')
    expect(await actions(`, actor: "${admin.userId}"`)).toContain('test.old')
    await expect(actions(from(400))).rejects.toThrow('BAD_USER_INPUT')
    await expect(log(`search: "${'x'.repeat(256)}"`)).rejects.toThrow('BAD_USER_INPUT')
  })

  it('contains denied input with characters that cannot be stored, with these replaced', async () => {
    const account = ann.accountId
    const calls: [mutation: string, values: object][] = [
      ['setTerms', { accountId: account, feature: 'projects', amount: 2, reason: 'so\0so', key: 'o' }],
      ['endTerms', { accountId: account, feature: 'projects', reason: 'a half \ud83d of it', key: 'r' }],
      ['grantCredits', { accountId: account, feature: 'ai_stories', amount: 2, reason: 'so\0so', key: 'g' }],
      ['revokeCredits', { id: 'grt_unknown', reason: 'so\0so', key: 'c' }],
    ]
    for (const [mutation, values] of calls) {
      const { data } = await server.graphql<Record<string, object>>(
        mutationText(mutation, 'denial { __typename code issues { path } }'),
        variablesOf(mutation, values),
        admin.token,
      )
      expect(data[mutation]).toEqual({
        __typename: 'Denial',
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['reason'] }],
      })
      const { nodes } = await log(`actor: "${admin.userId}", action: "mutation.${mutation}"`, admin.token, 'first: 1')
      expect(nodes[0]!.details).toMatchObject({
        input: { reason: expect.stringContaining('\ufffd') },
        after: { code: 'INVALID_PARAMETERS' },
      })
    }
  })

  it('records every mutation with caller, input and result, also if denied, without secrets', async () => {
    const created = await server.graphql<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      `mutation { createApiKey(input: { name: "reader", scopes: ["billing:read"] }, key: "key-of-the-attempt") { secret apiKey { id } } }`,
      {},
      ann.token,
    )
    await createKey(server, ann.token, { name: 'x', scopes: ['ops:*'] })
    await change(server, ann, `acceptInvitation(token: "a-token-that-was-mailed")`)
    const { nodes } = await log(`actor: "${ann.userId}", action: "mutation.*"`)
    const [accept, refused, made] = nodes
    expect(accept).toMatchObject({ action: 'mutation.acceptInvitation', details: { error: 'NOT_FOUND' } })
    expect(refused).toMatchObject({
      action: 'mutation.createApiKey',
      account: { id: ann.accountId },
      details: { input: { name: 'x', scopes: ['ops:*'] }, error: 'FORBIDDEN' },
    })
    expect(made).toMatchObject({
      action: 'mutation.createApiKey',
      object: created.data.createApiKey.apiKey.id,
      details: { input: { name: 'reader' }, after: { __typename: 'ApiKey', name: 'reader' } },
    })
    const rows = await server.query<{ row: string }>(`select a::text as row from audit_entry a`)
    for (const secret of [created.data.createApiKey.secret, 'a-token-that-was-mailed', 'key-of-the-attempt'])
      expect(rows.filter(({ row }) => row.includes(secret))).toEqual([])
    expect((await log(`object: "${created.data.createApiKey.apiKey.id}"`)).nodes.map(({ action }) => action)).toContain(
      'key.created',
    )
  })

  it("contains an operator's reads of other accounts, but not those of their members", async () => {
    const look = (token: string) =>
      server.graphql(
        `query ($id: ID!) { account(id: $id) { name billing { invoices { nodes { id } } } } }`,
        { id: ann.accountId },
        token,
      )
    await look(ann.token)
    expect((await log(`actor: "${ann.userId}", action: "operator.*"`)).nodes).toEqual([])
    await look(admin.token)
    const { nodes } = await log(`actor: "${admin.userId}", action: "operator.*", account: "person:ann@example.com"`)
    expect(nodes.map(({ action, object }) => [action, object])).toEqual(
      expect.arrayContaining([
        ['operator.account_read', ann.accountId],
        ['operator.billing_read', ann.accountId],
      ]),
    )
    // Reading the log is also recorded.
    expect((await log(`action: "operator.access", actor: "${admin.userId}"`)).nodes.length).toBeGreaterThanOrEqual(1)
  })

  it('is a file for spreadsheets with the same conditions', async () => {
    const file = async (search: string, token = admin.token) => {
      await flushAuditBuffer(server.app.context)
      return fetch(`${server.url}/api/v1/audit-log.csv${search}`, { headers: { authorization: `Bearer ${token}` } })
    }
    const response = await file(`?account=person:ann@example.com&action=mutation.setTerms`)
    expect([response.status, response.headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="audit-log.csv"',
    ])
    const [names, ...rows] = (await response.text()).trim().split('\n')
    expect(names).toBe('id,at,actor,actor_email,action,object,account,occurrences,details')
    const { nodes } = await log(`action: "mutation.setTerms", account: "${ann.accountId}"`)
    expect(rows.map((row) => row.split(',')[0])).toEqual(nodes.map(({ id }) => id))
    expect(rows.at(-1)).toContain(`${admin.userId},root@example.com,mutation.setTerms,`)
    expect(rows.at(-1)).toContain(',person:ann@example.com,1,"{""')
    expect((await file('', ann.token)).status).toBe(403)
    expect((await file('?search=a&from=2020-01-01')).status).toBe(422)
    expect((await file('?unknown=1')).status).toBe(400)
    const all = (await (await file('')).text()).trim().split('\n')
    expect(new Set(all).size).toBe(all.length)
  })

  it('is paginated, requires an operator, and describes its entries', async () => {
    const first = await log('', admin.token, 'first: 2')
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([2, true])
    const second = await log('', admin.token, `first: 2, after: "${first.pageInfo.endCursor}"`)
    expect(second.nodes[0]!.id < first.nodes[1]!.id).toBe(true)
    const node = `query ($id: ID!) { node(id: $id) { ... on AuditEntry { action } } }`
    const requested = async (token: string) => (await server.graphql(node, { id: second.nodes[0]!.id }, token)).data
    expect(await requested(admin.token)).toEqual({ node: { action: second.nodes[0]!.action } })
    expect(await requested(ann.token)).toEqual({ node: null })
    await expect(log('', ann.token)).rejects.toThrow('FORBIDDEN')
    expect((await log(`from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z"`)).nodes).toEqual([])
    // A name with signs of a pattern means itself.
    expect((await log(`action: "%_*"`)).nodes).toEqual([])
  })
})
