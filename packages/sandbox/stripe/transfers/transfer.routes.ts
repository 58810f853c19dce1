import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { min, created, currency, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { bookAmount } from '../balance-transactions/balance-transaction.object.js'
import { emitEvent } from '../events/emit-event.js'

/**
 * Transfers to connected accounts: create, retrieve, list. The platform's balance is not tracked and always suffices.
 */
export const transferRoutes = [
  route(
    'POST',
    '/v1/transfers',
    z.strictObject({
      amount: min(1),
      currency,
      destination: text,
      description: text.optional(),
      transfer_group: text.optional(),
      metadata: metadata.optional(),
      source_transaction: unsupported,
      source_type: unsupported,
    }),
    (world, { input }) => {
      const account = world.store.get('account', input.destination)
      if (account === undefined) throw missing('account', input.destination, 'destination')
      if (account.capabilities?.transfers !== 'active')
        throw invalid(
          'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
          'destination',
          'insufficient_capabilities_for_transfer',
        )
      const id = world.ids.next('tr')
      const transfer = world.store.put('transfer', {
        id,
        object: 'transfer',
        amount: input.amount,
        amount_reversed: 0,
        balance_transaction: bookAmount(world, { id, currency: input.currency }, -input.amount, 'transfer').id,
        created: world.clock.seconds,
        currency: input.currency,
        description: input.description ?? null,
        destination: account.id,
        destination_payment: world.ids.next('py'),
        livemode: false,
        metadata: mergeMetadata({}, input.metadata),
        reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
        reversed: false,
        source_transaction: null,
        source_type: 'card',
        transfer_group: input.transfer_group ?? null,
      } as unknown as Stripe.Transfer)
      emitEvent(world, 'transfer.created', transfer)
      return transfer
    },
  ),
  route('GET', '/v1/transfers/:transfer', z.strictObject({}), (world, { path }) =>
    requireTransfer(world, path['transfer'] ?? ''),
  ),
  route(
    'GET',
    '/v1/transfers',
    z.strictObject({ ...paging, created, destination: text.optional(), transfer_group: text.optional() }),
    (world, { input, url }) =>
      listPage(
        world.store
          .newest('transfer')
          .filter(
            (one) =>
              (input.destination === undefined || idOf(one.destination) === input.destination) &&
              (input.transfer_group === undefined || one.transfer_group === input.transfer_group) &&
              wasCreated(one, input.created),
          ),
        url,
        input,
      ),
  ),
]

function requireTransfer(world: SandboxState, id: string): Stripe.Transfer {
  const transfer = world.store.get('transfer', id)
  if (transfer === undefined) throw missing('transfer', id, 'transfer')
  return transfer
}
