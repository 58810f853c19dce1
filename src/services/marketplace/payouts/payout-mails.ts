import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'

type Payout = Pick<VendorPayoutRow, 'amountMinor' | 'currency' | 'method' | 'reference' | 'createdAt'>

const payoutMail =
  (name: 'payout' | 'payoutFailed'): MailTexts<Payout> =>
  ({ method, reference, createdAt, ...amount }, write) => ({
    ...contentOf(write, name, { amount: write.money(amount), method }),
    details: [
      [write.say('row.date'), write.day(createdAt)],
      ...(reference ? ([[write.say('row.reference'), reference]] as const) : []),
    ],
  })

/** The mail of a payout to a vendor. */
export const PAYOUT_MAIL = payoutMail('payout')

/** A payout that the provider rejected. */
export const PAYOUT_FAILED_MAIL = payoutMail('payoutFailed')
