import type { CatalogReader } from './catalog-reader.js'
import type { Entry } from './file-schema.js'
import type { FeatureDefinition, FeatureKind, QuotaWindow } from './types.js'

/** The features a catalog declares; wrong ones are noted. One without a valid kind is left out, because nothing can refer to it. */
export function readFeatures(reader: CatalogReader): FeatureDefinition[] {
  return reader.entries('features').flatMap(({ code, said }) => {
    reportWindowIssue(reader, code, said)
    if (said.kind !== undefined && said.kind !== 'rate' && said.per !== undefined)
      reader.source.report(['features', code, 'per'], 'only a rate can have a period')
    if (said.kind !== undefined && said.kind !== 'quota' && said.overage_meter !== undefined)
      reader.source.report(['features', code, 'overage_meter'], 'only a quota can have overage')
    if (said.overage_meter !== undefined && said.overage_meter === said.meter)
      reader.source.report(['features', code, 'overage_meter'], 'expected another meter than meter')
    if (said.kind !== undefined && said.kind !== 'quota' && said.kind !== 'credit' && said.properties !== undefined)
      reader.source.report(['features', code, 'properties'], 'only a quota or credits can have properties')
    if (said.kind !== undefined && said.time_zone !== undefined && !isFixed(said.window))
      reader.source.report(
        ['features', code, 'time_zone'],
        'only a quota with the window hour, day, week or month can have a time zone',
      )
    return said.kind === undefined ? [] : [feature(code, { name: '', ...said, kind: said.kind })]
  })
}

function feature(code: string, entry: Entry<'features'>): FeatureDefinition {
  return {
    code,
    name: entry.name,
    description: entry.description ?? null,
    kind: entry.kind.toUpperCase() as FeatureKind,
    unit: entry.unit ?? null,
    window: entry.kind === 'quota' ? ((entry.window as QuotaWindow | undefined) ?? null) : null,
    inAccountTimeZone: entry.time_zone === 'account',
    ratePeriod: entry.kind === 'rate' ? (entry.per === 'hour' ? 'HOUR' : 'MINUTE') : null,
    nearLimitPercents: entry.near_limit ? ascending(entry.near_limit) : null,
    onFailure: entry.on_failure === 'open' ? 'OPEN' : 'CLOSED',
    properties: entry.properties ?? [],
    meter: entry.meter ?? null,
    overageMeter: entry.overage_meter ?? null,
  }
}

/** Each percentage once, the lowest first. */
export function ascending(percents: readonly number[]): number[] {
  return [...new Set(percents)].sort((a, b) => a - b)
}

/** Billing periods begin with the subscription, and sliding windows at any moment. */
const isFixed = (window: string | undefined): boolean => ['hour', 'day', 'week', 'month'].includes(window ?? '')

function reportWindowIssue(
  { source }: CatalogReader,
  code: string,
  { kind, window }: Partial<Entry<'features'>>,
): void {
  if (kind === 'quota' && window === undefined && !source.has(['features', code, 'window'])) {
    source.report(
      ['features', code, 'window'],
      'a quota requires a window: hour, day, week, month, billing_period or a number of days, for example 30d',
    )
  } else if (kind !== undefined && kind !== 'quota' && window !== undefined) {
    source.report(['features', code, 'window'], 'only a quota can have a window')
  }
}
