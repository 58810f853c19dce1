import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { withExecutableRemedies } from '../remedies/executable-remedies.js'
import type { WithRemedyRules } from '../remedies/remedy-rules.js'
import type { Check } from './decide-check.js'
import { explainRemedies } from './explain-check.js'

/** Steps of a check for people, with the remedies that can be carried out. */
export async function explainSteps<Context extends CatalogContext & WithRemedyRules<Context>>(
  context: Context,
  { denial, explain }: Pick<Check, 'denial' | 'explain'>,
): Promise<string[]> {
  if (!denial) return [...explain]
  const accountId = denial.remedies.find((step) => step.buyer)?.buyer?.accountId
  const { explanations } = context.remedyRules
  const further = accountId ? await Promise.all(explanations.map((explainFor) => explainFor(context, accountId))) : []
  return [...explain, ...further.flat(), ...explainRemedies(await withExecutableRemedies(context, denial))]
}
