import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { emitEvent } from '../events/emit-event.js'
import { markUncollectible, stopCollecting, voidInvoice } from '../invoices/close-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { followClosedInvoice, subscriptionOf } from './apply-invoice-result.js'

/** One hour after the draft: the invoice becomes final and is collected, unless collection is paused. */
export function finalizeRenewal(world: SandboxState, invoiceId: string): void {
  const draft = world.store.get('invoice', invoiceId)
  if (draft?.status !== 'draft') return
  const subscription = subscriptionOf(world, draft)
  const pause = subscription?.pause_collection?.behavior ?? null
  // Stripe continues to draft invoices of an unpaid subscription and collects none of them.
  if (pause === 'keep_as_draft' || subscription?.status === 'unpaid') return stopCollecting(world, invoiceId)
  finalizeInvoice(world, invoiceId)
  if (pause === 'void') followClosedInvoice(world, voidInvoice(world, invoiceId))
  else if (pause === 'mark_uncollectible') followClosedInvoice(world, markUncollectible(world, invoiceId))
  else collectInvoice(world, invoiceId, { by: 'schedule' })
}

/** A planned attempt to collect an open invoice falls due. */
export function retryInvoice(world: SandboxState, invoiceId: string): void {
  if (world.store.get('invoice', invoiceId)?.status === 'open') collectInvoice(world, invoiceId, { by: 'schedule' })
}

/** Ends the pause of collection at its scheduled time. */
export function unpauseCollection(world: SandboxState, id: string): void {
  const subscription = world.store.get('subscription', id)
  if (subscription === undefined || subscription.pause_collection === null) return
  const { object, previous } = changeObject(world, 'subscription', id, { pause_collection: null })
  emitEvent(world, 'customer.subscription.updated', object, previous)
}
