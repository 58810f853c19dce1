import type { Stripe } from 'stripe'
import type { PayoutPort } from '../payout-port.js'
import type { StripeCall } from './stripe-payments.js'
import { orNull } from './stripe-errors.js'
import { toStripe } from './stripe-amounts.js'

/** Connect: separate charges and transfers. The charge stays ours; the vendor's share is sent to the connected account. */
export const stripePayouts = (client: Stripe, call: StripeCall): PayoutPort => ({
  fetchPayee: async (payoutAccountId) => {
    const account = await orNull(call('accounts.retrieve', () => client.accounts.retrieve(payoutAccountId)))
    return account && { payoutAccountId: account.id, ready: account.capabilities?.transfers === 'active' }
  },
  createPayee: async ({ vendorId, email }) => {
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
  transfer: async ({ payoutId, payoutAccountId, amountMinor, currency }) => {
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
