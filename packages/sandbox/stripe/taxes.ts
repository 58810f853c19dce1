import type { SandboxState } from '../sandbox-state.js'

/** Percentage of automatic tax. Zero unless the settings contain one. It applies to all addresses. */
export function taxPercentOf(world: SandboxState): number {
  const kept = world.store.get('setting', 'taxes')
  return kept === undefined ? 0 : (JSON.parse(kept.value) as { percent: number }).percent
}

/** Changes the setting for later totals. */
export function keepTaxPercent(world: SandboxState, percent: number): void {
  world.store.put('setting', { id: 'taxes', value: JSON.stringify({ percent }) })
}

/** Tax that is added to an amount. A credit has no tax. */
export const taxOn = (amount: number, percent: number): number => Math.max(0, Math.round((amount * percent) / 100))
