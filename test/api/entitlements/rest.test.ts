import { openHouse, type House } from '../../support/house.js'

describe('The entitlement engine over REST', () => {
  let house: House
  let service: string
  let account: string
  beforeAll(async () => {
    house = await openHouse({ env: { CATALOG: 'attribution' } })
    service = await house.serviceKey(['entitlements:write'])
    const token = await house.token('ann@example.com')
    const { data } = await house.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    account = data.account.id
  })
  afterAll(() => house.close())

  const post = async (verb: string, body: object, token: string | null = service) => {
    const answer = await house.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
    return { status: answer.status, headers: answer.headers, body: answer.body as object }
  }

  it('check answers 200 with the entitlement, allowed or not; a refusal stands in it with what would lift it', async () => {
    const allowed = await post('check', {
      account_id: account,
      feature: 'models',
    })
    expect([allowed.status, allowed.body]).toEqual([
      200,
      {
        allowed: true,
        entitlement: expect.objectContaining({
          feature: 'models',
          kind: 'limit',
          limit: 1,
          used: 0,
          remaining: 1,
          near_limit: false,
          sources: [{ kind: 'plan', code: 'free', amount: 1, unlimited: false, expires_at: null }],
        }),
        denial: null,
        explain: expect.arrayContaining(['plan free grants 1.']),
      },
    ])
    const refused = await post('check', { account_id: account, feature: 'exports' })
    expect([refused.status, refused.body]).toMatchObject([
      200,
      {
        allowed: false,
        denial: {
          error: 'Feature not included in plan',
          code: 'FEATURE_NOT_INCLUDED',
          remedies: [
            {
              kind: 'upgrade_plan',
              label: 'Upgrade to Scale',
              mutation: 'startSubscription',
              price: { amount: '199.00', currency: 'USD', interval: 'month' },
              url: '/admin/pricing',
            },
          ],
        },
      },
    ])
  })

  it('[LM4] a limit names used, limit, the upgrade page and the current plan', async () => {
    const { body } = await post('check', { account_id: account, feature: 'models', amount: 2 })
    expect(body).toMatchObject({
      allowed: false,
      denial: {
        error: 'Plan limit exceeded',
        code: 'LIMIT_REACHED',
        message: 'You have used 0/1 models.',
        used: 0,
        limit: 1,
        upgrade_url: '/admin/pricing',
        current_plan: 'free',
      },
    })
  })

  it.each([
    ['zero', 0],
    ['less than zero', -3],
    ['a fraction', 1.5],
    ['more than a number can count', 2 ** 60],
  ])('an amount of %s is refused as an amount', async (_what, amount) => {
    const { body } = await post('check', { account_id: account, feature: 'models', amount })
    expect(body).toMatchObject({ allowed: false, denial: { code: 'INVALID_AMOUNT' } })
  })

  it('what is not there, not yours or not a body is told apart', async () => {
    expect((await post('check', { account_id: 'acc_00000000000000000000000000', feature: 'models' })).status).toBe(404)
    expect((await post('check', { account_id: account, feature: 'models' }, null)).status).toBe(401)
    const stranger = await house.token('stranger@example.com')
    expect((await post('check', { account_id: account, feature: 'models' }, stranger)).status).toBe(404)
    expect(
      (await post('check', { account_id: account, feature: 'models' }, await house.serviceKey(['billing:read'])))
        .status,
    ).toBe(404)
    expect(await post('check', { account_id: account })).toMatchObject({
      status: 400,
      body: { error: 'Bad request', code: 'BAD_REQUEST', field: 'feature' },
    })
    expect(await post('check', { account_id: account, feature: 'models', quantity: 3 })).toMatchObject({ status: 400 })
  })
})
