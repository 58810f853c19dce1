import type { IdentityContext } from '../../../identity/caller.js'
import { accountReference, visibleAccount } from '../../../identity/guard/guard.js'
import { canSeeUnpublished } from '../visible-template.js'

/**
 * Whether a caller may read a template's definition. What is sold is its definition: strangers see it when it costs nothing, and nobody
 * without signing in.
 */
export async function canReadDefinition(
  context: IdentityContext,
  template: { readonly templateId: string; readonly sold: boolean; readonly vendorAccountId: string | null },
  owns: (accountId: string) => Promise<boolean>,
): Promise<boolean> {
  if (context.caller.kind === 'anonymous') return false
  if (!template.sold || (await canSeeUnpublished(context, template.vendorAccountId))) return true
  const reference = accountReference(context.caller, null)
  const account = reference && (await visibleAccount(context, reference, 'account:read'))
  return account ? owns(account.id) : false
}
