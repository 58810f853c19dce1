import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import type { CatalogReader } from './catalog-reader.js'
import { topUpsSchema } from './file-schema.js'
import type { TopUpPolicy } from './sale-terms.js'
import type { FeatureDefinition, FeatureKind, PackageDefinition } from './types.js'
import { code as codeSchema } from './value-schemas.js'

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
  return readCodes(reader, [setting], said, 'features', (code, path) => {
    const feature = features.get(code)
    if (feature && !kinds.includes(feature.kind)) reader.source.report(path, wrongKind)
  })
}

/** Packs that accounts can buy automatically. Each grants one feature, whose balance causes the purchase. */
export function readTopUps(reader: CatalogReader, packages: readonly PackageDefinition[]): TopUpPolicy | null {
  const value = reader.setting('top_ups')
  if (value === undefined) return null
  const { said } = reader.readMap(['top_ups'], value, topUpsSchema)
  const codes = readCodes(reader, ['top_ups', 'packages'], said.packages ?? [], 'packages', (code, path) => {
    const sold = packages.find((one) => one.code === code)
    if (!sold || reader.source.hasIssuesAt(['packages', code, 'grants'])) return
    if (sold.type !== 'CREDIT_PACK' || sold.grants.filter(({ amount }) => amount).length !== 1)
      reader.source.report(path, 'expected a credit pack that grants units of one feature')
  })
  return { packages: codes, maxPerMonth: said.max_per_month ?? 0 }
}

/** Codes of a list that refer to entries of a section. */
function readCodes(
  reader: CatalogReader,
  path: FieldPath,
  values: readonly unknown[],
  section: 'features' | 'packages',
  check: (code: string, path: FieldPath) => void,
): string[] {
  return values.flatMap((value, index) => {
    const here = [...path, index]
    const code = reader.read(here, value, codeSchema)
    if (code === undefined) return []
    if (reader.declares(section, code, here, 'value')) check(code, here)
    return [code]
  })
}
