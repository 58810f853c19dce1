import { buyPlan } from '#test/support/buy-plan.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const ASK = `query ($plan: String!, $account: ID) {
  plan(code: $plan) { held(accountId: $account) {
    allowed denial { code message remedies { kind label } requiredPlan { code } currentPlan { code } } } }
}`

describe('check of a plan', () => {
  let server: TestServer
  let ann: string
  beforeAll(async () => {
    server = await startTestServer()
    ann = await server.token('ann@example.com')
  })
  afterAll(() => server.close())

  const ask = async (token: string | null, plan: string, account: string | null = null) => {
    const outcome = await callAs(server, token, ASK, { plan, account })
    return outcome.kind === 'data' ? { value: (outcome.value as { held: object } | null)?.held ?? null } : outcome
  }

  it('returns the denial with its remedies, and nothing once the plan is there', async () => {
    expect(await ask(ann, 'free')).toMatchObject({ value: { allowed: true, denial: null } })
    expect(await ask(ann, 'plus')).toMatchObject({
      value: {
        allowed: false,
        denial: {
          code: 'INSUFFICIENT_PLAN',
          message: expect.stringMatching(/^Requires the 'plus' plan or higher\. Please upgrade at /),
          remedies: [{ kind: 'UPGRADE_PLAN', label: 'Upgrade to Plus' }, { kind: 'UPGRADE_PLAN' }],
          requiredPlan: { code: 'plus' },
          currentPlan: { code: 'free' },
        },
      },
    })
    await buyPlan(server, ann, 'plus')
    for (const plan of ['basic', 'plus']) expect(await ask(ann, plan)).toMatchObject({ value: { allowed: true } })
    expect(await ask(ann, 'individual')).toMatchObject({ value: { allowed: false } })
  })

  it('finds no unknown plan, and no accounts of others', async () => {
    expect(await ask(ann, 'gold')).toEqual({ value: null })
    expect(await ask(ann, 'plus', 'person:auth0|nobody')).toEqual({ value: null })
    expect(await ask(null, 'plus')).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is the same over REST', async () => {
    const bob = await server.token('bob@example.com')
    const check = (plan: string) =>
      server.rest('POST', '/api/v1/entitlements/check-plan', { token: bob, body: { plan } })
    expect(await check('free')).toMatchObject({ status: 200, body: { allowed: true, denial: null } })
    expect(await check('plus')).toMatchObject({
      status: 200,
      body: { allowed: false, denial: { code: 'INSUFFICIENT_PLAN', required_plan: 'plus' } },
    })
  })
})
