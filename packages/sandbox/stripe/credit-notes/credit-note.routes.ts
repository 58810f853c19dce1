import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { clearable, created, mergeMetadata, metadata, paging, text } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { createCreditNote, creditNoteInput, reduceInvoice } from './create-credit-note.js'

/** Credit notes: create, retrieve, update, void, list; their lines. */
export const creditNoteRoutes = [
  route('POST', '/v1/credit_notes', creditNoteInput, (world, { input }) => createCreditNote(world, input)),
  route('GET', '/v1/credit_notes/:note', z.strictObject({}), (world, { path }) =>
    requireNote(world, path['note'] ?? ''),
  ),
  route(
    'POST',
    '/v1/credit_notes/:note',
    z.strictObject({ memo: clearable.optional(), metadata: metadata.optional() }),
    (world, { path, input }) => {
      const before = requireNote(world, path['note'] ?? '')
      const { object, previous } = changeObject(world, 'credit_note', before.id, {
        ...(input.memo === undefined ? {} : { memo: input.memo }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'credit_note.updated', object, previous)
      return object
    },
  ),
  route('POST', '/v1/credit_notes/:note/void', z.strictObject({}), (world, { path }) =>
    voidNote(world, requireNote(world, path['note'] ?? '')),
  ),
  route('GET', '/v1/credit_notes/:note/lines', z.strictObject({ ...paging }), (world, { path, input, url }) =>
    listPage(requireNote(world, path['note'] ?? '').lines.data, url, input),
  ),
  route(
    'GET',
    '/v1/credit_notes',
    z.strictObject({ ...paging, created, customer: text.optional(), invoice: text.optional() }),
    (world, { input, url }) => {
      const notes =
        input.invoice === undefined
          ? world.store.newest('credit_note')
          : world.store.by('credit_note', 'invoice', input.invoice).toReversed()
      return listPage(
        notes.filter(
          (note) =>
            (input.customer === undefined || idOf(note.customer) === input.customer) && wasCreated(note, input.created),
        ),
        url,
        input,
      )
    },
  ),
]

/** Voids the credit note of an open invoice: the amount is left to pay again. */
function voidNote(world: SandboxState, note: Stripe.CreditNote): Stripe.CreditNote {
  const invoice = world.store.need('invoice', idOf(note.invoice) ?? '')
  if (note.status === 'void' || invoice.status !== 'open')
    throw invalid('You can only void an issued credit note of an open invoice.', 'id')
  const { object } = changeObject(world, 'credit_note', note.id, { status: 'void', voided_at: world.clock.seconds })
  emitEvent(world, 'credit_note.voided', object)
  reduceInvoice(world, invoice.id, -note.pre_payment_amount, -note.post_payment_amount)
  return object
}

function requireNote(world: SandboxState, id: string): Stripe.CreditNote {
  const note = world.store.get('credit_note', id)
  if (note === undefined) throw missing('credit_note', id)
  return note
}
