import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'

/** Stripe's price of a card payment in the United States: 2.9 % and 30 of the smallest units. */
const FEE = { share: 0.029, fixed: 30 }

/** As recordings of an account in the United States show. */
const DAYS_UNTIL_AVAILABLE = 7

const startOfDay = (seconds: number) => seconds - (seconds % days(1))

/** Price of a dispute, in the smallest units. It is not returned. */
const DISPUTE_FEE = 1500

type Fields = Pick<Stripe.BalanceTransaction, 'type' | 'reporting_category'>

/** Kinds of bookings by their reason, with the fee that Stripe takes for them. */
const KINDS = {
  charge: { type: 'charge', reporting_category: 'charge' },
  refund: { type: 'refund', reporting_category: 'refund' },
  refundFailure: { type: 'refund_failure', reporting_category: 'refund_failure' },
  dispute: { type: 'adjustment', reporting_category: 'dispute' },
  disputeReversal: { type: 'adjustment', reporting_category: 'dispute_reversal' },
  transfer: { type: 'transfer', reporting_category: 'transfer' },
} as const satisfies Record<string, Fields>

const feeOf = (kind: keyof typeof KINDS, amount: number): number =>
  kind === 'charge'
    ? Math.min(amount, Math.round(amount * FEE.share) + FEE.fixed)
    : kind === 'dispute'
      ? DISPUTE_FEE
      : 0

/** Books an amount, which is below zero if it leaves the balance. Returns the transaction. */
export function bookAmount(
  world: SandboxState,
  source: { id: string; currency: string; description?: string | null },
  amount: number,
  kind: keyof typeof KINDS,
): Stripe.BalanceTransaction {
  const fee = feeOf(kind, amount)
  const detail = { amount: fee, application: null, currency: source.currency, type: 'stripe_fee' }
  const description = kind === 'dispute' ? 'Dispute fee' : 'Stripe processing fees'
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
    fee_details: fee > 0 ? [{ ...detail, description }] : [],
    net: amount - fee,
    source: source.id,
    status: 'pending',
    ...KINDS[kind],
  })
}
