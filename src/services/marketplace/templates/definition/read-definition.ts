import type { IdentityContext } from '#services/identity/model/caller.js'
import { accountReference, visibleAccount } from '#services/identity/model/guard.js'
import { canSeeUnpublished } from '../unpublished.js'

/** Definition of a template as `load` reads it. Null if the caller cannot read it, see `canReadDefinition`. */
export const readDefinition = async <Part>(
  context: IdentityContext,
  template: DefinitionOwner,
  reader: { readonly owns: (accountId: string) => Promise<boolean>; readonly load: () => Promise<Part> },
): Promise<Part | null> => ((await canReadDefinition(context, template, reader.owns)) ? reader.load() : null)

interface DefinitionOwner {
  readonly templateId: string
  readonly sold: boolean
  readonly vendorAccountId: string | null
}

/**
 * True if a caller can read a template's definition. The definition is what is sold: other users see it only if the
 * template is free, and anonymous callers never.
 */
async function canReadDefinition(
  context: IdentityContext,
  template: DefinitionOwner,
  owns: (accountId: string) => Promise<boolean>,
): Promise<boolean> {
  if (context.caller.kind === 'anonymous') return false
  if (!template.sold || (await canSeeUnpublished(context, template.vendorAccountId))) return true
  const reference = accountReference(context.caller, null)
  const account = reference && (await visibleAccount(context, reference, 'account:read'))
  return account ? owns(account.id) : false
}
