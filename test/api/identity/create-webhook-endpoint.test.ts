import { CREATE_ENDPOINT, DELIVERIES, WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('createWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('sends an account its own events only, and the installation all events [WH12]', async () => {
    const anns = await hooks.create('/ann', ['*'])
    const bobs = await hooks.create('/bob', ['*'], hooks.bob)
    const all = await hooks.create('/all', ['override.*'], hooks.admin, true)
    await hooks.happen('ann@example.com')
    await hooks.completed(anns.id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    await hooks.completed(all.id, (log) => log.some(({ status }) => status === 'DELIVERED'), hooks.admin)
    const [event] = hooks.receiver.verified(anns.secret, '/ann')
    expect(event).toMatchObject({
      type: 'override.set',
      data: { accountId: expect.stringMatching(/^acc_/), feature: 'deployments', amount: 3 },
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

  it("rejects bad input by field and hides other accounts' endpoints [SE4]", async () => {
    const endpoint = await hooks.create('/mine', ['*'])
    const refused = async (variables: Record<string, unknown>, token = hooks.ann) => {
      const error = await hooks.errorOf(CREATE_ENDPOINT, { types: ['*'], ...variables }, token)
      return [error?.extensions.code, error?.extensions['field']]
    }
    expect(await refused({ url: 'https://10.0.0.1/' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'https://169.254.169.254/' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'gopher://example.com' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'https://example.com', types: ['*', 'What?'] })).toEqual(['BAD_USER_INPUT', 'types.1'])
    expect(await refused({ url: endpoint.url })).toEqual(['CONFLICT', 'url'])
    expect(await refused({ url: 'https://example.com', all: true })).toEqual(['FORBIDDEN', undefined])
    expect(
      await refused({ url: 'https://example.com', all: true, account: 'person:ann@example.com' }, hooks.admin),
    ).toEqual(['BAD_USER_INPUT', 'allAccounts'])
    const foreign = await Promise.all(
      ['deleteWebhookEndpoint', 'rotateWebhookSecret', 'testWebhookEndpoint', 'updateWebhookEndpoint'].map(
        async (name) =>
          (
            await hooks.errorOf(
              `mutation ($id: ID!) { ${name}(id: $id) { ${name === 'rotateWebhookSecret' ? 'secret' : 'id'} } }`,
              { id: endpoint.id },
              hooks.bob,
            )
          )?.extensions.code,
      ),
    )
    expect(foreign).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect(
      (await hooks.server.graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id: endpoint.id }, hooks.bob)).data,
    ).toEqual({
      node: null,
    })
    expect(await hooks.errorOf(DELIVERIES, { id: endpoint.id }, hooks.bob)).toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    })
    const forAnnAlone = await hooks.server.serviceKey(
      ['ops:*'],
      (await hooks.server.query<{ id: string }>(`select id from account where external_id = 'ann@example.com'`))[0]!.id,
    )
    expect(await refused({ url: 'https://example.com/', all: true }, forAnnAlone)).toEqual(['FORBIDDEN', undefined])
  })
})
