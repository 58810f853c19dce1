import IconHistory from 'icon:history'
import IconMeter from 'icon:chart-bar'
import IconPackage from 'icon:package'
import IconReceipt from 'icon:receipt'
import IconServer from 'icon:server-2'
import IconTool from 'icon:tool'
import IconUsers from 'icon:users'
import type { Drawing } from './icon.js'

/** A kind of events of an account. */
export interface EventKind {
  readonly icon: Drawing
  /** Types and groups of types. */
  readonly types: readonly string[]
}

/** Kinds of events, those of a type before those of its group: the first one that has an event is its kind. */
export const EVENT_KINDS = {
  support: {
    icon: IconTool,
    types: [
      'override.*',
      'plan.comped',
      'plan.comp_ended',
      'negotiated_plan.offered',
      'negotiated_plan.withdrawn',
      'subscription.trial_extended',
      'overage.threshold_set',
      'usage.amended',
      'purchase.corrected',
      'template.granted',
    ],
  },
  money: {
    icon: IconReceipt,
    types: [
      'checkout.*',
      'purchase.*',
      'invoice.*',
      'payment.*',
      'credit_balance.*',
      'overage.*',
      'auto_top_up.*',
      'top_up.*',
    ],
  },
  plan: { icon: IconPackage, types: ['subscription.*', 'plan.*', 'negotiated_plan.*', 'package.*', 'product.*'] },
  limits: {
    icon: IconMeter,
    types: ['credits.*', 'usage.warning', 'spend_cap.*', 'alert.*', 'reservation.*', 'entitlements.*'],
  },
  people: { icon: IconUsers, types: ['account.*', 'member.*', 'seat.*', 'sub_account.*'] },
} as const satisfies Readonly<Record<string, EventKind>>

/** Events that have a drawing and no filter. */
const OF_SERVERS: EventKind = { icon: IconServer, types: ['deployment.*', 'agent.*', 'command.*', 'server.*'] }

const isOf = (type: string, pattern: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern

/** The drawing of an event. */
export const iconOfEvent = (type: string): Drawing =>
  [...Object.values<EventKind>(EVENT_KINDS), OF_SERVERS].find(({ types }) =>
    types.some((pattern) => isOf(type, pattern)),
  )?.icon ?? IconHistory
