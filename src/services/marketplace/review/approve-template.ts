import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { type ChecklistInput, decideReview } from './decide-review.js'

/** A reviewer publishes the version: from now on everyone sees it. No point of the checklist may have failed. */
export const approveTemplate = (
  context: CatalogContext,
  id: string,
  checklist?: ChecklistInput | null,
): Promise<TemplateOutcome> =>
  decideReview(context, id, {
    move: 'approve',
    decision: 'APPROVED',
    notifier: 'template.approved',
    reason: null,
    checklist,
  })
