import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isMap, type CatalogReader } from './catalog-reader.js'
import { grantSchema } from './file-schema.js'
import type { SaidOverage } from './overage-schema.js'
import { readOverage, validateOverage } from './read-overage.js'
import { rolloverOf, validateRollover, type SaidRollover } from './read-rollover.js'
import type { FeatureDefinition, FeatureKind, PlanFeatureDefinition, QuotaWindow } from './types.js'

/** Features and the priced unit of the plan, which decide the allowed feature values. */
export interface FeatureContext {
  readonly reader: CatalogReader
  /** The sound features, by code. */
  readonly features: ReadonlyMap<string, FeatureDefinition>
  /** `seat` or the unit that the plan's prices are for; null for flat prices and packages. */
  readonly pricedPer: string | null
  /** Currency of amounts that name none. Undefined if it is wrong itself. */
  readonly currency: string | undefined
  /** Currencies of the prices, that of the catalog first. Null if they are not known. */
  readonly soldIn: readonly string[] | null
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
  readonly overage?: SaidOverage | undefined
  readonly rollover?: SaidRollover | undefined
}

/** Reads `{ ai_stories: 25, sso: true, projects: unlimited, seats: { amount: 3, per: seat } }`; wrong entries are noted and left out. */
export function readPlanFeatures(
  context: FeatureContext,
  path: FieldPath,
  features: Readonly<Record<string, unknown>>,
): PlanFeatureDefinition[] {
  return Object.entries(features).flatMap(([code, value]) => {
    const here = [...path, code]
    if (!context.reader.declares('features', code, here, 'key')) return []
    const feature = context.features.get(code)
    const said = feature && readSaid(context, here, value, feature.kind)
    if (!feature || !said) return []
    const overage = said.overage ? readOverage(context, [...here, 'overage'], said.overage) : null
    if (!isConsistent(context, here, feature, said)) return []
    const rollover = said.rollover ? { rollover: rolloverOf(said.rollover) } : {}
    return [{ ...planFeature(context, feature, said), ...(overage ? { overage } : {}), ...rollover }]
  })
}

function readSaid({ reader }: FeatureContext, path: FieldPath, value: unknown, kind: FeatureKind): Said | undefined {
  if (isMap(value)) {
    const { said } = reader.readMap(path, value, grantSchema)
    const isWrong = (field: string): boolean => reader.source.hasIssuesAt([...path, field])
    // A field with a mistake is not missing.
    return { ...said, ...(isWrong('amount') && { amount: 1 }), ...(isWrong('enabled') && { enabled: true }) }
  }
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

function isConsistent(context: FeatureContext, path: FieldPath, feature: FeatureDefinition, said: Said): boolean {
  const { source } = context.reader
  const issues = [
    ...validateKind(feature, said),
    ...validatePer(context, feature, said),
    ...validatePackageFeature(context, said),
    ...validateOverage(context, feature, said),
    ...validateRollover(context, feature, said),
  ]
  for (const issue of issues) source.report([...path, ...issue.path], issue.message)
  return !source.hasIssuesAt(path)
}

function validateKind({ kind }: FeatureDefinition, said: Said): ValidationIssue[] {
  const issues: ValidationIssue[] = []
  if (kind === 'BOOLEAN') {
    if (said.amount !== undefined) issues.push({ path: ['amount'], message: 'a boolean feature has no amount' })
    else if (said.enabled === undefined) issues.push({ path: [], message: 'expected enabled: true or false' })
  } else if (said.amount === undefined && said.enabled !== false) {
    issues.push({ path: [], message: 'expected an integer, unlimited, or false' })
  } else if (said.amount !== undefined && said.enabled === false) {
    issues.push({ path: ['amount'], message: 'a feature that is not included must not have an amount' })
  }
  if (said.window !== undefined && kind !== 'QUOTA')
    issues.push({ path: ['window'], message: 'only a quota can have a window' })
  return issues
}

function validatePer(
  { pricedPer, isPackage }: FeatureContext,
  { kind }: FeatureDefinition,
  said: Said,
): ValidationIssue[] {
  if (said.per === undefined) return []
  if (isPackage) return [{ path: ['per'], message: 'a package cannot grant an amount per seat' }]
  if (kind !== 'LIMIT' && kind !== 'QUOTA')
    return [{ path: ['per'], message: 'only a quota or a limit can be per seat' }]
  if (typeof said.amount !== 'number') return [{ path: ['per'], message: 'only an amount can be per seat' }]
  if (said.per !== 'seat' && said.per !== pricedPer) {
    const others = pricedPer && pricedPer !== 'seat' ? ` or ${pricedPer}, as the prices say` : ''
    return [{ path: ['per'], message: `expected seat${others}` }]
  }
  return []
}

function validatePackageFeature({ isPackage }: FeatureContext, said: Said): ValidationIssue[] {
  if (!isPackage) return []
  if (said.window !== undefined) return [{ path: ['window'], message: 'a package must not have a window of its own' }]
  if (said.enabled === false || said.amount === 0)
    return [{ path: [], message: 'a package cannot exclude a feature: omit it' }]
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
