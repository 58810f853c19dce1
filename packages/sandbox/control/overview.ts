import { formatAmount } from '../money.js'
import { idOf } from '../stripe/api/id-of.js'
import { clockState } from './clock-control.js'
import type { ControlParts } from './control-api.js'
import { plannedFailures } from './planned-failures.js'

/** Number of objects in each list. */
const SHOWN = 10

/** Objects that a page can pay, dispute, deliver again and break, the latest first. Lists contain the objects of Stripe. */
export function overview(parts: ControlParts) {
  const { store } = parts.world
  const accountOf = (customer: string | null) =>
    (customer === null ? undefined : store.get('customer', customer)?.metadata['account_id']) ?? null
  return {
    clock: clockState(parts),
    customers: store
      .newest('customer')
      .slice(0, SHOWN * 5)
      .map(({ id, email, metadata }) => ({ id, email, accountId: metadata['account_id'] ?? null })),
    checkouts: store
      .newest('checkout.session')
      .filter(({ status }) => status === 'open')
      .slice(0, SHOWN)
      .map(({ id, customer, amount_total, currency }) => ({
        id,
        accountId: accountOf(idOf(customer)),
        amount: formatAmount(amount_total ?? 0, currency ?? 'usd'),
      })),
    payments: store
      .newest('charge')
      .filter(({ paid, disputed }) => paid && !disputed)
      .slice(0, SHOWN)
      .map(({ id, customer, amount, currency }) => ({
        id,
        accountId: accountOf(idOf(customer)),
        amount: formatAmount(amount, currency),
      })),
    deliveries: store
      .newest('delivery')
      .slice(0, SHOWN)
      .map(({ id, eventType, status, attempts }) => ({ id, eventType, status, attempts })),
    faults: parts.faults.all,
    failures: plannedFailures(parts.world),
  }
}
