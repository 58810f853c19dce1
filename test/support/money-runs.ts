import { mutationText, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { type Selected, withDrift } from './reconciliation-runs.js'
import { stripeObject } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'

/** A difference between the money at a provider and the recorded money. */
export interface Drift {
  readonly id: string
  readonly kind: string
  readonly object: string
  readonly description: string
  readonly account: { readonly id: string } | null
  readonly action: string | null
  readonly healed: boolean
  readonly accepted: boolean
}

/** A comparison of the money at a provider with the recorded money. */
export interface Run {
  readonly id: string
  readonly error: string | null
  readonly healedCount: number
  readonly comparedMoney: { what: string; theirs: { decimal: string }; ours: { decimal: string } }[]
  readonly drift: Drift[]
}

const DRIFT = `id kind object description account { id } action healed accepted`
const RUN = `id error healedCount comparedMoney { what theirs { decimal } ours { decimal } } drift { nodes { ${DRIFT} } }`

/** Compares the money as an operator does, with the input of the mutation `reconcile`. */
export async function reconcileMoney(server: TestServer, operator: string, input: object): Promise<Run> {
  const { data, errors } = await server.graphql<{ reconcile: Selected<Run> }>(
    `mutation ($input: ReconcileInput!, $key: String!) { reconcile(input: $input, key: $key) { reconciliationRun { ${RUN} } } }`,
    variablesOf('reconcile', { provider: 'STRIPE', ...input, key: randomUUID() }),
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  expect(data.reconcile.error).toBeNull()
  return withDrift(data.reconcile)
}

/** Executes the action of a difference, or accepts it if that is the action. */
export async function resolveDrift(server: TestServer, operator: string, { id, action }: Drift): Promise<Drift> {
  const mutation = action === 'ACCEPT' ? 'acceptDrift' : 'healDrift'
  const { data, errors } = await server.graphql<Record<string, Drift>>(
    mutationText(mutation, `drift { ${DRIFT} } denial { message }`),
    variablesOf(mutation, { driftId: id, reason: 'checked with the bank' }),
    operator,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  return data[mutation]!
}

/** Differences of money, without events that were only missed. */
export const moneyOf = (run: Run): Drift[] =>
  run.drift.filter(({ description, kind }) => description !== '' && kind !== 'MISSING_EVENT')

/** The first comparison without a difference: the sales figures follow a purchase within seconds. */
export const cleanRun = (server: TestServer, operator: string): Promise<Run> =>
  eventually(
    () => reconcileMoney(server, operator, {}),
    (run) => moneyOf(run).length === 0,
  )

/** Waits until the sandbox has delivered every event, which takes longer than the call that caused it. */
export const untilDelivered = (server: TestServer) =>
  eventually(
    () => server.sandboxControl<{ deliveries: { status: string }[] }>('GET', 'deliveries'),
    ({ deliveries }) => deliveries.every(({ status }) => status !== 'pending'),
    20_000,
  )

/** Waits until no event, message or refund is left to process. */
export const untilQuiet = (server: TestServer) =>
  eventually(
    () =>
      server.query(
        `select id from inbox_event where state in ('RECEIVED', 'RETRYING', 'DEFERRED') union all select id from outbox_event where state = 'PENDING'
           union all select id from scheduled_job where kind in ('refund.execute', 'credit.adjust', 'overage.invoice', 'subscription.refund_duplicate', 'subscription.end_included', 'invoice.follow_unpaid')`,
      ),
    (open) => open.length === 0,
    20_000,
  )

/** Waits until the sales figures contain every purchase. */
export const untilCounted = (server: TestServer) =>
  eventually(
    () =>
      server.query(
        `select p.id from purchase p left join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id
         where p.status <> 'PENDING' and c.reversed_minor is distinct from p.reversed_minor`,
      ),
    (uncounted) => uncounted.length === 0,
  )

/** Calls Stripe's API in the sandbox directly. */
export async function postToStripe<Found>(
  server: TestServer,
  path: string,
  body: Record<string, string>,
): Promise<Found> {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox_server' },
    body: new URLSearchParams(body),
  })
  return (await response.json()) as Found
}

/** Charges a customer at Stripe without a request of the server. */
export const chargeAtStripe = (server: TestServer, customer: string) =>
  postToStripe<{ id: string; status: string }>(server, 'payment_intents', {
    amount: '777',
    currency: 'usd',
    customer,
    payment_method: 'pm_card_visa',
    confirm: 'true',
    off_session: 'true',
    'automatic_payment_methods[enabled]': 'true',
    'automatic_payment_methods[allow_redirects]': 'never',
  })

/** Amounts of the refunds of a payment at Stripe. */
export async function refundsAtStripe(server: TestServer, paymentId: string): Promise<number[]> {
  const { data } = await stripeObject<{ data: { amount: number }[] }>(server, `refunds?payment_intent=${paymentId}`)
  return data.map(({ amount }) => amount)
}
