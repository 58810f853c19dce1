import type { Stripe } from 'stripe'
import type { PayoutPort } from '../payout-port.js'
import type { StripeCall } from './stripe-payments.js'
import { time } from './read-objects.js'
import { orNull } from './stripe-errors.js'
import { toStripe } from './stripe-amounts.js'
import { readTransfer } from './stripe-money.js'
import { pages } from './stripe-pages.js'

/** Connect: separate charges and transfers. The charge stays ours; the vendor's share is sent to the connected account. */
export const stripePayouts = (client: Stripe, call: StripeCall): PayoutPort => ({
  fetchPayee: async (payoutAccountId) => {
    const account = await orNull(call('accounts.retrieve', () => client.accounts.retrieve(payoutAccountId)))
    return account && { payoutAccountId: account.id, ready: account.capabilities?.transfers === 'active' }
  },
  createPayee: async ({ vendorId, email }) => {
    // One that was made after a backup that was restored, or before the provider forgot the idempotency key.
    for await (const { id, metadata } of pages(call, 'accounts.list', (after) =>
      client.accounts.list({ limit: 100, ...after }),
    ))
      if (metadata?.['vendor_id'] === vendorId) return id
    const account = await call('accounts.create', () =>
      client.accounts.create(
        {
          type: 'express',
          email,
          capabilities: { transfers: { requested: true } },
          metadata: { vendor_id: vendorId },
        },
        { idempotencyKey: `payee:${vendorId}` },
      ),
    )
    return account.id
  },
  onboardingLink: async ({ payoutAccountId, returnUrl, refreshUrl }) => {
    const link = await call('accountLinks.create', () =>
      client.accountLinks.create({
        account: payoutAccountId,
        type: 'account_onboarding',
        return_url: returnUrl,
        refresh_url: refreshUrl,
      }),
    )
    return { url: link.url, expiresAt: new Date(link.expires_at * 1000) }
  },
  async *listTransfersTo(destination) {
    for await (const transfer of pages(call, 'transfers.list', (after) =>
      client.transfers.list({ destination, limit: 100, ...after }),
    ))
      if (transfer.metadata['payout_id']) yield { ...readTransfer(transfer), createdAt: time(transfer.created)! }
  },
  transfer: async ({ payoutId, payoutAccountId, amountMinor, currency }) => {
    const { data } = await call('transfers.list', () => client.transfers.list({ transfer_group: payoutId, limit: 1 }))
    if (data[0]) return { externalId: data[0].id }
    const transfer = await call('transfers.create', () =>
      client.transfers.create(
        {
          amount: toStripe({ amountMinor, currency }),
          currency: currency.toLowerCase(),
          destination: payoutAccountId,
          transfer_group: payoutId,
          metadata: { payout_id: payoutId },
        },
        { idempotencyKey: payoutId },
      ),
    )
    return { externalId: transfer.id }
  },
})
