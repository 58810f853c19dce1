import type { Transaction } from '#services/kernel/database/database.js'

const MAX_RECIPIENTS = 20

/** Addresses of the owners and admins of an account, for emails about its use and its payments. Without them that of the account. */
export async function managerEmails(transaction: Transaction, accountId: string): Promise<string[]> {
  const rows = await transaction.query
    .selectFrom('member as m')
    .innerJoin('app_user as u', 'u.id', 'm.userId')
    .select('u.email')
    .where('m.accountId', '=', accountId)
    .where('m.role', 'in', ['OWNER', 'ADMIN'])
    .orderBy('u.id')
    .limit(MAX_RECIPIENTS)
    .execute()
  if (rows.length > 0) return rows.map(({ email }) => email)
  const account = await transaction.query
    .selectFrom('account')
    .select('billingEmail')
    .where('id', '=', accountId)
    .executeTakeFirst()
  return account?.billingEmail ? [account.billingEmail] : []
}
