import type { CatalogGrantText } from '#schema/billing/catalog-check.type.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { describeFeature } from '#services/catalog/plans/describe-feature.js'

/** Pure: texts of the features of the plans of a catalog that is not loaded. */
export function grantTexts(definition: CatalogDefinition | null): CatalogGrantText[] {
  if (!definition) return []
  const features = new Map(definition.features.map((feature) => [feature.code, feature]))
  return definition.plans.flatMap((plan) =>
    plan.features.map((granted) => ({
      __typename: 'CatalogGrantText',
      plan: plan.code,
      feature: granted.feature,
      text: granted.text ?? describeFeature({ ...granted, feature: features.get(granted.feature)! }),
    })),
  )
}
