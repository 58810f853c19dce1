import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { mayAccess, templateRemedy } from '#services/identity/guard/access-rules.js'
import { requireSignedIn, visibleAccount } from '#services/identity/model/guard.js'

/** Permissions on one template. */
export type TemplatePermission = 'read' | 'update' | 'submit' | 'review' | 'price' | 'delete'

export type TemplateWithVendor = TemplateRow & {
  readonly vendorName: string | null
  readonly vendorAccountId: string | null
}

/** A caller's relation to a template. */
export interface CallerRelation {
  /** The caller publishes in the name of the vendor's account. */
  readonly own: boolean
  readonly reviewer: boolean
}

export async function callerRelation(
  context: IdentityContext,
  vendorAccountId: VendorRow['accountId'],
): Promise<CallerRelation> {
  const own =
    vendorAccountId !== null && (await visibleAccount(context, vendorAccountId, 'marketplace:publish')) !== null
  return { own, reviewer: mayAccess(context.caller, '/templates/*/review:POST') }
}

/** True if the template is on the marketplace, or the caller's own, or the caller's to review. */
export const isVisible = (template: TemplateRow, { own, reviewer }: CallerRelation): boolean =>
  template.status === 'APPROVED' || own || reviewer

/**
 * A template that is loaded together with others. Null if the caller may not see it.
 * @param vendorOf asked for templates that are not on the marketplace only
 */
export async function visibleLoadedTemplate(
  context: IdentityContext,
  template: TemplateRow | null,
  vendorOf: (vendorId: string) => Promise<VendorRow | null>,
): Promise<TemplateRow | null> {
  if (!template || template.status === 'APPROVED') return template
  const vendor = template.vendorId === null ? null : await vendorOf(template.vendorId)
  return isVisible(template, await callerRelation(context, vendor?.accountId ?? null)) ? template : null
}

/**
 * Throws unless the caller has the permission: an invisible template is not found, a visible one without the permission
 * is forbidden.
 */
export async function requireTemplatePermission(
  context: IdentityContext,
  template: TemplateWithVendor | null,
  right: TemplatePermission,
): Promise<TemplateWithVendor> {
  requireSignedIn(context)
  const standing = await callerRelation(context, template?.vendorAccountId ?? null)
  if (!template || !isVisible(template, standing)) throw new AppError('NOT_FOUND', 'Template not found.')
  if (!allows(context, standing, right)) {
    const rule = right === 'delete' ? '/templates/*:DELETE' : '/templates/*/review:POST'
    throw new AppError('FORBIDDEN', `${TEXTS[right]}${templateRemedy(context.caller, rule)}`)
  }
  return template
}

function allows({ caller }: IdentityContext, { own, reviewer }: CallerRelation, right: TemplatePermission): boolean {
  switch (right) {
    case 'read':
      return true
    case 'update':
    case 'price':
      return mayAccess(caller, '/templates/*:PUT') && (own || reviewer)
    case 'submit':
      // A developer creates, and handing in what was created is the end of that; editing is the vendor's.
      return (mayAccess(caller, '/templates:POST') && own) || reviewer
    case 'review':
      return reviewer
    case 'delete':
      return mayAccess(caller, '/templates/*:DELETE')
  }
}

const TEXTS: Record<TemplatePermission, string> = {
  read: 'Not allowed to read this template.',
  update: 'Only the vendor or an operator can change a template.',
  price: 'Only the vendor or an operator can set the price of a template.',
  submit: 'Only the vendor or an operator can submit a template, or withdraw its submission.',
  review: 'Only operators (admin or root) can review templates.',
  delete: 'Only root can delete templates. Operators can deprecate them.',
}
