import type { EntitlementsContext } from '../entitlements-context.js'
import { runOperation, type AllocationOutcome } from '../usage/run-operation.js'
import { authorizeUsage } from '../usage/authorize-usage.js'

export interface AllocateResource {
  readonly accountId: string
  readonly feature: string
  /** The caller's own name of the resource. */
  readonly resourceId: string
}

/** Counts a named resource against a limit; twice is once. */
export async function allocateResource(
  context: EntitlementsContext,
  input: AllocateResource,
): Promise<AllocationOutcome> {
  return move(context, 'allocate', input)
}

/** Deallocates a resource. Has no effect if it is not allocated. */
export async function deallocateResource(
  context: EntitlementsContext,
  input: AllocateResource,
): Promise<AllocationOutcome> {
  return move(context, 'deallocate', input)
}

async function move(
  context: EntitlementsContext,
  kind: 'allocate' | 'deallocate',
  { accountId: reference, feature, resourceId }: AllocateResource,
): Promise<AllocationOutcome> {
  const accountId = await authorizeUsage(context, reference)
  return (await runOperation(context, accountId, { kind, feature, resourceId })) as AllocationOutcome
}
