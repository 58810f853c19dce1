import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementSource } from './entitlement.js'

/** Code of a source, or the reason of an override, which is stored in place of a code. */
export const sourceName = ({
  kind,
  code,
}: Pick<EntitlementSource, 'kind' | 'code'>): { readonly code: string | null; readonly reason: string | null } =>
  kind === 'OVERRIDE' ? { code: null, reason: code } : { code, reason: null }

type Source = Pick<EntitlementSource, 'kind'> & { readonly code: string | null }

/** Display name of the plan, add-on or package of a source. Null for other sources, and for what the catalog no longer has. */
export function titleOfSource({ planByCode, packageByCode }: CatalogSnapshot, { kind, code }: Source): string | null {
  if (code === null || kind === 'OVERRIDE') return null
  return (planByCode.get(code) ?? packageByCode.get(code))?.name ?? null
}

const KINDS: Record<EntitlementSource['kind'], string> = {
  PLAN: 'the plan',
  ADDON: 'the add-on',
  PACKAGE: 'the package',
  ROLLOVER: 'the rollover of the plan',
  POOL: 'the pool',
  OVERRIDE: 'an override',
  OVERAGE: 'use beyond the allowance',
}

/** A source in a sentence, for example `the plan Pro`. */
export function sourceText(catalog: CatalogSnapshot, source: Source): string {
  const name = source.kind === 'OVERAGE' || source.kind === 'POOL' ? null : titleOfSource(catalog, source)
  return name === null ? KINDS[source.kind] : `${KINDS[source.kind]} ${name}`
}
