import type { BillingCustomerRow } from '#entities/billing/billing-customer.entity.js'
import { readerAt } from '#services/identity/members/mail-readers.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { MailTexts } from '#services/kernel/mail/mail-texts.js'
import { queueMails } from '#services/kernel/mail/queue-mail.js'

interface PayerMail<Values> {
  readonly texts: MailTexts<Values>
  readonly values: Values
  /** URL of the button. Default: the application. */
  readonly url?: string
}

/** Queues a mail to the address of an account's customer at a provider. Without an address none is sent. */
export async function mailPayer<Values>(
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  transaction: Transaction,
  { accountId, provider }: Pick<BillingCustomerRow, 'accountId' | 'provider'>,
  { texts, values, url = config.appUrl.href }: PayerMail<Values>,
): Promise<void> {
  const payer = await transaction.query
    .selectFrom('billing_customer')
    .select('email')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('email', '<>', '')
    .executeTakeFirst()
  if (!payer) return
  const readers = [await readerAt(transaction, accountId, payer.email)]
  const otherUrl = url === config.appUrl.href ? null : config.appUrl.href
  await queueMails(transaction, { accountId, readers, at: clock.now(), url, otherUrl, reason: 'PAYER' }, texts, values)
}
