import { isMap, type CatalogReader } from './catalog-reader.js'
import type { CatalogPath } from './catalog-source.js'
import { grantSchema } from './file-schema.js'
import type { FeatureDefinition, FeatureKind, PlanFeatureDefinition, QuotaWindow } from './types.js'

/** Features and the priced unit of the plan, which decide the allowed feature values. */
export interface FeatureContext {
  readonly reader: CatalogReader
  /** The sound features, by code. */
  readonly features: ReadonlyMap<string, FeatureDefinition>
  /** `seat` or the unit that the plan's prices are for; null for flat prices and packages. */
  readonly pricedPer: string | null
  /** A package grants amounts: never per seat, without a window, and never nothing. */
  readonly isPackage: boolean
}

/** The long form of what the file says; a short form is one of its fields. */
interface Said {
  readonly amount?: number | 'unlimited' | undefined
  readonly enabled?: boolean | undefined
  readonly per?: string | undefined
  readonly window?: string | undefined
  readonly text?: string | undefined
}

/** Reads `{ ai_stories: 25, sso: true, projects: unlimited, seats: { amount: 3, per: seat } }`; wrong entries are noted and left out. */
export function readPlanFeatures(
  context: FeatureContext,
  path: CatalogPath,
  features: Readonly<Record<string, unknown>>,
): PlanFeatureDefinition[] {
  const declared = context.reader.codes('features')
  return Object.entries(features).flatMap(([code, value]) => {
    const here = [...path, code]
    if (!declared.has(code)) {
      context.reader.source.reportKey(here, `unknown feature ${code}: features has no such entry`)
      return []
    }
    const feature = context.features.get(code)
    const said = feature && readSaid(context, here, value, feature.kind)
    return feature && said && isConsistent(context, here, feature, said) ? [planFeature(context, feature, said)] : []
  })
}

function readSaid({ reader }: FeatureContext, path: CatalogPath, value: unknown, kind: FeatureKind): Said | undefined {
  if (isMap(value)) return reader.read(path, value, grantSchema)
  if (typeof value === 'boolean') return { enabled: value }
  if (kind === 'BOOLEAN') {
    reader.source.report(path, 'expected true or false: a boolean feature has no amount')
    return undefined
  }
  if (value === 'unlimited' || (Number.isSafeInteger(value) && (value as number) >= 0)) {
    return { amount: value as number | 'unlimited' }
  }
  reader.source.report(path, 'expected an integer, unlimited, or { amount, … }')
  return undefined
}

function isConsistent(context: FeatureContext, path: CatalogPath, feature: FeatureDefinition, said: Said): boolean {
  const faults = [
    ...validateKind(feature, said),
    ...validatePer(context, feature, said),
    ...validatePackageFeature(context, said),
  ]
  for (const [field, message] of faults) context.reader.source.report(field ? [...path, field] : path, message)
  return faults.length === 0
}

type FeatureIssue = readonly [field: keyof Said | null, message: string]

function validateKind({ kind }: FeatureDefinition, said: Said): FeatureIssue[] {
  const faults: FeatureIssue[] = []
  if (kind === 'BOOLEAN') {
    if (said.amount !== undefined) faults.push(['amount', 'a boolean feature has no amount'])
    else if (said.enabled === undefined) faults.push([null, 'expected enabled: true or false'])
  } else if (said.amount === undefined && said.enabled !== false) {
    faults.push([null, 'expected an integer, unlimited, or false'])
  } else if (said.amount !== undefined && said.enabled === false) {
    faults.push(['amount', 'a feature that is not included must not have an amount'])
  }
  if (said.window !== undefined && kind !== 'QUOTA') faults.push(['window', 'only a quota can have a window'])
  return faults
}

function validatePer(
  { pricedPer, isPackage }: FeatureContext,
  { kind }: FeatureDefinition,
  said: Said,
): FeatureIssue[] {
  if (said.per === undefined) return []
  if (isPackage) return [['per', 'a package cannot grant an amount per seat']]
  if (kind !== 'LIMIT' && kind !== 'QUOTA') return [['per', 'only a quota or a limit can be per seat']]
  if (typeof said.amount !== 'number') return [['per', 'only an amount can be per seat']]
  if (said.per !== 'seat' && said.per !== pricedPer) {
    return [['per', `expected seat${pricedPer && pricedPer !== 'seat' ? ` or ${pricedPer}, as the prices say` : ''}`]]
  }
  return []
}

function validatePackageFeature({ isPackage }: FeatureContext, said: Said): FeatureIssue[] {
  if (!isPackage) return []
  if (said.window !== undefined) return [['window', 'a package must not have a window of its own']]
  if (said.enabled === false || said.amount === 0) return [[null, 'a package cannot exclude a feature: omit it']]
  return []
}

function planFeature(context: FeatureContext, feature: FeatureDefinition, said: Said): PlanFeatureDefinition {
  return {
    feature: feature.code,
    enabled: said.enabled ?? true,
    unlimited: said.amount === 'unlimited',
    amount: typeof said.amount === 'number' ? said.amount : null,
    window: (said.window as QuotaWindow | undefined) ?? feature.window,
    perSeat: said.per === 'seat',
    perUnit: said.per !== undefined && said.per !== 'seat' ? said.per : null,
    text: said.text ?? null,
  }
}
