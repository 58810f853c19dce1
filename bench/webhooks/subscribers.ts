import type pg from 'pg'
import { Stripe } from 'stripe'
import { builtModule } from '../harness/project.js'

/** A subscription that the provider runs, of an account that we know. */
export interface Subscriber {
  readonly subscription: string
  readonly invoice: string
}

const AT_ONCE = 8

/** Makes accounts here and their paid subscriptions at the provider, without a word between the two. */
export async function makeSubscribers(database: pg.Pool, sandboxUrl: string, count: number): Promise<Subscriber[]> {
  const { createSources } = await builtModule<{ createSources: () => { newId: (prefix: string) => string } }>(
    'services/kernel/context/sources.js',
  )
  const { newId } = createSources()
  const { hostname: host, port } = new URL(sandboxUrl)
  const stripe = new Stripe('sk_test_sandbox_benchmark', { host, port, protocol: 'http', telemetry: false })
  const { rows } = await database.query<{ external_id: string }>(
    `select pp.external_id from provider_price pp join price pr on pr.id = pp.price_id join product p on p.id = pr.product_id
     where p.type = 'PLAN' and p.code = 'plus' and pr."interval" = 'MONTH'`,
  )
  const price = rows[0]!.external_id
  const subscribers: Subscriber[] = []
  let next = 0
  const maker = async () => {
    for (let index = next++; index < count; index = next++) {
      const account = newId('acc')
      const customer = await stripe.customers.create({
        email: `subscriber-${index}@example.com`,
        metadata: { account_id: account },
      })
      const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
      const subscription = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price }],
        default_payment_method: card.id,
      })
      await database.query(`insert into account (id, kind, external_id, name) values ($1, 'PERSON', $2, $2)`, [
        account,
        `subscriber-${index}`,
      ])
      await database.query(
        `insert into billing_customer (account_id, provider, customer_id, email) values ($1, 'STRIPE', $2, $3)`,
        [account, customer.id, `subscriber-${index}@example.com`],
      )
      const invoice = subscription.latest_invoice
      subscribers.push({ subscription: subscription.id, invoice: typeof invoice === 'string' ? invoice : invoice!.id })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, maker))
  return subscribers
}
