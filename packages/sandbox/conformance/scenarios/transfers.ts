import { step } from '../step.js'

/** Connected accounts and transfers to them. */
export const transfers = [
  step('a vendor has an account that may be paid', ({ stripe, keep }) =>
    keep(
      'vendor',
      stripe.accounts.create({ type: 'custom', country: 'US', capabilities: { transfers: { requested: true } } }),
    ),
  ),
  step('the account is read again', ({ stripe, id }) => stripe.accounts.retrieve(id('vendor'))),
  step('a share is transferred', ({ stripe, keep, id }) =>
    keep('share', stripe.transfers.create({ amount: 2320, currency: 'usd', destination: id('vendor') })),
  ),
  step('the transfer is read again', ({ stripe, id }) => stripe.transfers.retrieve(id('share'))),
  step('another vendor has one that says first who it is', ({ stripe, keep }) =>
    keep(
      'newcomer',
      stripe.accounts.create({ type: 'express', country: 'US', capabilities: { transfers: { requested: true } } }),
    ),
  ),
  step('a link leads to where it says so', ({ stripe, id }) =>
    stripe.accountLinks.create({
      account: id('newcomer'),
      type: 'account_onboarding',
      return_url: 'https://example.com/done',
      refresh_url: 'https://example.com/again',
    }),
  ),
]
