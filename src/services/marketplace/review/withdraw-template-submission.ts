import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import {
  changeTemplate,
  checkTransition,
  invalidTransition,
  transitionVersion,
  type TemplateChange,
} from '../model/change-template.js'
import { publishTemplateEvent } from '../templates/template-events.js'

/** Takes a version that waits for its review, or is in review, out of the queue. It is a draft again. */
export function withdrawTemplateSubmission(context: CatalogContext, request: TemplateChange): Promise<TemplateOutcome> {
  return changeTemplate(
    context,
    { mutation: 'withdrawTemplateSubmission', permission: 'submit' },
    request,
    async (transaction, input) => {
      const { open } = input
      const fault = checkTransition(input, 'withdraw')
      if (fault && open && input.template.status !== 'DEPRECATED')
        return invalidTransition(`Version ${open.number} is ${open.status}. Change it with updateTemplate.`)
      if (fault) return fault
      await transitionVersion(transaction, input, 'withdraw', null)
      await publishTemplateEvent(context, transaction, request.templateId, {
        type: 'template.submission_withdrawn',
        summary: `Version ${open!.number} of ${open!.content.name} was withdrawn from its review.`,
        data: { version: open!.number },
      })
      return undefined
    },
  )
}
