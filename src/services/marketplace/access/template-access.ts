import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Caller, IdentityContext } from '#services/identity/model/caller.js'
import type { TemplatePermission as TemplatePolicy } from '#services/identity/model/permissions.js'
import { mayAccess, templateRemedy } from '#services/identity/guard/access-rules.js'
import { requireSignedIn, visibleAccount } from '#services/identity/model/guard.js'

/** Policy of those who review templates. */
const REVIEW: TemplatePolicy = '/templates/*/review:POST'

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
  return { own, reviewer: mayAccess(context.caller, REVIEW) }
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
  const { allows, policy, text } = RULES[right]
  if (!allows(context.caller, standing))
    throw new AppError('FORBIDDEN', `${text}${templateRemedy(context.caller, policy)}`)
  return template
}

/** Rule of one permission on templates. */
interface Rule {
  /** The policy that an operator fulfills. */
  readonly policy: TemplatePolicy
  readonly allows: (caller: Caller, relation: CallerRelation) => boolean
  /** Message for a caller without the permission. */
  readonly text: string
}

const ofPolicy = (policy: TemplatePolicy): Pick<Rule, 'policy' | 'allows'> => ({
  policy,
  allows: (caller) => mayAccess(caller, policy),
})

const isEditor: Rule['allows'] = (caller, { own, reviewer }) =>
  mayAccess(caller, '/templates/*:PUT') && (own || reviewer)

const RULES: Readonly<Record<TemplatePermission, Rule>> = {
  read: { policy: REVIEW, allows: () => true, text: 'Not allowed to read this template.' },
  update: { policy: REVIEW, allows: isEditor, text: 'Only the vendor or an operator can change a template.' },
  price: { policy: REVIEW, allows: isEditor, text: 'Only the vendor or an operator can set the price of a template.' },
  submit: {
    policy: REVIEW,
    // A developer creates, and handing in what was created is the end of that; editing is the vendor's.
    allows: (caller, { own, reviewer }) => (mayAccess(caller, '/templates:POST') && own) || reviewer,
    text: 'Only the vendor or an operator can submit a template, or withdraw its submission.',
  },
  review: { ...ofPolicy(REVIEW), text: 'Only operators (admin or root) can review templates.' },
  delete: {
    ...ofPolicy('/templates/*:DELETE'),
    text: 'Only root can delete templates. Operators can deprecate them.',
  },
}
