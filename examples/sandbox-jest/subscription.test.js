const Stripe = require('stripe')

const { url, token, stripe: access } = JSON.parse(process.env.PAYMENT_SANDBOX)
const stripe = new Stripe(access.apiKey, access.options)

/** Calls the control interface of the sandbox. */
async function control(path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}/_sandbox/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const result = await response.json()
  if (!response.ok) throw new Error(result.error.message)
  return result
}

async function openCheckout() {
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  })
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/done',
  })
}

test('a paid checkout starts a subscription', async () => {
  const session = await openCheckout()
  const paid = await control(`checkouts/${session.id}/pay`, { card: '4242424242424242' })
  expect(paid).toMatchObject({ status: 'complete', paymentStatus: 'paid', url: 'https://shop.example/done' })
  const subscription = await stripe.subscriptions.retrieve(paid.subscription)
  expect([subscription.status, subscription.livemode]).toEqual(['active', false])
})

test('a declined card starts nothing', async () => {
  const session = await openCheckout()
  const declined = await control(`checkouts/${session.id}/pay`, { card: '4000000000000002' })
  expect(declined).toMatchObject({ status: 'open', subscription: null, declineCode: 'generic_decline' })
})
