import type { ReviewDecision, SecurityChecklist } from '#entities/marketplace/template-review.entity.js'
import type { VersionMove } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { checkFreePromise } from '../model/check-free-promise.js'
import { checkDefinition } from '../templates/definition/check-definition.js'
import { presentContent } from '../templates/template-records.js'
import { publishTemplateEvent, type TemplateEventType } from '../templates/template-events.js'
import { REVIEW_MAIL } from './review-mail.js'
import {
  changeTemplate,
  checkTransition,
  transitionVersion,
  type LockedTemplate,
  type TemplateChange,
} from '../model/change-template.js'

const MAX_REASON_LENGTH = 2_000

/** Results of the security checks. Undefined: not checked. */
export type ChecklistInput = { readonly [Point in keyof SecurityChecklist]?: boolean | null }

export interface ReviewTemplate extends TemplateChange {
  readonly action: ReviewDecision
  /** Required for REJECTED and NEEDS_CHANGES, and ignored otherwise. */
  readonly reason?: string | null
  readonly checklist?: ChecklistInput | null
}

/** Move of the version and event of each step. */
const STEPS = {
  STARTED: { move: 'startReview', event: 'template.review_started' },
  APPROVED: { move: 'approve', event: 'template.approved' },
  NEEDS_CHANGES: { move: 'requestChanges', event: 'template.changes_requested' },
  REJECTED: { move: 'reject', event: 'template.rejected' },
} as const satisfies Record<ReviewDecision, { move: VersionMove; event: TemplateEventType }>

/** Names of the checks in sentences. */
const CHECKS: Readonly<Record<keyof SecurityChecklist, string>> = {
  noSecrets: 'No secrets in the template',
  noHardcodedCredentials: 'No credentials in images, commands or files',
  validDockerSyntax: 'The compose file is valid',
  noMaliciousCode: 'No code that harms the server or its owner',
}

/**
 * A step of the review of a version: a reviewer takes it from the queue, publishes it, rejects it, or asks for changes. To be published, no
 * point of the checklist may have failed. An earlier published version stays published.
 */
export function reviewTemplate(context: CatalogContext, request: ReviewTemplate): Promise<TemplateOutcome> {
  const { templateId: id, action } = request
  const { move, event } = STEPS[action]
  const isReasoned = action === 'REJECTED' || action === 'NEEDS_CHANGES'
  return changeTemplate(
    context,
    { mutation: 'reviewTemplate', permission: 'review' },
    request,
    async (transaction, input) => {
      const fault = (isReasoned && validateReviewReason(request.reason ?? '')) || checkTransition(input, move)
      if (fault) return fault
      const open = input.open!
      const sold =
        move === 'approve' && open.content.freeForever && (await checkFreePromise(transaction, id, 'templateId'))
      if (sold) return sold
      const checklist = readChecklist(open.content.definition, request.checklist ?? {})
      const failed = (Object.keys(CHECKS) as (keyof SecurityChecklist)[]).find((check) => checklist[check] === false)
      if (move === 'approve' && failed)
        return refused('INVALID_TRANSITION', `“${CHECKS[failed]}” is not confirmed. Check it, or request changes.`, {
          field: `checklist.${failed}`,
        })
      const reason = isReasoned ? request.reason!.trim() : null
      await transitionVersion(transaction, input, move, reason)
      await transaction.query
        .insertInto('template_review')
        .values({
          id: transaction.newId('trv'),
          templateId: id,
          version: open.number,
          decision: action,
          reason,
          checklist,
          reviewer: context.caller.principal,
          at: input.at,
        })
        .execute()
      const isNext = input.template.approvedAt !== null
      const version = move === 'approve' ? await publish(transaction, input) : open.number
      const type = move === 'approve' && isNext ? 'template.updated' : event
      const { name } = open.content
      await publishTemplateEvent(context, transaction, id, {
        type,
        summary: summaryOf(action, name, version, reason),
        reason,
        data: { version, checklist, ...(HINTS[action] ? { nextActionHint: HINTS[action] } : {}) },
      })
      const { vendorAccountId } = input.template
      if (vendorAccountId && action !== 'STARTED')
        await mailManagers(context, transaction, vendorAccountId, REVIEW_MAIL, {
          decision: action,
          name,
          version,
          reason,
        })
      return undefined
    },
  )
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

function validateReviewReason(reason: string): Refused | null {
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
