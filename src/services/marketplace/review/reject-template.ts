import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { decideReview, type ReasonedReview } from './decide-review.js'

/** Rejects the version with a reason. An earlier published version stays published. */
export const rejectTemplate = (context: CatalogContext, input: ReasonedReview): Promise<TemplateOutcome> =>
  decideReview(context, input, {
    mutation: 'rejectTemplate',
    move: 'reject',
    decision: 'REJECTED',
    notifier: 'template.rejected',
  })
