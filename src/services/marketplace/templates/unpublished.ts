import type { IdentityContext } from '#services/identity/model/caller.js'
import { callerRelation } from '../access/template-access.js'

/** Reads what is not published yet. Null if the caller is neither the vendor nor a reviewer. */
export const readUnpublished = async <Value>(
  context: IdentityContext,
  vendorAccountId: string | null,
  load: () => Promise<Value>,
): Promise<Value | null> => ((await canSeeUnpublished(context, vendorAccountId)) ? load() : null)

/** True if the caller sees what is not published yet: the next version, and what reviewers said. */
export async function canSeeUnpublished(context: IdentityContext, vendorAccountId: string | null): Promise<boolean> {
  if (context.caller.kind === 'anonymous') return false
  const { own, reviewer } = await callerRelation(context, vendorAccountId)
  return own || reviewer
}
