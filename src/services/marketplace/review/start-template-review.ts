import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import type { TemplateChange } from '../model/change-template.js'
import { decideReview } from './decide-review.js'

/** A reviewer takes the version from the queue. */
export const startTemplateReview = (context: CatalogContext, input: TemplateChange): Promise<TemplateOutcome> =>
  decideReview(context, input, {
    mutation: 'startTemplateReview',
    move: 'startReview',
    decision: 'STARTED',
    notifier: 'template.review_started',
  })
