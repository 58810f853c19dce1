import type { AllocateArgs } from '#schema/entitlements/allocate.type.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { authorizeUsage } from '../usage/authorize-usage.js'
import { runOperation, type AllocationOutcome } from '../usage/run-operation.js'

/** Counts a named resource against a limit. Repeated calls have no effect. */
export async function allocate(
  context: EntitlementsContext,
  { accountId: reference, feature, resourceId }: AllocateArgs,
): Promise<AllocationOutcome> {
  const accountId = await authorizeUsage(context, reference)
  return (await runOperation(context, accountId, { kind: 'allocate', feature, resourceId })) as AllocationOutcome
}
