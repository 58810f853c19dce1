import type { Person } from './person.js'
import type { ProviderName } from './providers.js'

/** Result of a path, as far as it determines the possible next steps. The product can deny a step nevertheless. */
export interface Situation {
  readonly running: boolean
  readonly trial: boolean
  readonly large: boolean
  readonly many: boolean
  readonly addon: boolean
  readonly yearly: boolean
  readonly ending: boolean
  readonly overdue: boolean
  readonly paid: boolean
  readonly disputed: boolean
}

/** One thing that a customer, a bank, an operator or time does. */
export interface Step {
  readonly name: string
  /** The one provider where it can be done; both when left out. */
  readonly only?: ProviderName
  readonly when: (situation: Situation) => boolean
  readonly leadsTo: (situation: Situation) => Partial<Situation>
  readonly act: (person: Person) => Promise<unknown>
}

const START: Situation = {
  running: true,
  trial: false,
  large: false,
  many: false,
  addon: false,
  yearly: false,
  ending: false,
  overdue: false,
  paid: true,
  disputed: false,
}

/** First step of a path. */
export interface Beginning {
  readonly name: string
  readonly only?: ProviderName
  readonly situation: Situation
  readonly terms: { plan: string; quantity: number; interval: { unit: string; count: number }; trialDays?: number }
}

const small = { plan: 'small', quantity: 1, interval: { unit: 'MONTH', count: 1 }, trialDays: 0 } as const

export const BEGINNINGS: readonly Beginning[] = [
  {
    name: 'trial',
    only: 'STRIPE',
    situation: { ...START, trial: true, paid: false },
    terms: { plan: 'small', quantity: 1, interval: { unit: 'MONTH', count: 1 } },
  },
  { name: 'month', situation: START, terms: small },
  { name: 'two servers', situation: { ...START, many: true }, terms: { ...small, quantity: 2 } },
  {
    name: 'large',
    situation: { ...START, large: true },
    terms: { plan: 'large', quantity: 1, interval: { unit: 'MONTH', count: 1 } },
  },
  { name: 'year', situation: { ...START, yearly: true }, terms: { ...small, interval: { unit: 'YEAR', count: 1 } } },
]

const ended: Partial<Situation> = { running: false, trial: false, addon: false, ending: false, overdue: false }
/** True if the account can change its subscription: it is active and no invoice is overdue. */
const free = ({ running, overdue }: Situation) => running && !overdue

export const STEPS: readonly Step[] = [
  {
    name: 'upgrade',
    only: 'STRIPE',
    when: (now) => free(now) && !now.large,
    leadsTo: () => ({ large: true, trial: false, paid: true }),
    act: (person) => person.change('changePlan', { plan: 'large' }),
  },
  {
    name: 'more servers',
    only: 'STRIPE',
    when: free,
    leadsTo: () => ({ many: true, trial: false, paid: true }),
    act: async (person) =>
      person.change('changePlan', { plan: await person.plan(), quantity: (await person.quantity()) + 2 }),
  },
  {
    name: 'fewer servers now',
    only: 'STRIPE',
    when: (now) => free(now) && now.many,
    leadsTo: () => ({ many: false }),
    act: async (person) => {
      const plan = await person.plan()
      return person.lower(() => ({ plan, quantity: 1 }), 'changePlan', { plan, quantity: 1, at: 'NOW' })
    },
  },
  {
    name: 'downgrade now',
    only: 'STRIPE',
    when: (now) => free(now) && now.large,
    leadsTo: () => ({ large: false }),
    act: (person) => person.lower(() => ({ plan: 'small' }), 'changePlan', { plan: 'small', at: 'NOW' }),
  },
  {
    name: 'downgrade later',
    when: (now) => free(now) && now.large,
    leadsTo: () => ({}),
    act: (person) => person.change('changePlan', { plan: 'small', at: 'PERIOD_END' }),
  },
  {
    name: 'upgrade later',
    when: (now) => free(now) && !now.large,
    leadsTo: () => ({}),
    act: (person) => person.change('changePlan', { plan: 'large', at: 'PERIOD_END' }),
  },
  {
    name: 'more servers later',
    when: free,
    leadsTo: () => ({}),
    act: async (person) =>
      person.change('changePlan', {
        plan: await person.plan(),
        quantity: (await person.quantity()) + 2,
        at: 'PERIOD_END',
      }),
  },
  {
    name: 'by the year',
    only: 'STRIPE',
    when: (now) => free(now) && !now.yearly,
    leadsTo: () => ({ yearly: true, trial: false, paid: true }),
    act: async (person) =>
      person.change('changePlan', { plan: await person.plan(), interval: { unit: 'YEAR', count: 1 }, at: 'NOW' }),
  },
  {
    name: 'add-on',
    only: 'STRIPE',
    when: free,
    leadsTo: () => ({ addon: true, paid: true }),
    act: (person) => person.change('addAddon', { package: 'more_storage' }),
  },
  {
    name: 'without add-on',
    only: 'STRIPE',
    when: (now) => free(now) && now.addon,
    leadsTo: () => ({ addon: false }),
    act: (person) => person.lower(({ addons }) => ({ addons: addons - 1 }), 'removeAddon', { package: 'more_storage' }),
  },
  {
    name: 'cancel now',
    when: ({ running }) => running,
    leadsTo: () => ended,
    act: (person) => person.end('NOW'),
  },
  {
    name: 'cancel later',
    when: ({ running, ending }) => running && !ending,
    leadsTo: () => ({ ending: true }),
    act: (person) => person.end('PERIOD_END'),
  },
  {
    name: 'refund half of the last',
    when: ({ paid }) => paid,
    leadsTo: () => ({}),
    act: (person) => person.refund('last', 0.5),
  },
  {
    name: 'refund the last',
    when: ({ paid }) => paid,
    leadsTo: () => ({}),
    act: (person) => person.refund('last', 1),
  },
  {
    name: 'refund the first',
    when: ({ paid }) => paid,
    leadsTo: () => ({}),
    act: (person) => person.refund('first', 1),
  },
  {
    name: 'dispute',
    when: ({ paid, disputed }) => paid && !disputed,
    leadsTo: () => ({ disputed: true }),
    act: (person) => person.dispute('needs_response'),
  },
  {
    name: 'dispute won',
    when: ({ disputed }) => disputed,
    leadsTo: () => ({ disputed: false }),
    act: (person) => person.dispute('won'),
  },
  {
    name: 'dispute lost',
    when: ({ disputed }) => disputed,
    leadsTo: () => ({ disputed: false }),
    act: (person) => person.dispute('lost'),
  },
  {
    name: 'renewal',
    when: ({ running, overdue }) => running && !overdue,
    leadsTo: ({ ending }) => (ending ? { ...ended } : { trial: false, paid: true }),
    act: (person) => person.renewal(),
  },
  {
    name: 'renewal unpaid',
    when: ({ running, ending, overdue }) => running && !ending && !overdue,
    leadsTo: () => ({ overdue: true, trial: false }),
    act: (person) => person.unpaid(),
  },
  {
    name: 'grace over',
    when: ({ overdue }) => overdue,
    leadsTo: () => ({}),
    act: (person) => person.graceOver(),
  },
  {
    name: 'pays what is open',
    only: 'STRIPE',
    when: ({ overdue }) => overdue,
    leadsTo: () => ({ overdue: false, paid: true }),
    act: (person) => person.payOpen(),
  },
  {
    name: 'renewal while away',
    when: ({ running, overdue }) => running && !overdue,
    leadsTo: ({ ending }) => (ending ? { ...ended } : { trial: false, paid: true }),
    act: (person) => person.away(),
  },
]
