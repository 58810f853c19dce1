import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'

/** Stripe's price of a card payment in the United States: 2.9 % and 30 of the smallest units. */
const FEE = { share: 0.029, fixed: 30 }

/** As recordings of an account in the United States show. */
const DAYS_UNTIL_AVAILABLE = 7

const startOfDay = (seconds: number) => seconds - (seconds % days(1))

/** Books a payment, or a refund by an amount below zero. Returns the transaction's ID. */
export function bookAmount(
  world: SandboxState,
  source: { id: string; currency: string; description?: string | null },
  amount: number,
): string {
  const isPayment = amount > 0
  const fee = isPayment ? Math.min(amount, Math.round(amount * FEE.share) + FEE.fixed) : 0
  const detail = { amount: fee, application: null, currency: source.currency, type: 'stripe_fee' }
  return world.store.put('balance_transaction', {
    id: world.ids.next('txn'),
    object: 'balance_transaction',
    amount,
    available_on: startOfDay(world.clock.seconds + days(DAYS_UNTIL_AVAILABLE)),
    balance_type: 'payments',
    created: world.clock.seconds,
    currency: source.currency,
    description: source.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: isPayment ? [{ ...detail, description: 'Stripe processing fees' }] : [],
    net: amount - fee,
    reporting_category: isPayment ? 'charge' : 'refund',
    source: source.id,
    status: 'pending',
    type: isPayment ? 'charge' : 'refund',
  }).id
}
