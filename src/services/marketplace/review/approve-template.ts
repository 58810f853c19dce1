import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { decideReview, type CheckedReview } from './decide-review.js'

/** A reviewer publishes the version: from now on everyone sees it. No point of the checklist may have failed. */
export const approveTemplate = (context: CatalogContext, input: CheckedReview): Promise<TemplateOutcome> =>
  decideReview(context, input, {
    mutation: 'approveTemplate',
    move: 'approve',
    decision: 'APPROVED',
    notifier: 'template.approved',
  })
