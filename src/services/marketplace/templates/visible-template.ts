import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { isVisible, callerRelation } from '../access/template-access.js'
import { templateWithVendor } from './template-records.js'

/** A template that the caller may see: published, or the caller's own, or theirs to review. */
export async function visibleTemplate(
  context: IdentityContext,
  by: { readonly id?: string | null; readonly slug?: string | null },
): Promise<TemplateRow | null> {
  const template = await templateWithVendor(context.database, by)
  if (!template) return null
  if (template.status === 'APPROVED') return template
  return isVisible(template, await callerRelation(context, template.vendorAccountId)) ? template : null
}

/** True if the caller sees what is not published yet: the next version, and what reviewers said. */
export async function canSeeUnpublished(context: IdentityContext, vendorAccountId: string | null): Promise<boolean> {
  if (context.caller.kind === 'anonymous') return false
  const { own, reviewer } = await callerRelation(context, vendorAccountId)
  return own || reviewer
}
