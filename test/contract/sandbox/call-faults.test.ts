import { seededRandom, shuffled } from '@stackgate/sandbox/faults/random.js'
import { sdk, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'

interface ListedFault {
  seed: number | string
  used: number
}

describe('faults of calls', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const faultOn = async (fault: object): Promise<ListedFault> => {
    const { status, body } = await bench.control('POST', 'faults', { match: { path: '/v1/customers' }, ...fault })
    expect([status, body]).toEqual([200, expect.anything()])
    return (body['faults'] as ListedFault[]).at(-1) as ListedFault
  }
  /** The SDK, asking once. */
  const once = () => sdk(bench.sandbox.port, 'sk_test_sandbox_x', 0)
  const names = async () => (await bench.stripe.customers.list()).data.map((customer) => customer.name)

  it('lose the request without effect, or the response after the effect', async () => {
    await faultOn({ match: { method: 'POST', path: '/v1/customers' }, action: 'drop_before', times: 2 })
    await expectError(once().customers.create({ name: 'before' }))
    expect(await names()).toEqual([])
    await bench.control('DELETE', 'faults')
    await faultOn({ match: { method: 'POST', path: '/v1/customers' }, action: 'drop_after', times: 2 })
    await expectError(once().customers.create({ name: 'after' }))
    expect(await names()).toEqual(['after'])
  })

  it('respond as Stripe, a proxy or a gateway does', async () => {
    await faultOn({ action: '429', times: 1 })
    expect(await expectError(once().customers.list())).toMatchObject({
      type: 'StripeRateLimitError',
      code: 'rate_limit',
    })
    await faultOn({ action: '500', times: 1 })
    expect(await expectError(once().customers.list())).toMatchObject({ type: 'StripeAPIError', statusCode: 500 })
    await faultOn({ action: 'html502', times: 1 })
    expect(await expectError(once().customers.list())).toMatchObject({ type: 'StripeAPIError' })
    await faultOn({ action: 'malformed', times: 1 })
    expect(await expectError(once().customers.create({ name: 'kept' }))).toMatchObject({ type: 'StripeAPIError' })
    expect(await names()).toEqual(['kept'])
    await faultOn({ action: 'no_error_404', times: 1 })
    // The SDK treats a 404 without an error as success, so that callers must check the result.
    expect(await once().customers.retrieve('cus_1')).toMatchObject({ message: 'no Route matched with those values' })
  })

  it('fail permanently after the call started: its key repeats the 500, another key runs', async () => {
    await faultOn({ action: '500', stored: true, times: 1 })
    const create = (key: string) => bench.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: key })
    const first = await expectError(create('k'))
    const again = await expectError(create('k'))
    expect([first.statusCode, again.statusCode]).toEqual([500, 500])
    expect(again.headers?.['idempotent-replayed']).toBe('true')
    expect(await names()).toEqual([])
    expect(await create('other')).toMatchObject({ name: 'Ada' })
  })

  it('delay a call while another with its key is rejected as in progress', async () => {
    await faultOn({ match: { method: 'POST' }, action: 'delay', delay: 60_000, times: 1 })
    const held = once().customers.create({ name: 'Ada' }, { idempotencyKey: 'k' })
    // A fault that has affected all of its calls is no longer in the list.
    while (((await bench.control('GET', 'faults')).body['faults'] as ListedFault[]).length > 0);
    const second = await expectError(once().customers.create({ name: 'Ada' }, { idempotencyKey: 'k' }))
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    // Removing the faults ends the delay.
    await bench.control('DELETE', 'faults')
    const { id } = await held
    // With its default timeout the SDK retries and gets the first response.
    expect((await bench.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k' })).id).toBe(id)
  })

  it('show an object before its last change, and never hide it', async () => {
    const { id } = await bench.stripe.customers.create({ name: 'one' })
    await bench.stripe.customers.update(id, { name: 'two' })
    await bench.stripe.customers.update(id, { name: 'three' })
    const fresh = await bench.stripe.customers.create({ name: 'new' })
    await faultOn({ action: 'stale_read' })
    expect(await bench.stripe.customers.retrieve(id)).toMatchObject({ name: 'two' })
    expect(await names()).toEqual(['new', 'two'])
    expect(await bench.stripe.customers.retrieve(fresh.id)).toMatchObject({ name: 'new' })
    expect(await bench.stripe.customers.update(id, { phone: '1' })).toMatchObject({ name: 'three', phone: '1' })
    await bench.control('DELETE', 'faults')
    expect(await bench.stripe.customers.retrieve(id)).toMatchObject({ name: 'three', phone: '1' })
  })

  it('occur randomly, with the same sequence for the same printed seed', async () => {
    const strikes = async (seed?: number | string) => {
      await bench.control('DELETE', 'faults')
      const fault = await faultOn({ action: '429', probability: 0.3, ...(seed === undefined ? {} : { seed }) })
      const run: boolean[] = []
      for (let call = 0; call < 20; call += 1) run.push((await errorOrNull(once().customers.list())) !== null)
      return { run, seed: fault.seed }
    }
    const first = await strikes('monday')
    expect(first.seed).toBe('monday')
    expect(new Set(first.run).size).toBe(2)
    expect((await strikes('monday')).run).toEqual(first.run)
    const chosen = await strikes()
    expect((await strikes(chosen.seed)).run).toEqual(chosen.run)
  })

  it('are listed with their effects, accept their earlier names, and report invalid fields', async () => {
    await faultOn({ action: 'status_500', times: 2, seed: 7 })
    await expectError(once().customers.list())
    expect((await bench.control('GET', 'faults')).body).toMatchObject({
      faults: [{ on: 'call', action: '500', times: 1, used: 1, seed: 7, match: { path: '/v1/customers' } }],
    })
    for (const wrong of [
      { action: 'explode' },
      { action: 'shuffle', match: { path: '/v1' } },
      { action: '429', match: { event: 'invoice.paid' } },
    ]) {
      expect(await bench.control('POST', 'faults', wrong)).toMatchObject({
        status: 400,
        body: { error: { field: 'action' } },
      })
    }
  })

  async function errorOrNull(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => null,
      (error: unknown) => error,
    )
  }
})

describe('random numbers', () => {
  it('are evenly distributed and depend only on their seed', () => {
    const draw = (seed: string | number) => Array.from({ length: 1000 }, seededRandom(seed))
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).toEqual(draw('1'))
    expect(draw(1)).not.toEqual(draw(2))
    const mean = draw('any').reduce((sum, one) => sum + one, 0) / 1000
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05)
    const order = shuffled([1, 2, 3, 4, 5, 6, 7], seededRandom('deck'))
    expect(new Set(order)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]))
    expect(order).not.toEqual([1, 2, 3, 4, 5, 6, 7])
  })
})
