import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { type ChecklistInput, decideReview } from './decide-review.js'

/** Rejects the version with a reason. An earlier published version stays published. */
export const rejectTemplate = (
  context: CatalogContext,
  id: string,
  reason: string,
  checklist?: ChecklistInput | null,
): Promise<TemplateOutcome> =>
  decideReview(context, id, { move: 'reject', decision: 'REJECTED', notifier: 'template.rejected', reason, checklist })
