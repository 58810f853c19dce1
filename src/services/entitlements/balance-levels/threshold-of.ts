import type { BalanceShare } from '../snapshot/account-snapshot.js'

/** Pure: whole units below which a balance is below a percent of its base. Bases are at most 10^13, so the products are exact. */
export const thresholdOf = ({ percent, base }: Pick<BalanceShare, 'percent' | 'base'>): number =>
  Math.ceil((base * percent) / 100)
