import { callAs } from '#test/support/operations.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

const ENDPOINTS = `query ($account: ID) { account(id: $account) { access { webhookEndpoints { id url enabled } } } }`
const OF_ALL = `{ webhookEndpoints { id url enabled } }`

describe('webhookEndpoints', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())

  it('lists the endpoints of an account, and those of the installation for operators', async () => {
    const { id, url } = await hooks.create('/mine', ['*'])
    const all = await hooks.create('/all', ['*'], hooks.admin, true)
    expect(await callAs(hooks.server, hooks.ann, ENDPOINTS)).toEqual({
      kind: 'data',
      value: { access: { webhookEndpoints: [{ id, url, enabled: true }] } },
    })
    expect(await callAs(hooks.server, hooks.admin, OF_ALL)).toEqual({
      kind: 'data',
      value: [{ id: all.id, url: all.url, enabled: true }],
    })
    expect(await callAs(hooks.server, hooks.bob, ENDPOINTS)).toEqual({
      kind: 'data',
      value: { access: { webhookEndpoints: [] } },
    })
  })

  it('denies the endpoints of other accounts and of the installation', async () => {
    const account = 'person:ann@example.com'
    expect(await callAs(hooks.server, hooks.bob, ENDPOINTS, { account })).toEqual({ kind: 'data', value: null })
    expect(await callAs(hooks.server, hooks.bob, OF_ALL)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await callAs(hooks.server, null, OF_ALL)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
