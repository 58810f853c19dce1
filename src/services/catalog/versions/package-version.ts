import type { PackageDefinition } from '../definition/types.js'
import { fingerprint } from './fingerprint.js'

/** A name for a package's terms by their content: what it grants and for how long. Words and prices are no terms. */
export function packageVersionFingerprint({ type, grants, validForDays }: PackageDefinition): string {
  const sorted = grants.toSorted((a, b) => (a.feature < b.feature ? -1 : 1))
  return fingerprint({
    type,
    validForDays,
    grants: sorted.map(({ feature, enabled, unlimited, amount }) => ({ feature, enabled, unlimited, amount })),
  })
}
