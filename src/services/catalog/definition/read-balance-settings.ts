import type { CatalogReader } from './catalog-reader.js'
import type { TopUpPolicy } from './sale-terms.js'
import type { FeatureDefinition, FeatureKind, PackageDefinition } from './types.js'

type Features = ReadonlyMap<string, FeatureDefinition>

const USED_UP: readonly FeatureKind[] = ['QUOTA', 'CREDIT']

/** Features whose use can be capped. */
export const readSpendCaps = (reader: CatalogReader, features: Features): string[] =>
  readFeatureList(reader, 'spend_caps', features, {
    kinds: USED_UP,
    wrongKind: 'only a quota or credits can have a cap',
  })

/** Features on whose balance alerts can be set. */
export const readBalanceAlerts = (reader: CatalogReader, features: Features): string[] =>
  readFeatureList(reader, 'balance_alerts', features, {
    kinds: USED_UP,
    wrongKind: 'only a quota or credits have a balance',
  })

/** Limits whose units are assigned to members. */
export const readSeats = (reader: CatalogReader, features: Features): string[] =>
  readFeatureList(reader, 'seats', features, { kinds: ['LIMIT'], wrongKind: 'only a limit has seats' })

/** Features whose units sub-accounts take from their parent account. */
export const readPools = (reader: CatalogReader, features: Features): string[] =>
  readFeatureList(reader, 'pools', features, { kinds: USED_UP, wrongKind: 'only a quota or credits can be a pool' })

function readFeatureList(
  reader: CatalogReader,
  setting: 'spend_caps' | 'balance_alerts' | 'seats' | 'pools',
  features: Features,
  { kinds, wrongKind }: { readonly kinds: readonly FeatureKind[]; readonly wrongKind: string },
): string[] {
  const said = reader.setting(setting) ?? []
  said.forEach((code, index) => {
    const path = [setting, index]
    const feature = features.get(code)
    if (!reader.codes('features').has(code)) reader.source.report(path, `features has no entry ${code}`)
    else if (feature && !kinds.includes(feature.kind)) reader.source.report(path, wrongKind)
  })
  return [...said]
}

/**
 * Packs that accounts can buy automatically. Each grants one feature, whose balance causes the purchase. A saved payment
 * method is charged without a page, so that no taxes are calculated.
 */
export function readTopUps(reader: CatalogReader, packages: readonly PackageDefinition[]): TopUpPolicy | null {
  const said = reader.setting('top_ups')
  if (!said) return null
  if (reader.setting('taxes') === 'automatic')
    reader.source.report(['top_ups'], 'automatic top-ups cannot be combined with taxes: automatic')
  said.packages.forEach((code, index) => {
    const path = ['top_ups', 'packages', index]
    const sold = packages.find((one) => one.code === code)
    if (!reader.codes('packages').has(code)) reader.source.report(path, `packages has no entry ${code}`)
    else if (sold && (sold.type !== 'CREDIT_PACK' || sold.grants.filter(({ amount }) => amount).length !== 1))
      reader.source.report(path, 'expected a credit pack that grants units of one feature')
  })
  return { packages: [...said.packages], maxPerMonth: said.max_per_month }
}
