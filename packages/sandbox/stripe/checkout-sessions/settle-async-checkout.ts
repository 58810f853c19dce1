import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'

/** Applies the bank's result of a debit to the session that it paid. */
export function settleAsyncCheckout(world: SandboxState, intent: string, succeeded: boolean): void {
  const session = sessionOf(world, intent)
  if (session?.payment_status !== 'unpaid' || session.status !== 'complete') return
  const { object } = changeObject(world, 'checkout.session', session.id, {
    payment_status: succeeded ? 'paid' : 'unpaid',
  })
  emitEvent(
    world,
    succeeded ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed',
    object,
  )
}

/** Payment intent that paid a session: its own, or its first invoice's. Null if there is none. */
export function intentOfSession(world: SandboxState, sessionId: string): string | null {
  const session = world.store.need('checkout.session', sessionId)
  if (session.payment_intent !== null) return idOf(session.payment_intent)
  const [payment] = world.store.by('invoice_payment', 'invoice', idOf(session.invoice) ?? '')
  return idOf(payment?.payment.payment_intent)
}

function sessionOf(world: SandboxState, intent: string) {
  const [payment] = world.store.by('invoice_payment', 'payment_intent', intent)
  const invoice = idOf(payment?.invoice)
  return world.store
    .all('checkout.session')
    .find((one) => idOf(one.payment_intent) === intent || (invoice !== null && idOf(one.invoice) === invoice))
}
