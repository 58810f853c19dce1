import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { decideReview } from './decide-review.js'

/** A reviewer takes the version from the queue. */
export const startTemplateReview = (context: CatalogContext, id: string): Promise<TemplateOutcome> =>
  decideReview(context, id, {
    move: 'startReview',
    decision: 'STARTED',
    notifier: 'template.review_started',
    reason: null,
  })
