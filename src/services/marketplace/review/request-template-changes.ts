import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { decideReview, type ReasonedReview } from './decide-review.js'

/** Requests changes from the vendor, with a reason. */
export const requestTemplateChanges = (context: CatalogContext, input: ReasonedReview): Promise<TemplateOutcome> =>
  decideReview(context, input, {
    mutation: 'requestTemplateChanges',
    move: 'requestChanges',
    decision: 'NEEDS_CHANGES',
    notifier: 'template.changes_requested',
  })
