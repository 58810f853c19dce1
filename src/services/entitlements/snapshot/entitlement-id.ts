/** An entitlement or a credit balance by its ID: they are computed, so that account and feature identify them. */
export interface FeatureOfAccount {
  readonly accountId: string
  readonly feature: string
  /** Time of another evaluation. Null: now. */
  readonly asOf: Date | null
}

const PATTERN = /^(ent|cbl)_([0-9a-hjkmnp-tv-z]{26})-([a-z0-9]+(?:[-_][a-z0-9]+)*)(?:@(-?\d{1,15}))?$/
/** Years that the database can compare. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]

const idOf = (prefix: 'ent' | 'cbl', accountId: string, feature: string): string =>
  `${prefix}_${accountId.slice(4)}-${feature}`

/** Global ID of an entitlement. One at another time is another object, so its ID contains the time. */
export const entitlementId = (accountId: string, feature: string, asOf: Date | null = null): string =>
  idOf('ent', accountId, feature) + (asOf ? `@${asOf.getTime()}` : '')

/** Global ID of a credit balance. */
export const creditBalanceId = (accountId: string, feature: string): string => idOf('cbl', accountId, feature)

/** Account, feature and time of an ID. Null for any other ID. */
export function parseFeatureId(id: string, prefix: 'ent' | 'cbl'): FeatureOfAccount | null {
  const [, found, body, feature, time] = PATTERN.exec(id) ?? []
  if (found !== prefix || (prefix === 'cbl' && time !== undefined)) return null
  const at = time === undefined ? null : Number(time)
  if (at !== null && !(at >= FIRST && at <= LAST)) return null
  return { accountId: `acc_${body}`, feature: feature!, asOf: at === null ? null : new Date(at) }
}
