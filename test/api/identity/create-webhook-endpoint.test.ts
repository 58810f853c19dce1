import { randomUUID } from 'node:crypto'
import {
  ALL_DELIVERIES,
  CREATE_ENDPOINT,
  DELIVERIES,
  WebhookFixture,
  type EndpointAnswer,
} from '#test/support/webhook-endpoints.js'

describe('createWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('sends an account its own events only, and the installation all events', async () => {
    const anns = await hooks.create('/ann', ['*'])
    const bobs = await hooks.create('/bob', ['*'], hooks.bob)
    const all = await hooks.create('/all', ['override.*'], hooks.admin, true)
    await hooks.happen('ann@example.com')
    await hooks.completed(anns.id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    await hooks.completed(all.id, (log) => log.some(({ status }) => status === 'DELIVERED'), hooks.admin)
    const [event] = hooks.receiver.verified(anns.secret, '/ann')
    expect(event).toMatchObject({
      type: 'override.set',
      data: {
        accountId: expect.stringMatching(/^acc_/),
        accountExternalId: expect.stringContaining('ann@example.com'),
        feature: 'deployments',
        amount: 3,
      },
    })
    expect(hooks.receiver.verified(all.secret, '/all')).toEqual([event])
    expect(hooks.receiver.verified(bobs.secret, '/bob')).toEqual([])
    expect(hooks.receiver.received[0]!.headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it('sends only the subscribed types', async () => {
    const exact = await hooks.create('/exact', ['override.ended', 'subscription.*'])
    const group = await hooks.create('/group', ['override.*'])
    await hooks.happen('ann@example.com')
    await hooks.completed(group.id, (log) => log.length === 1 && log[0]!.status === 'DELIVERED')
    expect(await hooks.deliveries(exact.id)).toEqual([])
  })

  it("rejects bad input by field and hides other accounts' endpoints", async () => {
    const endpoint = await hooks.create('/mine', ['*'])
    const refused = async (variables: Record<string, unknown>, token = hooks.ann) => {
      const input = { types: ['*'], ...variables }
      const { data, errors } = await hooks.server.graphql<{ createWebhookEndpoint: EndpointAnswer } | null>(
        CREATE_ENDPOINT,
        { input, key: randomUUID() },
        token,
      )
      const answer = data?.createWebhookEndpoint
      return [errors?.[0]?.extensions.code ?? answer?.code, ...(answer?.issues ?? []).map(({ path }) => path.join('.'))]
    }
    expect(await refused({ url: 'https://10.0.0.1/' })).toEqual(['INVALID_URL', 'url'])
    expect(await refused({ url: 'https://169.254.169.254/' })).toEqual(['INVALID_URL', 'url'])
    expect(await refused({ url: 'gopher://example.com' })).toEqual(['INVALID_URL', 'url'])
    expect(await refused({ url: 'https://example.com', types: ['*', 'What?'] })).toEqual([
      'INVALID_PARAMETERS',
      'types.1',
    ])
    expect(await refused({ url: 'nothing', types: ['What?', '*', 'Who?'], description: 'x'.repeat(201) })).toEqual([
      'INVALID_PARAMETERS',
      'url',
      'types.0',
      'types.2',
      'description',
    ])
    expect(await refused({ url: endpoint.url })).toEqual(['INVALID_URL', 'url'])
    expect(await refused({ url: 'https://example.com', allAccounts: true })).toEqual(['FORBIDDEN'])
    expect(
      await refused(
        { url: 'https://example.com', allAccounts: true, accountId: 'person:ann@example.com' },
        hooks.admin,
      ),
    ).toEqual(['INVALID_PARAMETERS', 'allAccounts'])
    const foreign = await Promise.all(
      (['deleteWebhookEndpoint', 'rotateWebhookSecret', 'testWebhookEndpoint', 'updateWebhookEndpoint'] as const).map(
        async (name) => (await hooks.call(name, { webhookEndpointId: endpoint.id }, hooks.bob)).code,
      ),
    )
    expect(foreign).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect(
      (await hooks.server.graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id: endpoint.id }, hooks.bob)).data,
    ).toEqual({
      node: null,
    })
    expect(await hooks.server.graphql(DELIVERIES, { id: endpoint.id }, hooks.bob)).toMatchObject({
      data: { account: { access: null } },
      errors: [{ path: ['account', 'access', 'webhookDeliveries'], extensions: { code: 'NOT_FOUND' } }],
    })
    expect(await hooks.server.graphql(ALL_DELIVERIES, { id: endpoint.id }, hooks.bob)).toMatchObject({
      data: { webhookDeliveries: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
    const forAnnAlone = await hooks.server.serviceKey(
      ['ops:*'],
      (await hooks.server.query<{ id: string }>(`select id from account where external_id = 'ann@example.com'`))[0]!.id,
    )
    expect(await refused({ url: 'https://example.com/', allAccounts: true }, forAnnAlone)).toEqual(['FORBIDDEN'])
  })
})
