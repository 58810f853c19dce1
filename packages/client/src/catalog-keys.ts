/**
 * Keys of the catalog. Empty here: `stackgate types` writes a declaration that adds `features`, `plans` and `packages`, and then a key
 * that the catalog does not have is an error of types.
 */
export interface CatalogKeys {}

/** Code of a feature. Any text without the declaration of `stackgate types`. */
export type FeatureKey = CatalogKeys extends { readonly features: infer Features } ? keyof Features & string : string

/** Code of a plan. Any text without the declaration of `stackgate types`. */
export type PlanKey = CatalogKeys extends { readonly plans: infer Plan extends string } ? Plan : string

/** Code of a package. Any text without the declaration of `stackgate types`. */
export type PackageKey = CatalogKeys extends { readonly packages: infer Package extends string } ? Package : string

/** Names of the properties of all features. */
type PropertyName = CatalogKeys extends { readonly features: infer Features }
  ? Features[keyof Features] & string
  : string

/**
 * Properties of a use by name, of those that the feature has in the catalog, for example `{ region: 'eu' }`. With the declaration of
 * `stackgate types`, other names than those of the catalog are an error.
 */
export type UseProperties = string extends PropertyName
  ? Readonly<Record<string, string>>
  : [PropertyName] extends [never]
    ? { readonly [name: string]: undefined }
    : { readonly [Name in PropertyName]?: string }
