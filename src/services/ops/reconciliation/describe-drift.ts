import type { DriftKind } from './decide-drift.js'
import type { Finding } from './find-drift.js'

const WORDS: Record<DriftKind, string> = {
  missing_event: 'was sent by the provider and never arrived here',
  missing_subscription: 'runs at the provider and is not recorded here',
  unknown_customer: 'runs at the provider for a customer that is not recorded here',
  extra_subscription: 'runs here, and the provider does not know it',
  wrong_status: 'has another status at the provider',
  wrong_plan: 'has another plan at the provider',
  wrong_quantity: 'has another quantity at the provider',
  paid_not_granted: 'is paid at the provider, and what it buys is not assigned here',
  granted_not_paid: 'is over, and what it bought is still assigned here',
  scheduled_change_missing: 'has a scheduled change here that the provider will not make',
  scheduled_change_unknown: 'has a scheduled change at the provider that is not recorded here',
}

/** Pure: a difference in words, both sides included. */
export function describeDrift({ kind, object, ours, theirs }: Finding): string {
  const [type = '', id = ''] = object.split(':', 2)
  const sides = [side('here', ours), side('at the provider', theirs)].filter((one) => one !== null)
  return `${type[0]?.toUpperCase()}${type.slice(1)} ${id} ${WORDS[kind]}${sides.length > 0 ? ` (${sides.join('; ')})` : ''}.`
}

function side(where: string, facts: unknown): string | null {
  if (typeof facts !== 'object' || facts === null) return null
  const parts = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`)
  return `${where}: ${parts.join(', ')}`
}
