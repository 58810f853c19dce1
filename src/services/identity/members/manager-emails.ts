import type { Transaction } from '#services/kernel/database/database.js'

const MAX_RECIPIENTS = 20

/** Addresses of the owners and admins of an account, for emails about its use and its payments. */
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
  return rows.map(({ email }) => email)
}
