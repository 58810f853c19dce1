import { Buyer } from '../support/buyer.js'
import { recordStream } from '../support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { MarketplaceClient, VALID_COMPOSE_FILE } from '../support/marketplace-client.js'
import { ProtocolAgent } from '../support/protocol-agent.js'
import { enroll } from '../support/test-agent.js'

/**
 * Complete life cycle of a template, with dates and amounts:
 * 2 March: Vera drafts "AI Agent Stack Pro" and submits it.
 * 3 March: a reviewer requests changes and Vera makes them; it is approved and priced at 99.99 USD.
 * 4 March: Ann is denied, buys for 99.99 and deploys. Vera's share: 79.99.
 * 5 March: Vera publishes version 2 and raises the price to 149.00; Ann keeps her purchase and her agent is notified.
 * 6 March: Ann is refunded: she can no longer deploy, running deployments continue, and Vera's balance is 0 again.
 */
describe('Marketplace, from draft to refund', () => {
  let server: TestServer
  let vera: MarketplaceClient
  let admin: MarketplaceClient
  let ann: Buyer
  let id: string
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    tokens['vera'] = await server.token('vera@example.com', { roles: ['vendor'] })
    tokens['admin'] = await server.token('admin@example.com', { roles: ['admin'] })
    vera = new MarketplaceClient(server, tokens['vera'])
    admin = new MarketplaceClient(server, tokens['admin'])
    ann = await Buyer.named(server, 'ann@example.com')
  })
  afterAll(() => server.close())

  const published = async () =>
    server.query<{ type: string; payload: Record<string, unknown> }>(
      `select type, payload from outbox_event where type like 'template.%' and payload->>'templateId' = $1 order by id`,
      [id],
    )
  const deploy = async (key: string) =>
    (
      await server.graphql<{
        startDeployment: {
          __typename: string
          code: string
          message: string
          price: object
          enrolmentToken: string
          deployment: { hash: string; id: string }
        }
      }>(
        `mutation ($input: StartDeploymentInput!, $key: String!) {
          startDeployment(input: $input, key: $key) { __typename
            enrolmentToken
            deployment { __typename id hash }
            denial { __typename price { money { decimal currency } } code message }
          }
        }`,
        { input: { templateId: id }, key: key },
        ann.token,
      )
    ).data.startDeployment
  const owns = async () => {
    const { data } = await server.graphql<{
      account: { purchasedTemplates: { nodes: { id: string }[] } }
      product: { owned: boolean; ownedSince: string | null }
    }>(
      `query ($id: String!) { account { purchasedTemplates { nodes { id } } } product(by: { externalId: $id }) { owned ownedSince } }`,
      { id },
      ann.token,
    )
    return { ...data.product, listed: data.account.purchasedTemplates.nodes.length === 1 }
  }
  /** A price is visible immediately on the server that set it, and shortly after on all others. */
  const pricedEverywhere = (price: string) =>
    eventually(
      async () => {
        const answers = await Promise.all([1, 2, 3, 4].map(() => server.rest('GET', `/templates/${id}`)))
        return answers.map(({ body }) => (body as { price: string | null }).price)
      },
      (prices) => prices.every((seen) => seen === price),
    )
  const payable = async () => {
    const { data } = await server.graphql<{ viewer: { vendor: { payable: { decimal: string }[] } } }>(
      `{ viewer { vendor { payable { decimal } } } }`,
      {},
      tokens['vera'],
    )
    return data.viewer.vendor.payable[0]?.decimal ?? null
  }

  it('2 March: the vendor drafts and submits', async () => {
    const draft = await vera.create({
      slug: 'ai-agent-stack-pro',
      name: 'AI Agent Stack Pro',
      shortDescription: 'Advanced AI agent deployment',
      category: 'ai',
      definition: VALID_COMPOSE_FILE,
    })
    id = draft.id
    expect(await vera.submit(id)).toMatchObject({ status: 'SUBMITTED' })
    expect((await server.rest('GET', `/templates/${id}`)).status).toBe(404)
  })

  it('3 March: changes are requested, made, approved and priced; the vendor sees it live and integrations are notified', async () => {
    await server.advanceTo('2026-03-03T09:00:00Z')
    const notifier = await recordStream<{ type: string; summary: string }>(
      server.url,
      tokens['vera']!,
      `subscription { billingEvents { ... on Event { type summary } } }`,
    )
    await admin.startReview(id)
    await admin.requestChanges(id, 'Say which model is used.')
    await vera.update(id, { longDescription: 'Runs llama.' })
    await vera.submit(id)
    await admin.startReview(id)
    await admin.approve(id, { noMaliciousCode: true })
    await vera.price(id, 9999)
    await pricedEverywhere('99.99')
    const seen = await notifier.until((events) => events.some(({ type }) => type === 'template.price_changed'))
    expect(seen.map(({ type }) => type)).toEqual([
      'template.review_started',
      'template.changes_requested',
      'template.edited',
      'template.submitted',
      'template.review_started',
      'template.approved',
      'template.price_changed',
    ])
    expect(seen[1]!.summary).toBe('Version 1 of AI Agent Stack Pro needs changes: Say which model is used.')
    await notifier.stop()
    const events = await published()
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['template.approved', 'template.price_changed'])
    expect(events.at(-1)!.payload).toMatchObject({
      externalId: id,
      slug: 'ai-agent-stack-pro',
      shortDescription: 'Advanced AI agent deployment',
      category: 'ai',
      listed: true,
      vendorUserId: 'vera@example.com',
      prices: [{ amountMinor: 9999, currency: 'USD', interval: null }],
    })
  })

  let hash: string
  let agent: ProtocolAgent
  it('4 March: the buyer is denied with the price, buys, and deploys', async () => {
    await server.advanceTo('2026-03-04T09:00:00Z')
    expect(await deploy('early')).toMatchObject({
      code: 'TEMPLATE_NOT_PURCHASED',
      price: { money: { decimal: '99.99', currency: 'USD' } },
    })
    await ann.buy('purchaseTemplate', { templateId: id })
    expect(await owns()).toEqual({ owned: true, ownedSince: '2026-03-04T09:00:00.000Z', listed: true })
    const started = await deploy('first')
    expect(started.__typename).toBe('DeploymentPayload')
    hash = started.deployment.hash
    const { body } = await enroll(server.url, hash, started.enrolmentToken)
    const { agent_id: agentId, agent_token: token } = body.data.item
    agent = new ProtocolAgent({ dashboardUrl: server.url, agentId, token, hash })
    expect(await eventually(payable, (sum) => sum !== null)).toBe('79.99')
  })

  it('5 March: a new version and a new price: the buyer keeps the template, and the agent is notified', async () => {
    await server.advanceTo('2026-03-05T09:00:00Z')
    await vera.update(id, { name: 'AI Agent Stack Pro 2' })
    await vera.submit(id)
    await admin.startReview(id)
    expect(await admin.approve(id)).toMatchObject({ version: 2, name: 'AI Agent Stack Pro 2' })
    await vera.price(id, 14900)
    await pricedEverywhere('149.00')
    expect((await published()).map(({ type }) => type).slice(-2)).toEqual([
      'template.updated',
      'template.price_changed',
    ])
    expect(await owns()).toMatchObject({ owned: true, ownedSince: '2026-03-04T09:00:00.000Z' })
    const shown = await eventually(
      async () => {
        const answer = await agent.notifications()
        return (answer.body as unknown as { notifications: { kind: string; stack_id: string; new_version: string }[] })
          .notifications
      },
      (list) => list.length > 0,
    )
    expect(shown).toMatchObject([{ kind: 'stack_update_available', stack_id: id, new_version: '2', read: false }])
    const late = await Buyer.named(server, 'late@example.com')
    expect(await late.start('purchaseTemplate', { templateId: id })).toMatchObject({ money: { amountMinor: 14900 } })
  })

  it('6 March: a refund allows no new deployment, keeps running ones, and claws back the share', async () => {
    await server.advanceTo('2026-03-06T09:00:00Z')
    const [purchase] = (await ann.account()).purchases.nodes
    await server.graphql(
      `mutation ($id: ID!) { refundPurchase(id: $id, reason: "changed her mind", key: "back") { denial { code } } }`,
      { id: purchase!.id },
      tokens['admin'],
    )
    await eventually(owns, ({ owned }) => !owned)
    expect(await owns()).toEqual({ owned: false, ownedSince: null, listed: false })
    expect(await deploy('after')).toMatchObject({
      code: 'TEMPLATE_NOT_PURCHASED',
      price: { money: { decimal: '149.00', currency: 'USD' } },
    })
    const running = await server.graphql<{ deployment: { status: string } }>(
      `query ($hash: ID!) { deployment(id: $hash) { status } }`,
      { hash },
      ann.token,
    )
    expect(running.data.deployment.status).not.toBe('STOPPED')
    expect(await eventually(payable, (sum) => sum !== '79.99')).toBe('0.00')
  })

  it('records every step with its caller in the audit log, and keeps all invariants', async () => {
    const audit = await server.query<{ action: string; actor: string }>(
      `select action, actor from audit_entry where object = $1 order by id`,
      [id],
    )
    const actors = Map.groupBy(audit, ({ action }) => action)
    for (const [action, by] of [
      ['template.created', 'vera'],
      ['template.submitted', 'vera'],
      ['template.changes_requested', 'admin'],
      ['template.approved', 'admin'],
      ['template.price_changed', 'vera'],
      ['template.updated', 'admin'],
    ] as const) {
      const [entry] = actors.get(action)!
      const [user] = await server.query<{ email: string }>(`select email from app_user where id = $1`, [entry!.actor])
      expect([action, user?.email]).toEqual([action, `${by}@example.com`])
    }
    await expectInvariants(server)
  })
})
