import { compareWanted, requireOpenTaxes } from '#services/billing/catalog-push/push-catalog.js'
import { describeStep, type DesiredOffers, type PushStep } from '#services/billing/catalog-push/decide-push.js'
import { loadWanted } from '#services/billing/catalog-push/load-wanted.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { applyCatalog } from '#services/catalog/load/load-catalog.js'
import { readSnapshot } from '#services/catalog/snapshot/read-snapshot.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { describeCatalogChange } from '#services/catalog/versions/describe-change.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogProviderStep } from '#schema/billing/catalog-check.type.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { effectsOf, type CatalogEffect } from './catalog-effects.js'

type ProviderStep = Omit<CatalogProviderStep, '__typename'>

/** Effect of publishing a catalog: it is loaded as a file is, measured, and rolled back. */
export async function previewCatalog(
  context: BillingContext,
  definition: CatalogDefinition,
): Promise<{
  /** Changes of plans, packages and prices. */
  readonly steps: readonly string[]
  readonly providerSteps: readonly ProviderStep[]
  readonly effects: readonly CatalogEffect[]
}> {
  const ports = Object.values(context.providers)
  const { wanted, ...loaded } = await context.database.transaction(async (transaction) => {
    const changes = await applyCatalog(transaction, definition)
    for (const store of context.declared.catalogSections) await store(transaction, definition)
    const next = await readSnapshot(transaction, definition)
    return {
      steps: changes.map(describeCatalogChange),
      effects: await effectsOf(context, transaction, next, changes),
      wanted: await inTurn(ports, (port) =>
        loadWanted(transaction, port, { business: next.business, features: next.features.values(), taxes: next.taxes }),
      ),
    }
  }, isNothingKept)
  const providerSteps = await Promise.all(ports.map((port, index) => stepsAt(port, wanted[index]!)))
  return { ...loaded, providerSteps: providerSteps.flat() }
}

const isNothingKept = () => false

/** @throws AppError if the provider cannot be reached, or allows a step never */
async function stepsAt(port: PaymentPort, wanted: DesiredOffers): Promise<ProviderStep[]> {
  const { provider } = port
  let steps: readonly PushStep[]
  try {
    ;({ steps } = await compareWanted(port, wanted))
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    throw new AppError('UNAVAILABLE', `The payment provider rejected the request: ${error.message}`, { cause: error })
  }
  for (const step of steps) if (step.do === 'set_taxes') requireOpenTaxes(step)
  return steps.map((step) => ({ provider, description: describeStep(step) }))
}

/** One after the other: a transaction has one connection. */
async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}
