import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { ConsumeInput } from '#schema/entitlements/consume.type.js'
import { denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { newAccountSnapshot } from '../model/account-snapshot.js'
import { presentSnapshot } from '../model/rollover.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { invalidUse, operationKey } from './operation-key.js'
import { runOperation, type ConsumeOutcome } from './run-operation.js'
import { authorizeUsage } from './authorize-usage.js'
import { memberOfKey, usageMember } from '../model/usage-member.js'
import { validateAmount, givenAmount } from '../model/usage-denials.js'
import { NO_DETAILS } from './entry-price.js'
import { propertiesOfKey } from '../model/use-properties.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'

/** A consumption with the failure policy that decided it. Null if decided on a snapshot and durable. */
export type PolicedOutcome = ConsumeOutcome & { readonly appliedFailurePolicy: 'OPEN' | null }

/** Consumes units of a quota or credits. The result is durable. */
export async function consume(context: EntitlementsContext, input: ConsumeInput): Promise<PolicedOutcome> {
  const accountId = await authorizeUsage(context, input.accountId)
  const { feature } = input
  const work = input.work ?? null
  const amount = givenAmount(input.amount, 1)
  const texts = useTextsOf(input)
  const invalid = invalidUse(input.idempotencyKey, texts) ?? (work && invalidAmountOfWork(input.amount, 1))
  if (invalid) return { ...denied(invalid), appliedFailurePolicy: null }
  const key = operationKey(context.caller, 'consume', input.idempotencyKey, [
    feature,
    amount,
    ...Object.values(texts),
    ...workOfKey(work),
    ...memberOfKey(input.userId),
    ...propertiesOfKey(input.properties),
  ])
  try {
    const outcome = await runOperation(context, accountId, {
      kind: 'consume',
      feature,
      amount,
      work,
      properties: input.properties ?? null,
      ...texts,
      ...(await usageMember(context, accountId, input.userId)),
      at: null,
      key,
    })
    return { ...(outcome as ConsumeOutcome), appliedFailurePolicy: null }
  } catch (error) {
    // Work has no price without the database.
    if (work) throw error
    return openly(context, { accountId, feature, amount }, error)
  }
}

/** Allows the use without counting it if the feature's failure policy is OPEN; otherwise the error is rethrown. */
function openly(
  context: EntitlementsContext,
  { accountId, feature: code, amount }: { accountId: string; feature: string; amount: number },
  error: unknown,
): PolicedOutcome {
  const catalog = context.catalog.current()
  const feature = catalog.features.get(code)
  const isAway = error instanceof AppError && error.code === 'UNAVAILABLE'
  if (!isAway || feature?.onFailure !== 'OPEN' || validateAmount(amount)) throw error
  const at = context.clock.now()
  const remembered = context.entitlements.snapshots.get(accountId)
  const snapshot = remembered ? presentSnapshot(catalog, remembered, at) : newAccountSnapshot(catalog, at, accountId)
  context.log.warn(
    { account: accountId, feature: code, amount },
    'allowed by failure policy OPEN, database unavailable',
  )
  return {
    kind: 'consumed',
    appliedFailurePolicy: 'OPEN',
    consumption: {
      id: context.database.newId('csm'),
      accountId,
      feature,
      amount,
      taken: [],
      debt: 0,
      at,
      price: null,
      charges: [],
      basis: null,
      details: NO_DETAILS,
      snapshot,
    },
  }
}
