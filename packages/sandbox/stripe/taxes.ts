import type { SandboxState } from '../sandbox-state.js'

/** What automatic tax adds, in percent: nothing unless the settings say so. Everybody lives where that is the rate. */
export function taxPercentOf(world: SandboxState): number {
  const kept = world.store.get('setting', 'taxes')
  return kept === undefined ? 0 : (JSON.parse(kept.value) as { percent: number }).percent
}

/** Changes the setting, for what is added up from now on. */
export function keepTaxPercent(world: SandboxState, percent: number): void {
  world.store.put('setting', { id: 'taxes', value: JSON.stringify({ percent }) })
}

/** The tax that comes on top of an amount; a credit bears none. */
export const taxOn = (amount: number, percent: number): number => Math.max(0, Math.round((amount * percent) / 100))
