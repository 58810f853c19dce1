import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { mailLocale, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { queueMails, type MailReader } from '#services/kernel/mail/queue-mail.js'

const MAX_READERS = 20

/** Owners and admins of an account, for mails about its use and its payments. Without them the address of the account. */
export async function managersOf(transaction: Transaction, accountId: string): Promise<MailReader[]> {
  const rows = await transaction.query
    .selectFrom('account as a')
    .leftJoin('member as m', (join) => join.onRef('m.accountId', '=', 'a.id').on('m.role', 'in', ['OWNER', 'ADMIN']))
    .leftJoin('app_user as u', 'u.id', 'm.userId')
    .select(['u.email', 'u.language', 'a.billingEmail', 'a.language as ofAccount'])
    .where('a.id', '=', accountId)
    .orderBy('u.id')
    .limit(MAX_READERS)
    .execute()
  return rows.flatMap(({ email, language, billingEmail, ofAccount }) => {
    const to = email ?? billingEmail
    return to === null ? [] : [{ email: to, locale: mailLocale(language, ofAccount) }]
  })
}

/** Queues a mail to the owners and admins, each in their language. Its button opens the application. */
export async function mailManagers<Values>(
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  transaction: Transaction,
  accountId: string,
  texts: MailTexts<Values>,
  values: Values,
): Promise<void> {
  const readers = await managersOf(transaction, accountId)
  const links = { url: config.appUrl.href, reason: 'MANAGER' } as const
  await queueMails(transaction, { accountId, readers, at: clock.now(), ...links }, texts, values)
}

/** The person at an address, for a mail of an account. Who has chosen no language reads that of the account, otherwise that of its first owner. */
export async function readerAt(transaction: Transaction, accountId: string, email: string): Promise<MailReader> {
  const { ofPerson, ofAccount, ofOwner } = await transaction.query
    .selectFrom('account as a')
    .select('a.language as ofAccount')
    .select((eb) => [
      eb
        .selectFrom('app_user as u')
        .select('u.language')
        .where(({ fn }) => fn<string>('lower', ['u.email']), '=', email.toLowerCase())
        .where('u.language', 'is not', null)
        .orderBy('u.id')
        .limit(1)
        .as('ofPerson'),
      eb
        .selectFrom('member as m')
        .innerJoin('app_user as u', 'u.id', 'm.userId')
        .select('u.language')
        .whereRef('m.accountId', '=', 'a.id')
        .where('m.role', '=', 'OWNER')
        .orderBy('m.since')
        .limit(1)
        .as('ofOwner'),
    ])
    .where('a.id', '=', accountId)
    .executeTakeFirstOrThrow()
  return { email, locale: mailLocale(ofPerson ?? (ofAccount === null ? ofOwner : null), ofAccount) }
}
