import type { PayPalFixture, PayPalResponse } from './sandbox-fixture.js'

const WHOLE = { prefer: 'return=representation' }

/** A price of a billing cycle. */
export const fixed = (value: string, currency_code = 'USD') => ({ fixed_price: { currency_code, value } })

/** Monthly plan of a new product. `more` changes the input. */
export async function planOf(bench: PayPalFixture, value = '10', more: object = {}): Promise<string> {
  const product = await bench.call('POST', '/v1/catalogs/products', { name: 'Plus', type: 'SERVICE' })
  const plan = await bench.call('POST', '/v1/billing/plans', {
    product_id: product.body['id'],
    name: 'Plus monthly',
    billing_cycles: [
      {
        frequency: { interval_unit: 'MONTH' },
        tenure_type: 'REGULAR',
        sequence: 1,
        total_cycles: 0,
        pricing_scheme: fixed(value),
      },
    ],
    payment_preferences: { payment_failure_threshold: 2 },
    ...more,
  })
  if (plan.status !== 201) throw new Error(JSON.stringify(plan.body))
  return plan.body['id'] as string
}

/** A subscription that waits for its subscriber. */
export async function subscriptionOf(bench: PayPalFixture, plan: string, more: object = {}): Promise<string> {
  const made = await bench.call(
    'POST',
    '/v1/billing/subscriptions',
    {
      plan_id: plan,
      custom_id: 'account-7',
      application_context: { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/no' },
      ...more,
    },
    WHOLE,
  )
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body['id'] as string
}

/** A subscription whose first month is paid. */
export async function activeSubscription(bench: PayPalFixture, plan: string, more: object = {}): Promise<string> {
  const id = await subscriptionOf(bench, plan, more)
  await bench.control('POST', `checkouts/${id}/pay`, {})
  return id
}

/** An order that waits for its payer. */
export async function orderOf(bench: PayPalFixture, value = '9.90', currency_code = 'USD'): Promise<string> {
  const made = await bench.call('POST', '/v2/checkout/orders', {
    intent: 'CAPTURE',
    purchase_units: [{ custom_id: 'purchase-7', amount: { currency_code, value } }],
    application_context: { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/no' },
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body['id'] as string
}

/** A captured order: the id of its capture. */
export async function capturedOrder(bench: PayPalFixture, value = '9.90', outcome = 'paid'): Promise<string> {
  const id = await orderOf(bench, value)
  await bench.control('POST', `checkouts/${id}/pay`, { outcome })
  const { body } = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {}, WHOLE)
  return body['purchase_units'][0].payments.captures[0].id as string
}

/** First issue of an error, with its place. */
export function issueOf({ status, body }: Pick<PayPalResponse, 'status' | 'body'>): string {
  const [detail] = (body['details'] ?? [{ issue: body['name'] }]) as { issue: string; field?: string }[]
  return [status, detail?.issue, detail?.field].filter((part) => part !== undefined).join(' ')
}
