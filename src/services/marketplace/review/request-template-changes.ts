import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { type ChecklistInput, decideReview } from './decide-review.js'

/** Requests changes from the vendor, with a reason. */
export const requestTemplateChanges = (
  context: CatalogContext,
  id: string,
  reason: string,
  checklist?: ChecklistInput | null,
): Promise<TemplateOutcome> =>
  decideReview(context, id, {
    move: 'requestChanges',
    decision: 'NEEDS_CHANGES',
    notifier: 'template.changes_requested',
    reason,
    checklist,
  })
