import { createKey, revokeKey } from '#test/support/api-keys.js'
import { editPolicy } from '#test/support/policies.js'
import { auditedObjectOf } from '#services/identity/audit/audited-object.js'
import { mutationCards } from '#test/support/mutation-cards.js'
import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { joinAccount, person, change } from '#test/support/members.js'

type State = Record<string, unknown> | null

describe('Audit log: values before and after a change', () => {
  let server: TestServer
  let admin: string
  let reviewer: MarketplaceClient
  let vendor: MarketplaceClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
    reviewer = new MarketplaceClient(server, admin)
    vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
  })
  afterAll(() => server.close())

  const mutate = async (text: string, token: string | null, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await server.graphql<Record<string, unknown>>(text, variables, token)
    if (errors) throw new Error(JSON.stringify(errors))
    return data as never
  }
  /** The latest entry of a mutation, as operators read it. */
  const entry = async (mutation: string): Promise<{ before: State; after: State; text: string }> => {
    const { data } = await server.graphql<{ auditLog: { nodes: { details: { before: State; after: State } }[] } }>(
      `query ($action: String!) { auditLog(first: 1, filter: { action: $action }) { nodes { details } } }`,
      { action: `mutation.${mutation}` },
      admin,
    )
    const [{ details }] = data.auditLog.nodes as [{ details: { before: State; after: State } }]
    return { ...details, text: JSON.stringify(details) }
  }

  it('reads objects by valid statements', async () => {
    const readers = [...mutationCards.values()].flatMap(({ audited }) => (typeof audited === 'function' ? audited : []))
    expect(readers.length).toBeGreaterThan(40)
    for (const read of readers) {
      const given = new Proxy({}, { get: () => 'none' })
      expect(await auditedObjectOf(server.app.context.database, read, { given, accountId: 'none' })).toBeNull()
    }
  })

  it('shows a key, an endpoint and a policy', async () => {
    const ann = await person(server, 'ann@example.com')
    const made = (await createKey(server, ann.token, { name: 'reader', scopes: ['billing:read'] })).made!
    await revokeKey(server, ann.token, made.apiKey.id)
    const key = await entry('revokeApiKey')
    expect(key).toMatchObject({
      before: { name: 'reader', scopes: ['billing:read'], accountId: ann.accountId, revokedAt: null },
      after: { revokedAt: expect.any(String) },
    })
    const { createWebhookEndpoint: endpoint } = (await mutate(
      `mutation { createWebhookEndpoint(input: { url: "https://hooks.example.com/in?secret=hush-hush", types: ["*"] }, key: "e") { secret webhookEndpoint { id } } }`,
      ann.token,
    )) as { createWebhookEndpoint: { secret: string; webhookEndpoint: { id: string } } }
    await mutate(
      `mutation ($id: ID!) { updateWebhookEndpoint(id: $id, input: { enabled: false }) { denial { code } } }`,
      ann.token,
      { id: endpoint.webhookEndpoint.id },
    )
    const hook = await entry('updateWebhookEndpoint')
    expect([hook.before!['enabled'], hook.after!['enabled'], hook.before!['host']]).toEqual([
      true,
      false,
      'hooks.example.com',
    ])
    for (const text of [key.text, hook.text])
      for (const secret of [made.secret, endpoint.secret, 'hush-hush']) expect(text).not.toContain(secret)

    const rule = { subject: 'user', object: 'billing', action: 'read' }
    const { data } = await editPolicy(server, admin, 'add', rule)
    await editPolicy(server, admin, 'remove', { id: data.edited.id })
    expect(await entry('removePolicy')).toMatchObject({
      before: { subject: 'user', object: 'billing', removedAt: null },
      after: { removedAt: expect.any(String) },
    })
  })

  it('shows a template under review, its price, its vendor, and purchases and refunds', async () => {
    const { id } = await publishTemplate(vendor, reviewer, { name: 'Seen Stack' })
    expect(await entry('reviewTemplate')).toMatchObject({
      before: { status: 'UNDER_REVIEW', nextStatus: 'UNDER_REVIEW' },
      after: { status: 'APPROVED', nextStatus: null },
    })
    await vendor.price(id, 1000)
    await vendor.price(id, 2000)
    const price = await entry('setTemplatePrice')
    expect([price.before!['prices'], price.after!['prices']]).toEqual([['1000 USD ONE_TIME'], ['2000 USD ONE_TIME']])
    const [{ vendor_id: vendorId }] = (await server.query(`select vendor_id from template where id = $1`, [id])) as [
      { vendor_id: string },
    ]
    await mutate(
      `mutation ($id: ID!) { verifyVendor(id: $id, verified: true, key: "verify") { vendor { verified } } }`,
      admin,
      { id: vendorId },
    )
    expect(await entry('verifyVendor')).toMatchObject({ before: { verified: false }, after: { verified: true } })

    const buyer = await Buyer.named(server, 'bea@example.com')
    await buyer.buy('purchaseTemplate', { templateId: id })
    const { purchases } = await buyer.buyerWhen(({ purchases: all }) => all.nodes.length === 1)
    await mutate(
      `mutation ($id: ID!) { refundPurchase(id: $id, amount: { amountMinor: 500, currency: "USD" }, reason: "late", key: "r") { denial { code } } }`,
      admin,
      { id: purchases.nodes[0]!.id },
    )
    expect(await entry('refundPurchase')).toMatchObject({ before: { status: 'PAID', refundedMinor: 0 } })
    const [recorded] = await server.query<{ owner: string }>(
      `select a.external_id as owner from audit_entry e join account a on a.id = e.account_id where e.action = 'mutation.refundPurchase'`,
    )
    expect(recorded).toEqual({ owner: 'bea@example.com' })
  })

  it('shows a member and a subscription', async () => {
    const carl = await person(server, 'carl@example.com')
    const dora = await joinAccount(server, carl, 'dora@example.com')
    await change(server, carl, `setMemberRole(userId: "${dora.userId}", role: ADMIN)`)
    expect(await entry('setMemberRole')).toMatchObject({ before: { role: 'MEMBER' }, after: { role: 'ADMIN' } })
    await change(server, carl, `removeMember(userId: "${dora.userId}")`)
    const removed = await entry('removeMember')
    expect([removed.before, removed.after]).toMatchObject([
      { role: 'ADMIN' },
      { deletedId: expect.stringMatching(/^mbr_/) },
    ])

    const buyer = await Buyer.named(server, 'emil@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await mutate(`mutation { cancelSubscription(key: "c", reason: "enough") { denial { code } } }`, buyer.token)
    expect(await entry('cancelSubscription')).toMatchObject({
      before: { status: 'ACTIVE', plan: 'plus', cancelAt: null },
      after: { status: 'ACTIVE', cancelAt: '2026-04-02T09:00:00.000Z' },
    })
  })

  it('shows nothing of objects that an unauthorized caller names', async () => {
    const { id } = await publishTemplate(vendor, reviewer, { name: 'Not Theirs' })
    const stranger = new MarketplaceClient(server, await server.token('stranger@example.com', { roles: ['vendor'] }))
    await stranger.price(id, 1)
    const refused = await entry('setTemplatePrice')
    expect([refused.text.includes('"error":"FORBIDDEN"'), refused.before]).toEqual([true, undefined])
    // An id that no database takes breaks nothing.
    expect((await stranger.price('tpl_\u0000', 1)).code).toBe('BAD_USER_INPUT')
  })
})
