import type { InputIssue } from '#services/kernel/denials/denial.js'
import { formatPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { applyContent, contentDenial } from '../model/content-input.js'
import type { TemplateOutcome } from '../authoring/create-template.js'
import { categoryCodes } from '../templates/template-records.js'
import { publishTemplateEvent } from '../templates/template-events.js'
import { changeTemplate, checkTransition, transitionVersion, type TemplateChange } from '../model/change-template.js'

/** Hands the open version in for review. It is checked once more: a category or plan may be gone since it was written. */
export async function submitTemplate(context: CatalogContext, request: TemplateChange): Promise<TemplateOutcome> {
  const categories = await categoryCodes(context.database)
  const plans = new Set(context.catalog.current().plans.map(({ code }) => code))
  return changeTemplate(
    context,
    { mutation: 'submitTemplate', permission: 'submit' },
    request,
    async (transaction, input) => {
      const fault = checkTransition(input, 'submit')
      if (fault) return fault
      const { content, issues } = applyContent(input.open!.content, {}, { categories, plans })
      const wrong = contentDenial(issues.map(ofStoredVersion))
      if (wrong) return wrong
      await transitionVersion(transaction, input, 'submit', null)
      await publishTemplateEvent(context, transaction, request.templateId, {
        type: 'template.submitted',
        summary: `Version ${input.open!.number} of ${content.name} was submitted for review.`,
        data: { version: input.open!.number },
      })
      return undefined
    },
  )
}

/** The input names only the template, so the message names the field of its version. */
const ofStoredVersion = ({ path, code, message }: InputIssue): InputIssue => ({
  path: ['templateId'],
  code,
  message: `${formatPath(path)}: ${message}`,
})
