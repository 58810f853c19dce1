import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { invalid } from '../api/stripe-error.js'
import { requireStep } from '../minimum-charge.js'
import { formatAmount } from '#money.js'
import { emitEvent } from '../events/emit-event.js'
import { bookAmount } from '../balance-transactions/balance-transaction.object.js'
import { cardOf } from '../payment-intents/decide-attempt.js'
import { disputeOf, isOpen } from '../disputes/transition-dispute.js'
import { announceRefund } from './announce-refund.js'

/** Days until the bank's result of a refund that does not settle immediately. */
const BANK_DAYS = 3

/** Input of a refund. */
export interface RefundInput {
  amount: number | undefined
  reason: Stripe.Refund.Reason | null
  metadata: Record<string, string>
}

/** Refunds a charge: the rest or a part. */
export function createRefund(world: SandboxState, charge: Stripe.Charge, input: RefundInput): Stripe.Refund {
  const left = charge.amount_captured - charge.amount_refunded
  const amount = input.amount ?? left
  requireRefundable(world, charge, amount, left)
  const behavior = cardOf(world, idOf(charge.payment_method) ?? '')?.refund ?? 'succeeded'
  const id = world.ids.next('re')
  const refund = world.store.put('refund', {
    id,
    object: 'refund',
    amount,
    balance_transaction: bookAmount(world, { id, currency: charge.currency }, -amount, 'refund').id,
    charge: charge.id,
    created: world.clock.seconds,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    ...destinationOf(charge),
    metadata: input.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: behavior === 'succeeds_later' ? 'pending' : 'succeeded',
    transfer_reversal: null,
    ...(behavior === 'succeeds_later' ? { pending_reason: 'processing' as const } : {}),
  })
  const changed = countRefunded(world, charge, amount)
  emitEvent(world, 'refund.created', refund)
  emitEvent(world, 'charge.refunded', changed.object, changed.previous)
  if (refund.status === 'succeeded') announceReference(world, refund)
  if (behavior !== 'succeeded') world.due.schedule('refund.settle', refund.id, world.clock.now + days(BANK_DAYS) * 1000)
  return refund
}

/** The network knows the refund of a card by a reference, which it tells in a moment. */
function announceReference(world: SandboxState, refund: Stripe.Refund): void {
  const card = refund.destination_details?.card
  if (card === undefined) return
  const reference = world.ids.next('reference').replaceAll(/\D/g, '').padEnd(16, '0').slice(0, 16)
  const { object } = changeObject(world, 'refund', refund.id, {
    destination_details: { card: { ...card, reference, reference_status: 'available' }, type: 'card' },
  })
  announceRefund(world, object, { destination_details: { card: { reference: null, reference_status: 'pending' } } })
}

function destinationOf({ payment_method_details: paid }: Stripe.Charge): Pick<Stripe.Refund, 'destination_details'> {
  if (paid?.type !== 'card') return {}
  return {
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
  }
}

/** Applies the bank's result of a refund. A failed one returns the money to the merchant. */
export function settleRefund(world: SandboxState, id: string): void {
  const refund = world.store.get('refund', id)
  const charge = world.store.get('charge', idOf(refund?.charge) ?? '')
  if (refund === undefined || charge === undefined) return
  const fails = cardOf(world, idOf(charge.payment_method) ?? '')?.refund === 'fails_later'
  if (!fails) {
    const { pending_reason: _over, ...completed } = refund
    const object = world.store.put('refund', { ...completed, status: 'succeeded' })
    announceRefund(world, object, { status: refund.status })
    return
  }
  failRefund(world, refund, charge)
}

/** Lets a refund fail: the customer's bank sent the money back. */
export function failRefund(world: SandboxState, refund: Stripe.Refund, charge: Stripe.Charge): Stripe.Refund {
  const { object, previous } = changeObject(world, 'refund', refund.id, {
    failure_balance_transaction: bookAmount(world, refund, refund.amount, 'refundFailure').id,
    failure_reason: 'lost_or_stolen_card',
    status: 'failed',
  })
  countRefunded(world, charge, -refund.amount)
  announceRefund(world, object, previous)
  emitEvent(world, 'refund.failed', object, previous)
  return object
}

function countRefunded(world: SandboxState, charge: Stripe.Charge, amount: number) {
  const amount_refunded = charge.amount_refunded + amount
  return changeObject(world, 'charge', charge.id, { amount_refunded, refunded: amount_refunded === charge.amount })
}

function requireRefundable(world: SandboxState, charge: Stripe.Charge, amount: number, left: number): void {
  if (charge.status !== 'succeeded') throw invalid(`Charge ${charge.id} has not been paid.`, 'charge')
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, 'charge', 'charge_already_refunded')
  const dispute = disputeOf(world, charge)
  if (dispute !== undefined && (isOpen(dispute) || dispute.status === 'lost') && !dispute.is_charge_refundable)
    throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge', 'charge_disputed')
  if (amount < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  requireStep(amount, charge.currency, 'amount')
  if (amount > left) {
    throw invalid(
      `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge ` +
        `(${formatAmount(left, charge.currency)})`,
      'amount',
    )
  }
}
