import type { DeallocateArgs } from '#schema/entitlements/allocate.type.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { authorizeUsage } from '../usage/authorize-usage.js'
import { runOperation, type AllocationOutcome } from '../usage/run-operation.js'

/** Stops counting a named resource. Has no effect if the resource is not allocated. */
export async function deallocate(
  context: EntitlementsContext,
  { accountId: reference, feature, resourceId }: DeallocateArgs,
): Promise<AllocationOutcome> {
  const accountId = await authorizeUsage(context, reference)
  return (await runOperation(context, accountId, { kind: 'deallocate', feature, resourceId })) as AllocationOutcome
}
