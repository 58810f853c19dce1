import type { CatalogDefinition, PackageDefinition, PlanDefinition, PriceDefinition } from '../definition/types.js'
import type {
  CatalogChange,
  EntryChange,
  LoadedCatalog,
  LoadedEntry,
  LoadedPlan,
  LoadedPrice,
  PriceOwner,
  SimpleEntries,
} from './catalog-change.js'
import { fingerprint } from './fingerprint.js'
import { planVersionFingerprint, priceKey } from './version-fingerprints.js'

/**
 * Changes that loading this definition makes, in dependency order. Empty if the same catalog is already loaded. Nothing
 * is deleted: entries missing in the file are deactivated. @param previous null on a new database
 */
export function decideCatalogChanges(previous: LoadedCatalog | null, definition: CatalogDefinition): CatalogChange[] {
  const before: Omit<LoadedCatalog, 'business'> = previous ?? { plans: [] }
  return [
    ...entryChanges('feature', before.features, definition.features),
    ...entryChanges('category', before.categories, definition.categories),
    ...entryChanges('vendor', before.vendors, definition.vendors),
    ...definition.plans.flatMap((plan) => planChanges(byCode(before.plans, plan.code), plan)),
    ...packageChanges(before, definition),
    ...entryChanges('template', before.templates, definition.templates),
    ...deactivations('plan', before.plans, definition.plans),
    ...deactivations('package', before.packages, definition.packages),
    ...deactivations('vendor', before.vendors, definition.vendors),
    ...deactivations('category', before.categories, definition.categories),
    ...deactivations('feature', before.features, definition.features),
  ]
}

/** Writes entries that are unknown, changed or active again. Unchanged entries are not written. */
function entryChanges<Name extends keyof SimpleEntries>(
  name: Name,
  before: readonly LoadedEntry[] = [],
  definitions: readonly SimpleEntries[Name][],
): EntryChange[] {
  return definitions.flatMap((definition) => {
    const known = byCode(before, definition.code)
    const now = fingerprint(definition)
    // A template that its reviewers took down stays down, until the catalog itself says something new of it.
    const isCurrent = known?.fingerprint === now && (known.active || name === 'template')
    return isCurrent ? [] : [{ kind: `put_${name}`, definition, fingerprint: now } as EntryChange]
  })
}

function planChanges(known: LoadedPlan | undefined, plan: PlanDefinition): CatalogChange[] {
  const owner: PriceOwner = { type: 'PLAN', code: plan.code }
  const now = planVersionFingerprint(plan)
  if (!known) {
    return [{ kind: 'create_plan', plan, version: 1, fingerprint: now }, ...priceChanges(owner, [], plan.prices)]
  }
  const changes: CatalogChange[] = []
  if (!hasSameTexts(known, plan)) changes.push({ kind: 'update_plan', plan })
  if (known.fingerprint !== now) {
    changes.push({ kind: 'create_plan_version', plan, version: known.version + 1, fingerprint: now })
  }
  if (!known.active) changes.push({ kind: 'activate_plan', code: plan.code })
  return [...changes, ...priceChanges(owner, known.prices, plan.prices)]
}

function hasSameTexts(known: LoadedPlan, { name, description, bullets }: PlanDefinition): boolean {
  const before = { name: known.name, description: known.description, bullets: known.bullets }
  return fingerprint(before) === fingerprint({ name, description, bullets })
}

function packageChanges(before: Pick<LoadedCatalog, 'packages'>, { packages }: CatalogDefinition): CatalogChange[] {
  return packages.flatMap((definition: PackageDefinition) => {
    const known = before.packages?.find(({ code }) => code === definition.code)
    const owner: PriceOwner = { type: 'PACKAGE', code: definition.code }
    return [
      ...entryChanges('package', known ? [known] : [], [definition]),
      ...priceChanges(owner, known?.prices ?? [], definition.prices),
    ]
  })
}

/** New prices first, so that there is never a moment without one. */
function priceChanges(
  owner: PriceOwner,
  before: readonly LoadedPrice[],
  prices: readonly PriceDefinition[],
): CatalogChange[] {
  // An imported price can equal one that is sold, which is then the known one.
  const known = new Map(
    before.toSorted((one, other) => Number(one.active) - Number(other.active)).map((price) => [priceKey(price), price]),
  )
  const wanted = new Set(prices.map(priceKey))
  const offered = prices.flatMap((price): CatalogChange[] => {
    const same = known.get(priceKey(price))
    if (!same) return [{ kind: 'create_price', owner, price }]
    return same.active ? [] : [{ kind: 'activate_price', owner, price: same }]
  })
  const withdrawn = before
    .filter((price) => price.active && !wanted.has(priceKey(price)))
    .map((price): CatalogChange => ({ kind: 'deactivate_price', owner, price }))
  return [...offered, ...withdrawn]
}

/** The prices of what is deactivated are left as they are: nothing sells them, and they are back when it is. */
function deactivations(
  name: 'feature' | 'category' | 'vendor' | 'plan' | 'package',
  before: readonly { readonly code: string; readonly active: boolean }[] = [],
  definitions: readonly { readonly code: string }[],
): CatalogChange[] {
  return before
    .filter(({ code, active }) => active && !byCode(definitions, code))
    .map(({ code }) => ({ kind: `deactivate_${name}`, code }))
}

function byCode<Entry extends { readonly code: string }>(entries: readonly Entry[], code: string): Entry | undefined {
  return entries.find((entry) => entry.code === code)
}
