import { Stripe } from 'stripe'
import { startSandbox, type Sandbox, type SandboxOptions } from '@stackgate/sandbox/sandbox.js'
import { CERTIFICATES_DIR } from '#test/support/paypal.js'
import { expectNoViolations } from '#test/support/schema-violations.js'
import { startReceiver, type Receiver } from './receiver.js'

/** A sandbox, the real SDK that talks to it, and a server that gets its webhooks. */
export interface SandboxFixture {
  sandbox: Sandbox
  stripe: Stripe
  receiver: Receiver
  /** Calls the control interface. Returns the status and the JSON. */
  control: (method: string, path: string, body?: object) => Promise<{ status: number; body: Record<string, unknown> }>
  /** Moves the clock to a time. */
  moveTo: (iso: string) => Promise<void>
  /** The types of the events that arrived, in order. */
  arrived: () => string[]
  close: () => Promise<void>
}

/** The real SDK, as the product uses it. */
export function sdk(port: number, key = 'sk_test_sandbox_x', maxNetworkRetries = 2): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', telemetry: false, maxNetworkRetries })
}

/** Starts all three. Nothing is shared with other tests. */
export async function startSandboxFixture(options: Partial<SandboxOptions> = {}): Promise<SandboxFixture> {
  const receiver = await startReceiver()
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    token: 'test-token',
    clock: new Date('2026-01-31T10:00:00Z'),
    webhook: { url: receiver.url, secret: receiver.secret },
    checked: true,
    certificatesDir: CERTIFICATES_DIR,
    ...options,
  })
  const control: SandboxFixture['control'] = async (method, path, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${sandbox.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    sandbox,
    stripe: sdk(sandbox.port),
    receiver,
    control,
    moveTo: async (iso) => {
      const { status, body } = await control('POST', 'clock', { to: iso })
      if (status !== 200) throw new Error(JSON.stringify(body))
    },
    arrived: () => receiver.events.map((event) => event.type),
    close: async () => {
      await sandbox.close()
      await receiver.close()
      expectNoViolations(sandbox)
    },
  }
}

/** A monthly plan of 19.99 USD with a customer, as the product would make them. */
export async function sellPlan({
  stripe,
}: SandboxFixture): Promise<{ customer: Stripe.Customer; price: Stripe.Price }> {
  const customer = await stripe.customers.create({ email: 'ada@example.com', metadata: { account_id: '7' } })
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1999,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
    lookup_key: 'plus_month',
  })
  return { customer, price }
}

/** An open checkout of that plan. */
export async function openCheckout(
  bench: SandboxFixture,
  extra: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> {
  const { customer, price } = await sellPlan(bench)
  return bench.stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    client_reference_id: 'checkout-1',
    line_items: [{ price: price.id, quantity: 1 }],
    subscription_data: { metadata: { account_id: '7' } },
    success_url: 'http://127.0.0.1:4000/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:4000/canceled',
    ...extra,
  })
}

/** The subscription of a paid checkout. */
export async function payCheckout(
  bench: SandboxFixture,
  session: Stripe.Checkout.Session,
): Promise<Stripe.Subscription> {
  const paid = await bench.control('POST', `checkouts/${session.id}/pay`, { outcome: 'paid' })
  return bench.stripe.subscriptions.retrieve(String(paid.body['subscription']))
}

/** An ISO time of Stripe's seconds. */
export function iso(seconds: number | null | undefined): string | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null
}
