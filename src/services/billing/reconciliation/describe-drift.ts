import { momentText } from '#services/kernel/text/readable.js'
import type { DriftKind } from './decide-drift.js'
import type { Finding } from './find-drift.js'

const WORDS: Record<DriftKind, string> = {
  missing_event: 'was sent by the provider but not received',
  missing_subscription: 'is active at the provider but not recorded here',
  unknown_customer: 'is active at the provider for a customer that is not recorded here',
  extra_subscription: 'is active here but not found at the provider',
  wrong_status: 'has another status at the provider',
  wrong_plan: 'has another plan at the provider',
  wrong_quantity: 'has another quantity at the provider',
  wrong_discounts: 'has other discounts at the provider',
  wrong_lines: 'has other lines at the provider',
  wrong_terms: 'has other terms at the provider',
  paid_not_granted: 'is paid at the provider but not assigned here',
  granted_not_paid: 'has ended but is still assigned here',
  scheduled_change_missing: 'has a scheduled change here that is missing at the provider',
  scheduled_change_unknown: 'has a scheduled change at the provider that is not recorded here',
}

/** Pure: a difference in words, both sides included. */
export function describeDrift({ kind, object, ours, theirs }: Finding): string {
  const [type = '', id = ''] = object.split(':', 2)
  const sides = [side('here', ours), side('at the provider', theirs)].filter((one) => one !== null)
  return `${type[0]?.toUpperCase()}${type.slice(1)} ${id} ${WORDS[kind]}${sides.length > 0 ? ` (${sides.join('; ')})` : ''}.`
}

function side(where: string, input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null
  const parts = Object.entries(input).map(([name, value]) => `${name} ${wordsOf(String(value))}`)
  return `${where}: ${parts.join(', ')}`
}

const ISO_MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const wordsOf = (value: string): string => (ISO_MOMENT.test(value) ? momentText(new Date(value)) : value)
