import { createHash } from 'node:crypto'
import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { openCheckout, startSandboxFixture, sellPlan, type SandboxFixture } from './support/sandbox-fixture.js'

const FORM = { number: '4242 4242 4242 4242', expiry: '12 / 30', cvc: '123', name: 'Ada Lovelace' }

async function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers })
  return { status: response.status, location: response.headers.get('location'), text: await response.text() }
}

describe('hosted checkout page', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  it('shows the order, charges a card and redirects the payer to the success URL', async () => {
    const session = await openCheckout(bench)
    const page = await fetch(session.url ?? '')
    const text = await page.text()
    for (const part of [
      'Plus',
      '$19.99',
      'per month',
      'ada@example.com',
      'Card number',
      'Expiry',
      'CVC',
      'Name on card',
      '>Pay $19.99<',
      'Back to Stackgate sandbox',
      'Plus, monthly',
      'then $19.99 per month from ',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('<script')
    // Chromium holds form-action against redirects too: the way to the success address must be allowed.
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http: https:")
    // A style whose bytes differ from the allowed hash would leave the page bare.
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    const paid = await post(session.url ?? '', FORM)
    expect(paid).toMatchObject({ status: 303, location: `http://127.0.0.1:4000/done?session=${session.id}` })
    expect(await bench.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
    })
  })

  it('does not charge twice for a form that is submitted twice', async () => {
    const session = await openCheckout(bench)
    const both = await Promise.all([post(session.url ?? '', FORM), post(session.url ?? '', FORM)])
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 409])
    expect((await bench.stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1)
    expect(await (await fetch(session.url ?? '')).text()).toContain('This checkout is complete')
  })

  it('shows a decline on the same page and stores nothing in mode subscription', async () => {
    const session = await openCheckout(bench)
    const declined = await post(session.url ?? '', { ...FORM, number: '4000000000000002' })
    expect(declined.status).toBe(402)
    expect(declined.text).toMatch(/<p role="alert"[^>]*>Your card was declined\.<\/p>/)
    expect(await bench.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'open',
      subscription: null,
    })
    expect((await bench.stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    expect((await bench.stripe.events.list({ type: 'payment_intent.payment_failed' })).data).toEqual([])
    expect((await post(session.url ?? '', FORM)).status).toBe(303)
  })

  it('publishes a failed attempt in mode payment and reuses its payment intent', async () => {
    const { customer } = await sellPlan(bench)
    const price = await bench.stripe.prices.create({
      currency: 'eur',
      unit_amount: 500,
      product_data: { name: 'Pack' },
    })
    const session = await bench.stripe.checkout.sessions.create({
      mode: 'payment',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 2 }],
      payment_intent_data: { metadata: { order: '9' } },
      success_url: 'http://127.0.0.1:4000/done',
    })
    await bench.control('POST', `checkouts/${session.id}/pay`, { card: '4000000000009995' })
    const [failed] = (await bench.stripe.events.list({ type: 'payment_intent.payment_failed' })).data
    await bench.control('POST', `checkouts/${session.id}/pay`, {})
    const paid = await bench.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(failed?.data.object).toMatchObject({
      last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
    })
    expect(paid.payment_intent).toMatchObject({
      id: idOf(failed?.data.object as { id: string } | undefined),
      amount_received: 1000,
      status: 'succeeded',
      metadata: { order: '9' },
    })
    expect(paid).toMatchObject({ amount_total: 1000, currency: 'eur', payment_status: 'paid', invoice: null })
  })

  it('requires 3D Secure: failing it is a decline, completing it pays', async () => {
    const session = await openCheckout(bench)
    const challenged = await post(session.url ?? '', { ...FORM, number: '4000 0025 0000 3155' })
    expect(challenged).toMatchObject({ status: 303, location: `${session.url}/authenticate` })
    const page = await (await fetch(challenged.location ?? '')).text()
    expect(page).toContain('Complete authentication')
    expect(page).toContain('Fail authentication')

    const failed = await post(challenged.location ?? '', { outcome: 'fail' })
    expect(failed.status).toBe(402)
    expect(failed.text).toContain('unable to authenticate')
    await post(session.url ?? '', { ...FORM, number: '4000 0025 0000 3155' })
    expect(await post(challenged.location ?? '', { outcome: 'complete' })).toMatchObject({ status: 303 })
    expect(await bench.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'complete' })
  })

  it('reports errors of a card form and rejects forms of other sites', async () => {
    const session = await openCheckout(bench)
    const wrong = [{ number: '1234' }, { expiry: '12 / 25' }, { cvc: '1' }, { name: '' }]
    for (const fields of wrong) {
      const answer = await post(session.url ?? '', { ...FORM, ...fields })
      expect(answer.status).toBe(402)
      expect(answer.text).toContain('role="alert"')
    }
    expect((await post(session.url ?? '', FORM, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await fetch(`${bench.sandbox.url}/c/pay/cs_test_nope`)).status).toBe(404)
  })

  it('shows that a session has expired', async () => {
    const session = await openCheckout(bench)
    await bench.moveTo('2026-02-01T10:00:00Z')
    expect(bench.arrived()).toContain('checkout.session.expired')
    expect(await (await fetch(session.url ?? '')).text()).toContain('This checkout has expired')
    expect(await bench.control('POST', `checkouts/${session.id}/pay`, {})).toMatchObject({ status: 409 })
  })
})
