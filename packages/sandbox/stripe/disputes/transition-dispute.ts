import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { bookAmount } from '../balance-transactions/balance-transaction.object.js'
import { emitEvent } from '../events/emit-event.js'
import { buildDispute } from './dispute.object.js'

/** Statuses in which a dispute has only begun: an inquiry that took no money yet, or a real one. */
export type OpeningStatus = 'needs_response' | 'warning_needs_response'

/** Terminal statuses of a dispute. */
export type ClosingStatus = 'won' | 'lost' | 'warning_closed'

/** Opens a dispute of a charge. A real dispute (not an inquiry) withdraws the money immediately. */
export function openDispute(world: SandboxState, charge: Stripe.Charge, status: OpeningStatus): Stripe.Dispute {
  const opened = buildDispute(world, charge, status)
  const dispute = world.store.put('dispute', {
    ...opened,
    balance_transactions: status === 'needs_response' ? [bookAmount(world, opened, -opened.amount, 'dispute')] : [],
  })
  changeObject(world, 'charge', charge.id, { disputed: true })
  emitEvent(world, 'charge.dispute.created', dispute)
  if (status === 'needs_response') emitEvent(world, 'charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** A dispute moves on without being over, for example when evidence was submitted. */
export function updateDispute(world: SandboxState, id: string, changes: Partial<Stripe.Dispute>): Stripe.Dispute {
  const { object, previous } = changeObject(world, 'dispute', id, changes)
  if (Object.keys(previous).length > 0) emitEvent(world, 'charge.dispute.updated', object, previous)
  return object
}

/** Closes a dispute. The money of a won dispute is returned. */
export function closeDispute(world: SandboxState, id: string, status: ClosingStatus): Stripe.Dispute {
  const { balance_transactions: booked, ...before } = world.store.get('dispute', id)!
  const isReturned = status === 'won' && booked.length > 0
  const { object, previous } = changeObject(world, 'dispute', id, {
    status,
    ...(isReturned
      ? { balance_transactions: [...booked, bookAmount(world, before, before.amount, 'disputeReversal')] }
      : {}),
  })
  if (status === 'won') emitEvent(world, 'charge.dispute.funds_reinstated', object)
  emitEvent(world, 'charge.dispute.closed', object, previous)
  return object
}

/** True if a dispute can still change. */
export function isOpen(dispute: Stripe.Dispute): boolean {
  return !['won', 'lost', 'warning_closed', 'prevented'].includes(dispute.status)
}

/** The last dispute of a charge, or undefined. */
export function disputeOf(world: SandboxState, charge: Stripe.Charge | string): Stripe.Dispute | undefined {
  return world.store.by('dispute', 'charge', idOf(charge) ?? '').at(-1)
}
