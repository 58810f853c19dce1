import { buyPlan } from '../support/buy-plan.js'
import { expectInvariants } from '../support/invariants.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

/** Service of a platform that answers prompts, and pays with the credits of its customers. */
class Platform {
  private jobs = 0

  constructor(
    readonly server: TestServer,
    private readonly key: string,
  ) {}

  async post(verb: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const { status, body: response } = await this.server.rest('POST', `/api/v1/entitlements/${verb}`, {
      token: this.key,
      body,
    })
    return { status, body: response }
  }

  /** Reserves what an answer may cost at most, and commits what it cost. */
  async answer(account: string, expected: object, done: object, dimensions: object) {
    const job = `job-${++this.jobs}`
    const held = await this.post('reserve', {
      account_id: account,
      feature: 'ai_credits',
      work: { quantities: expected, dimensions },
      idempotency_key: job,
    })
    if (held.status !== 200) return held
    return this.post('commit', {
      reservation_id: held.body['id'],
      work: { quantities: done, dimensions },
      idempotency_key: `${job}-done`,
    })
  }
}

describe('ai-platform: credits by a rate card', () => {
  let platform: Platform
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-05-10T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    platform = new Platform(server, await server.serviceKey(['entitlements:write']))
  })
  afterAll(() => server.close())

  it('tries, answers beyond its credits, buys a plan, and follows the new prices', async () => {
    const token = await server.token('ann@example.com')
    const account = await accountIdOf(server, token)
    const preview = async (quantities: object, dimensions: object) =>
      (
        await platform.post('preview', {
          account_id: account,
          feature: 'ai_credits',
          work: { quantities, dimensions },
        })
      ).body

    // Free: 1,000 credits. 100,000 tokens in and 40,000 out of the large model cost 250 + 400.
    expect(await preview({ input_tokens: 100_000, output_tokens: 40_000 }, { model: 'large' })).toMatchObject({
      allowed: true,
      price: { units: 650, card_version: 1 },
      remaining_after: 350,
    })
    // A batch in Europe: 0.5 × 1.1.
    expect(
      await preview({ input_tokens: 100_000, output_tokens: 40_000 }, { model: 'large', mode: 'batch', region: 'eu' }),
    ).toMatchObject({ price: { units: 358, lines: [{ exact: '137.5', factor: '0.55' }, { exact: '220' }] } })
    const first = await platform.answer(
      account,
      { input_tokens: 100_000, output_tokens: 40_000 },
      { input_tokens: 100_000, output_tokens: 12_345 },
      { model: 'large' },
    )
    // 250 + 123.45: each line is rounded once.
    expect(first).toMatchObject({ status: 200, body: { amount: 373, entitlement: { remaining: 627 } } })

    // A denial before the work, with a remedy.
    const tooMuch = await platform.answer(account, { output_tokens: 70_000 }, {}, { model: 'large' })
    expect(tooMuch).toMatchObject({ status: 402, body: { code: 'QUOTA_EXCEEDED', current_plan: 'free' } })
    expect(JSON.stringify(tooMuch.body)).toContain('Buy 10,000 credits')

    // The estimate was too low. The answer is finished: it is charged in full, and the difference is debt.
    const beyond = await platform.answer(
      account,
      { output_tokens: 60_000 },
      { output_tokens: 100_000 },
      { model: 'large' },
    )
    expect(beyond).toMatchObject({
      status: 200,
      body: {
        // The sum of the line is 1123.45 now: 1123 − 123.
        amount: 1000,
        price: { units: 1000, overage: { policy: 'overflow', units: 373 } },
        entitlement: { remaining: 0 },
      },
    })

    // Pro: the allowance rises, and what was used stays used.
    await buyPlan(server, token, 'pro')
    expect(await preview({ images: 1 }, { model: 'vision-1.5' })).toMatchObject({
      allowed: true,
      // The first image of a period costs at least 10.
      price: { units: 10, plan: null },
    })

    // From July on version 2 counts.
    await server.advanceTo('2026-07-01T00:00:00Z')
    expect(await preview({ output_tokens: 10_000 }, { model: 'large' })).toMatchObject({
      price: { units: 80, card_version: 2 },
    })
    expect(await preview({ input_tokens: 10 }, { model: 'small' })).toMatchObject({ price: { units: 1, minimum: 1 } })
    await expectInvariants(server)
  })

  it('gives the highest plan its rates, and tiers in its period', async () => {
    const token = await server.token('sam@example.com')
    const account = await accountIdOf(server, token)
    await buyPlan(server, token, 'scale')
    const use = async (quantities: object) =>
      (
        await platform.post('consume', {
          account_id: account,
          feature: 'ai_credits',
          work: { quantities, dimensions: { model: 'large' } },
          idempotency_key: `use-${JSON.stringify(quantities)}`,
        })
      ).body
    // Version 2: a million at 2.00, then 1.60 for a thousand; all at 0.9. Output at 7.00 for this plan.
    expect(await use({ input_tokens: 900_000 })).toMatchObject({ amount: 1620, price: { plan: 'scale' } })
    expect(await use({ input_tokens: 200_000 })).toMatchObject({
      amount: 324,
      price: { lines: [{ before: 900_000, exact: '324' }] },
    })
    expect(await use({ output_tokens: 1000 })).toMatchObject({ amount: 6, price: { lines: [{ exact: '6.3' }] } })
    await expectInvariants(server)
  })
})
