import { CatalogFileError, type CatalogIssue } from './catalog-file-error.js'
import { CatalogReader } from './catalog-reader.js'
import { CatalogSource } from './catalog-source.js'
import { readPlanFeatures, type FeatureContext } from './read-plan-features.js'
import type { PlanFeatureDefinition } from './types.js'

const PATH = ['plans', 'offered', 'features']

/** Terms of features, or every problem with them. */
export type OfferedFeatures =
  | { readonly features: readonly PlanFeatureDefinition[] }
  | { readonly issues: readonly Pick<CatalogIssue, 'path' | 'message'>[] }

/**
 * Terms of features outside of a catalog file, in its form: `{ calls: { amount: 50000, overage: { price: "0.002", cap: 100000 } } }`. Paths
 * of problems begin with the code of the feature.
 */
export function readOfferedFeatures(
  said: Readonly<Record<string, unknown>>,
  context: Pick<FeatureContext, 'features' | 'currency' | 'soldIn' | 'pricedPer'>,
): OfferedFeatures {
  // JSON is YAML: the file consists of the codes that exist and the offered terms.
  const codes = Object.fromEntries([...context.features.keys()].map((code) => [code, {}]))
  const text = JSON.stringify({ features: codes, plans: { offered: { features: said } } })
  try {
    const source = new CatalogSource(text, 'features')
    const features = readPlanFeatures(
      { ...context, reader: new CatalogReader(source), isPackage: false },
      PATH,
      (source.content as { plans: { offered: { features: Record<string, unknown> } } }).plans.offered.features,
    )
    if (source.isBroken) throw source.failure()
    return { features }
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    return {
      issues: error.problems.map(({ path, message }) => ({ path: path.slice(`${PATH.join('.')}.`.length), message })),
    }
  }
}
