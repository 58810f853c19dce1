import { numberText } from '#services/kernel/text/readable.js'
import type { AmendUsageArgs } from '#schema/billing/usage-amendment.type.js'
import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { persistChanges } from '#services/entitlements/persist/persist-changes.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { BillingContext } from '../model/billing-context.js'
import {
  authorizeAmendment,
  planAmendment,
  type AmendableConsumption,
  type PlannedAmendment,
} from './plan-amendment.js'

export type AmendmentOutcome = { readonly kind: 'amended'; readonly amendment: UsageAmendmentRow } | Denied

/**
 * Returns units of a consumption by counter-entries, under the lock of the account. The consumption and its entries stay as
 * they are. Units never return twice, because the amendments of a consumption are read under the lock.
 */
export async function runAmendment(
  context: BillingContext,
  { consumptionId, amount: wanted, idempotencyKey, ...request }: AmendUsageArgs,
): Promise<AmendmentOutcome> {
  const consumption = await authorizeAmendment(context, consumptionId)
  const reason = request.reason.trim()
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  const { accountId } = consumption.place
  const outcome = await runIdempotent<UsageAmendmentRow>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'amendUsage', idempotencyKey),
    request: { consumptionId, wanted, reason },
    replay: (transaction, { id }) =>
      transaction.query
        .selectFrom('usage_amendment')
        .selectAll()
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .executeTakeFirstOrThrow(),
    execute: async (transaction) => {
      const amendedBy = context.caller.principal
      const row = await writeAmendment(context, transaction, consumption, { wanted, reason, amendedBy })
      return 'kind' in row ? row : { value: row, reference: { __typename: 'UsageAmendment', id: row.id } }
    },
  })
  return 'kind' in outcome ? outcome : { kind: 'amended', amendment: outcome }
}

/** An amendment that the caller may make. */
export interface AuthorizedAmendment {
  /** Units that still count afterwards. */
  readonly wanted: number
  readonly reason: string
  readonly amendedBy: string
  /** Time from which the days of amendments count. Default: the time of the usage. */
  readonly recordedAt?: Date
}

/** Decides and writes an amendment under the lock of the account. */
export async function writeAmendment(
  context: BillingContext,
  transaction: Transaction,
  consumption: AmendableConsumption,
  { reason, amendedBy, ...terms }: AuthorizedAmendment,
): Promise<UsageAmendmentRow | Denied> {
  const { accountId, version, operationNo } = consumption.place
  await lockAccount(transaction, accountId)
  const id = transaction.newId('uam')
  const planned = await planAmendment(context, transaction, consumption, { ...terms, reference: `amendment ${id}` })
  if ('code' in planned) return denied(planned)
  const row: UsageAmendmentRow = {
    id,
    accountId,
    version: planned.draft.version,
    operationNo: planned.operationNo,
    consumptionVersion: version,
    consumptionOperationNo: operationNo,
    feature: planned.feature.code,
    amount: planned.amount,
    lost: planned.lost,
    debtReduced: planned.debtReduced,
    remaining: planned.remaining,
    invoiceEffect: planned.invoiceEffect,
    reason,
    amendedBy,
    at: context.clock.now(),
  }
  await write(transaction, positionalId('csm', accountId, version, operationNo), planned, row)
  return row
}

async function write(
  transaction: Transaction,
  consumptionId: string,
  { draft, feature }: PlannedAmendment,
  row: UsageAmendmentRow,
): Promise<void> {
  const { accountId, amount, lost, debtReduced, remaining, invoiceEffect, reason, amendedBy } = row
  const terms = { feature: feature.code, amount, remaining, lost, debtReduced, invoiceEffect, reason, by: amendedBy }
  const change = draft.change({
    type: 'usage.amended',
    summary: `${numberText(amount)} units of ${feature.name} were returned: ${reason}`,
    subject: { __typename: 'Consumption', id: consumptionId },
    data: { id: row.id, consumptionId, ...terms },
    outbox: true,
  })
  const [persisted] = await persistChanges(transaction, [change])
  if (!persisted?.applied) throw new Error(`account ${accountId} changed despite its lock`)
  await transaction.query.insertInto('usage_amendment').values(row).execute()
  await recordChange(transaction, {
    accountId,
    actor: amendedBy,
    action: 'usage.amended',
    object: consumptionId,
    details: terms,
  })
  transaction.announce(accountId)
}
