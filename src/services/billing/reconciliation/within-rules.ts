import { AppError } from '#services/kernel/errors/app-error.js'
import type { Database, Transaction } from '#services/kernel/database/database.js'
import type { Invariant } from '#services/catalog/invariants/invariant-rule.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/**
 * Context whose transactions check the rules of each account that they lock, and write nothing if they would break one. A rule that was broken before
 * may stay broken.
 */
export function withinRules(context: BillingContext): BillingContext {
  const broken = async (transaction: Transaction, accountId: string): Promise<Invariant[]> =>
    (await context.declared.invariants.checkAccount(transaction, context.catalog.current(), accountId)).filter(
      ({ ok }) => !ok,
    )
  const transaction: Database['transaction'] = (work) =>
    context.database.transaction(async (opened) => {
      const before = new Map<string, ReadonlySet<string>>()
      const locked = async (accountId: string): Promise<void> => {
        if (before.has(accountId)) return
        before.set(accountId, new Set((await broken(opened, accountId)).map(({ name }) => name)))
      }
      const result = await work(Object.create(opened, { locked: { value: locked } }) as Transaction)
      for (const [accountId, known] of before) {
        const worse = (await broken(opened, accountId)).find(({ name }) => !known.has(name))
        if (worse)
          throw new AppError(
            'CONFLICT',
            `The repair would break the rule '${worse.name}', so its change was not stored. ${worse.description}`,
          )
      }
      return result
    })
  const database = Object.create(context.database, { transaction: { value: transaction } }) as Database
  return Object.create(context, { database: { value: database, enumerable: true } }) as BillingContext
}
