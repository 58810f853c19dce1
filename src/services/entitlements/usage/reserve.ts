import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { ReserveInput } from '#schema/entitlements/consume.type.js'
import { denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { invalidUse, operationKey } from './operation-key.js'
import { runOperation, type ReserveOutcome } from './run-operation.js'
import { authorizeUsage } from './authorize-usage.js'
import { givenAmount } from '../model/usage-denials.js'
import { memberOfKey, usageMember } from '../model/usage-member.js'
import { propertiesOfKey } from '../model/use-properties.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'

const DEFAULT_SECONDS = 300

/** Reserves units until they are committed, released or expired. */
export async function reserve(context: EntitlementsContext, input: ReserveInput): Promise<ReserveOutcome> {
  const accountId = await authorizeUsage(context, input.accountId)
  const { feature } = input
  const work = input.work ?? null
  const amount = givenAmount(input.amount, 0, 'a call with work')
  const expiresInSeconds = input.expiresInSeconds ?? DEFAULT_SECONDS
  const onExpiry = input.onExpiry ?? 'RELEASE'
  const texts = useTextsOf(input)
  const invalid = invalidUse(input.idempotencyKey, texts) ?? (work && invalidAmountOfWork(input.amount))
  if (invalid) return denied(invalid)
  const key = operationKey(context.caller, 'reserve', input.idempotencyKey, [
    feature,
    amount,
    expiresInSeconds,
    ...Object.values(texts),
    ...workOfKey(work),
    ...memberOfKey(input.userId),
    ...propertiesOfKey(input.properties),
    // Calls that release keep the input of earlier versions.
    ...(onExpiry === 'RELEASE' ? [] : [onExpiry]),
  ])
  const member = await usageMember(context, accountId, input.userId)
  const { properties = null } = input
  const use = { feature, amount, work, properties, expiresInSeconds, onExpiry, ...texts, ...member, key }
  return (await runOperation(context, accountId, { kind: 'reserve', ...use })) as ReserveOutcome
}
