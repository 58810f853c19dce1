import type { PriceDefinition } from './types.js'

/** A category of the marketplace. The lowest priority is listed first. */
export interface CategoryDefinition {
  readonly code: string
  readonly title: string
  readonly priority: number
  readonly metadata: JsonObject
}

/** A publisher of templates. */
export interface VendorDefinition {
  readonly code: string
  readonly name: string
  readonly verified: boolean
}

/** A deployable stack that the marketplace starts with, approved. It never holds a price. */
export interface TemplateDefinition {
  readonly code: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  /** A category's code. */
  readonly category: string | null
  readonly tags: readonly string[]
  /** Compared with the plans' supported stacks. */
  readonly stack: string
  /** A plan's code; null: any plan will do. */
  readonly requiredPlan: string | null
  /** A vendor's code. */
  readonly vendor: string | null
  readonly techStack: JsonObject
  readonly definition: JsonObject
  readonly infrastructureRequirements: JsonObject
}

/** The initial price of a template: one-time or monthly. Afterwards the marketplace sets prices. */
export interface TemplateProductDefinition {
  /** The template's code. */
  readonly template: string
  /** One for each currency, all of one interval. */
  readonly prices: readonly PriceDefinition[]
}

/** A JSON object as the file holds it, not looked into. */
export type JsonObject = Readonly<Record<string, unknown>>
