import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { balanceIn } from '../customers/customer-balance.js'
import { emitEvent } from '../events/emit-event.js'
import { taxTermsOf } from '../taxes.js'
import { lineOfInvoiceItem } from '../invoice-items/invoice-item.object.js'
import { discountedLines } from './draft-invoice.js'
import { amountsOf } from './invoice.object.js'

/** Adds an item to a draft. */
export function addToDraft(world: SandboxState, draft: Stripe.Invoice, item: Stripe.InvoiceItem): void {
  changeObject(world, 'invoiceitem', item.id, { invoice: draft.id })
  rebuildDraft(world, draft)
}

/** Adds a draft up again after its items changed; the lines of the subscription's own prices stay. */
export function rebuildDraft(world: SandboxState, draft: Stripe.Invoice): Stripe.Invoice {
  const discounts = draft.discounts.map((one) => world.store.need('discount', idOf(one) ?? ''))
  const own = draft.lines.data.filter((line) => line.parent?.subscription_item_details?.invoice_item === null)
  const items = world.store.by('invoiceitem', 'invoice', draft.id)
  const added = discountedLines(
    world,
    draft.id,
    items.map((item) => lineOfInvoiceItem(world, item)),
    discounts,
  )
  const lines = [...added, ...own]
  const balance = balanceIn(world, world.store.need('customer', idOf(draft.customer) ?? ''), draft.currency)
  const { object, previous } = changeObject(world, 'invoice', draft.id, {
    ...amountsOf(draft.id, lines, {
      balance,
      taxes: taxTermsOf(world, draft.automatic_tax.enabled, draft.customer, draft.currency),
    }),
  })
  emitEvent(world, 'invoice.updated', object, previous)
  return object
}
