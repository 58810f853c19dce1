import type { BillingContext } from '#services/billing/model/billing-context.js'
import { createComparisonProgress } from '#services/billing/usage-comparisons/comparison-progress.js'
import type { BaseParts, OpenedParts } from '../module-parts.js'

declare module '../request-context.js' {
  interface RequestContext extends BillingContext {}
}

/** Adds the providers to all contexts. */
export function openBilling(
  base: BaseParts,
  providers: BillingContext['providers'],
): OpenedParts<Pick<BillingContext, 'comparisonProgress' | 'providers'>> {
  const comparisonProgress = createComparisonProgress(base)
  return { parts: { providers, comparisonProgress }, finish: () => comparisonProgress.write() }
}
