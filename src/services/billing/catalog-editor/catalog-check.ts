import { CatalogFileError, type CatalogIssue } from '#services/catalog/definition/catalog-file-error.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { compareTexts, type TextChange } from '#services/catalog/versions/compare-texts.js'
import { requireParentAddress } from '#services/billing/checkout/return-urls.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { requireCurrent } from './catalog-draft.js'
import { unstorable } from './set-catalog-draft.js'

/** A reason why a text cannot be published. */
export type CatalogProblem = Omit<CatalogIssue, 'file'>

export interface CatalogCheck {
  readonly problems: readonly CatalogProblem[]
  /** Differences from the current text. Empty if the text is no YAML. */
  readonly changes: readonly TextChange[]
  /** Null if there are problems. */
  readonly definition: CatalogDefinition | null
}

/** Problems of a text, and its differences from the current catalog. Nothing is stored. Operators only. */
export async function catalogCheck(context: BillingContext, text: string): Promise<CatalogCheck> {
  requireInstallation(context, 'ops:read')
  const { text: current } = await requireCurrent(context.database)
  const problem = unstorable(text)
  if (problem) return { problems: [atStart(problem.message)], changes: [], definition: null }
  const { definition, problems } = readText(context, text)
  return { problems, changes: changesOf(current, text), definition }
}

/** The catalog of a text that can be published on this server, or the problems. */
export function readText(
  { catalog, config }: BillingContext,
  text: string,
): { readonly definition: CatalogDefinition | null; readonly problems: readonly CatalogProblem[] } {
  try {
    const definition = parseCatalog(text, 'catalog')
    requireSameBusiness(catalog.current().business, definition)
    requireParentAddress(config, definition)
    return { definition, problems: [] }
  } catch (error) {
    if (error instanceof CatalogFileError) return { definition: null, problems: error.problems }
    if (error instanceof AppError) return { definition: null, problems: [atStart(error.message)] }
    throw error
  }
}

function requireSameBusiness(business: string, definition: CatalogDefinition): void {
  if (definition.business !== business)
    throw new AppError('CONFIGURATION', `the database belongs to business '${business}', which cannot be changed`)
}

const atStart = (message: string): CatalogProblem => ({ line: 1, column: 1, path: '', message })

function changesOf(current: string, text: string): readonly TextChange[] {
  try {
    return compareTexts(current, text)
  } catch (error) {
    if (error instanceof CatalogFileError) return []
    throw error
  }
}
