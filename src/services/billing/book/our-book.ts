import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { FetchedPayment } from '../providers/payments-port.js'
import type { OurMovements } from './project-movements.js'

/** Our rows of the refunds and disputes of a payment, and refunds of its purchase that the provider has not answered. */
export async function ourMovements(
  { query }: Transaction,
  { id, accountId, provider }: PurchaseRow,
  theirs: Pick<FetchedPayment, 'refunds' | 'disputes'>,
): Promise<OurMovements> {
  const read = (table: 'refund' | 'dispute', named: readonly { readonly externalId: string }[]) =>
    named.length === 0
      ? []
      : query
          .selectFrom(table as 'refund')
          .select(['id', 'externalId', 'status', 'amountMinor'])
          .where('accountId', '=', accountId)
          .where((eb) =>
            eb.or([
              eb('purchaseId', '=', id),
              eb.and([
                eb('provider', '=', provider),
                eb(
                  'externalId',
                  'in',
                  named.map(({ externalId }) => externalId),
                ),
              ]),
            ]),
          )
          .execute()
  return {
    refunds: await read('refund', theirs.refunds),
    disputes: (await read('dispute', theirs.disputes)) as OurMovements['disputes'],
  }
}

/** Causes of the changes of an account's credit that were made at the provider alone. */
export async function ourCreditCauses(
  { query }: Transaction,
  { accountId, provider }: { readonly accountId: string; readonly provider: ProviderName },
): Promise<ReadonlySet<string>> {
  const rows = await query
    .selectFrom('credit_adjustment')
    .select('cause')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('cause', 'like', 'provider:%')
    .execute()
  return new Set(rows.map(({ cause }) => cause))
}
