import type { ReviewDecision, SecurityChecklist } from '#entities/marketplace/template-review.entity.js'
import type { VersionMove } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { checkFreePromise } from '../model/check-free-promise.js'
import { checkDefinition } from '../templates/definition/check-definition.js'
import { presentContent } from '../templates/template-records.js'
import { publishTemplateEvent, type TemplateEventType } from '../templates/template-events.js'
import {
  changeTemplate,
  checkTransition,
  transitionVersion,
  type LockedTemplate,
  type TemplateChange,
  type TemplateMutation,
} from '../model/change-template.js'

const MAX_REASON_LENGTH = 2_000

/** Results of the security checks. Undefined: not checked. */
export type ChecklistInput = { readonly [Point in keyof SecurityChecklist]?: boolean | null }

export interface CheckedReview extends TemplateChange {
  readonly checklist?: ChecklistInput | null
}

export interface ReasonedReview extends CheckedReview {
  readonly reason: string
}

interface Decision {
  readonly mutation: TemplateMutation
  readonly move: VersionMove
  readonly decision: ReviewDecision
  readonly notifier: TemplateEventType
}

export function decideReview(
  context: CatalogContext,
  request: CheckedReview & { readonly reason?: string },
  review: Decision,
): Promise<TemplateOutcome> {
  const { templateId: id } = request
  return changeTemplate(context, review.mutation, request, async (transaction, input) => {
    const fault = validateReviewReason(request.reason) ?? checkTransition(input, review.move)
    if (fault) return fault
    const open = input.open!
    const sold =
      review.move === 'approve' && open.content.freeForever && (await checkFreePromise(transaction, id, 'templateId'))
    if (sold) return sold
    const checklist = readChecklist(open.content.definition, request.checklist ?? {})
    const failed = Object.entries(checklist).find(([, passed]) => passed === false)?.[0]
    if (review.move === 'approve' && failed)
      return refused('INVALID_TRANSITION', `Security checks failed: ${failed}. Request changes instead.`, {
        field: `checklist.${failed}`,
      })
    const reason = request.reason?.trim() ?? null
    await transitionVersion(transaction, input, review.move, reason)
    await transaction.query
      .insertInto('template_review')
      .values({
        id: transaction.newId('trv'),
        templateId: id,
        version: open.number,
        decision: review.decision,
        reason,
        checklist,
        reviewer: context.caller.principal,
        at: input.at,
      })
      .execute()
    const isNext = input.template.approvedAt !== null
    const version = review.move === 'approve' ? await publish(transaction, input) : open.number
    const type = review.move === 'approve' && isNext ? 'template.updated' : review.notifier
    const { name } = open.content
    await publishTemplateEvent(context, transaction, id, {
      type,
      summary: summaryOf(review.decision, name, version, reason),
      reason,
      data: { version, checklist, ...(HINTS[review.decision] ? { nextActionHint: HINTS[review.decision] } : {}) },
    })
    return undefined
  })
}

/** The version becomes what everyone sees. Its number is above every one that was shown before. */
async function publish(transaction: Transaction, { template, open, at }: LockedTemplate): Promise<number> {
  const number = template.approvedAt ? Math.max(template.version + 1, open!.number) : open!.number
  await presentContent(transaction, template.id, open!.content)
  await transaction.query.updateTable('template_version').set({ number }).where('id', '=', open!.id).execute()
  await transaction.query
    .updateTable('template')
    .set({ status: 'APPROVED', version: number, approvedAt: template.approvedAt ?? at, updatedAt: at })
    .where('id', '=', template.id)
    .execute()
  // A price set before the approval is for sale from the listing on, so that the template is never free in between. A
  // price that was removed stays removed.
  const isFirst = template.approvedAt === null
  const { name } = open!.content
  const { numUpdatedRows } = await transaction.query
    .updateTable('product')
    .set({ name, ...(isFirst ? { active: true } : {}) })
    .where('type', '=', 'TEMPLATE')
    .where('externalId', '=', template.id)
    .where((eb) => eb.or([eb('name', '<>', name), ...(isFirst ? [eb('active', '=', false)] : [])]))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n) transaction.announce(CATALOG_TOPIC)
  return number
}

/** Two checks are computed by the server. A reviewer can only be stricter. */
function readChecklist(definition: unknown, given: ChecklistInput): SecurityChecklist {
  const isValid = checkDefinition(definition).kind === 'valid'
  return {
    noSecrets: given.noSecrets ?? isValid,
    noHardcodedCredentials: given.noHardcodedCredentials ?? null,
    validDockerSyntax: given.validDockerSyntax ?? isValid,
    noMaliciousCode: given.noMaliciousCode ?? null,
  }
}

function validateReviewReason(reason: string | undefined): Refused | null {
  if (reason === undefined) return null
  const length = reason.trim().length
  if (length > 0 && length <= MAX_REASON_LENGTH && isPostgresSafe(reason)) return null
  return refused(
    'INVALID_PARAMETERS',
    `reason must be 1 to ${MAX_REASON_LENGTH} characters long. The vendor can read it.`,
    {
      field: 'reason',
    },
  )
}

const HINTS: Partial<Record<ReviewDecision, string>> = {
  NEEDS_CHANGES: 'Make the requested changes with updateTemplate, then submit again with submitTemplate.',
  REJECTED: 'Read the reason. A new version can be submitted.',
}

function summaryOf(decision: ReviewDecision, name: string, version: number, reason: string | null): string {
  switch (decision) {
    case 'STARTED':
      return `Version ${version} of ${name} is being reviewed.`
    case 'APPROVED':
      return `Version ${version} of ${name} was approved and is on the marketplace.`
    case 'NEEDS_CHANGES':
      return `Version ${version} of ${name} needs changes: ${reason}`
    case 'REJECTED':
      return `Version ${version} of ${name} was rejected: ${reason}`
  }
}
