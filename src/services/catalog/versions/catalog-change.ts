import type { CategoryDefinition, TemplateDefinition, VendorDefinition } from '../definition/marketplace-types.js'
import type { FeatureDefinition, PackageDefinition, PlanDefinition, PriceDefinition } from '../definition/types.js'

/**
 * Entries of an earlier load, active or not: sold products stay, and their codes are taken. An undefined part is
 * unknown: all its entries are written again, and none is deactivated.
 */
export interface LoadedCatalog {
  readonly business: string
  readonly features?: readonly LoadedEntry[]
  readonly categories?: readonly LoadedEntry[]
  readonly vendors?: readonly LoadedEntry[]
  readonly plans: readonly LoadedPlan[]
  readonly packages?: readonly LoadedPackage[]
  /** Only those that came from a catalog: the marketplace's own are not its business. */
  readonly templates?: readonly LoadedEntry[]
}

/** An entry of the last load. */
export interface LoadedEntry {
  readonly code: string
  readonly active: boolean
  /** Fingerprint of the definition, as recorded by the change that loaded it. */
  readonly fingerprint: string
}

/** A plan with its latest version. */
export interface LoadedPlan {
  readonly code: string
  readonly name: string
  readonly description: string | null
  readonly bullets: readonly string[]
  readonly active: boolean
  /** The number of the latest version, from 1. */
  readonly version: number
  /** Of the latest version's terms: `planVersionFingerprint`. */
  readonly fingerprint: string
  readonly prices: readonly LoadedPrice[]
}

/** A package with the prices it ever had. */
export interface LoadedPackage extends LoadedEntry {
  readonly prices: readonly LoadedPrice[]
}

/** A price, offered or no longer. */
export interface LoadedPrice extends PriceDefinition {
  readonly id: string
  readonly active: boolean
}

/** Product of a price. */
export interface PriceOwner {
  readonly type: 'PLAN' | 'PACKAGE'
  readonly code: string
}

/** The parts of a catalog whose entries are simply kept up to date. */
export interface SimpleEntries {
  readonly feature: FeatureDefinition
  readonly category: CategoryDefinition
  readonly vendor: VendorDefinition
  readonly package: PackageDefinition
  readonly template: TemplateDefinition
}

/** One entry to be written as the file says it, and active: it is new, changed, or back after it was left out. */
export type EntryChange = {
  readonly [Name in keyof SimpleEntries]: {
    readonly kind: `put_${Name}`
    readonly definition: SimpleEntries[Name]
    /** To be kept with the entry: the next load compares it. */
    readonly fingerprint: string
  }
}[keyof SimpleEntries]

/** Everything but a template: those live on in the marketplace when the catalog stops listing them. */
export type Deactivation = {
  readonly kind: `deactivate_${'feature' | 'category' | 'vendor' | 'plan' | 'package'}`
  readonly code: string
}

/** One thing to do so that the database says what the catalog says. */
export type CatalogChange =
  | EntryChange
  | { readonly kind: 'create_plan'; readonly plan: PlanDefinition; readonly version: 1; readonly fingerprint: string }
  | {
      readonly kind: 'create_plan_version'
      readonly plan: PlanDefinition
      readonly version: number
      readonly fingerprint: string
    }
  /** Name, description and bullets: no new version. */
  | { readonly kind: 'update_plan'; readonly plan: PlanDefinition }
  | { readonly kind: 'activate_plan'; readonly code: string }
  | Deactivation
  | { readonly kind: 'create_price'; readonly owner: PriceOwner; readonly price: PriceDefinition }
  | { readonly kind: 'activate_price' | 'deactivate_price'; readonly owner: PriceOwner; readonly price: LoadedPrice }
