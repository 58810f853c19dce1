import type { Action, Model } from '#proof/models/model.js'

/** Roles: 0 no member, 1 member, 2 admin, 3 owner. */
const OWNER = 3
const ADMIN = 2
const MEMBERS = [0, 1, 2]
const PROCESSES = [0, 1]
const others = (member: number): number[] => MEMBERS.filter((other) => other !== member)
const owners = MEMBERS.map((member) => `owner[${member}]`).join(' + ')

/** What a process has decided under the lock: a kind of change, and whom it changes. */
const DECISIONS = { transfer: 1, remove: 2, promote: 3, leave: 4 } as const
type Decision = keyof typeof DECISIONS

/** Steps of a change in a process. */
const [IDLE, AUTHORIZED, LOCKED, DECIDED] = [0, 1, 2, 3]

/**
 * A change of members in a process: the caller is authorized, the account is locked, the decision is made on what is read under the
 * lock, the roles are written, and the lock is released.
 */
const changes = (p: number, actor: number): Action[] => {
  const isActor = `actor[${p}] == ${actor}`
  const decide = (decision: Decision, target: number, condition: string): Action => ({
    name: `decide ${p} ${actor} ${decision} ${target}`,
    label: null,
    when: `turn[${p}] == ${LOCKED} && ${isActor} && role[${target}] > 0 && ${condition}`,
    does: [`turn[${p}] = ${DECIDED}`, `change[${p}] = ${DECISIONS[decision]}`, `target[${p}] = ${target}`],
  })
  const write = (decision: Decision, target: number, label: string, does: string[]): Action => ({
    name: `write ${p} ${actor} ${decision} ${target}`,
    label,
    when: `turn[${p}] == ${DECIDED} && ${isActor} && change[${p}] == ${DECISIONS[decision]} && target[${p}] == ${target}`,
    does: [...does, ...end(p)],
  })
  const toRole = (member: number, role: number): string[] => [
    `role[${member}] = ${role}`,
    `owner[${member}] = ${role === OWNER ? 1 : 0}`,
  ]
  const isNotLast = (member: number): string => `(role[${member}] < ${OWNER} || ${owners} > 1)`
  return [
    {
      name: `authorize ${p} ${actor}`,
      label: null,
      when: `turn[${p}] == ${IDLE} && role[${actor}] > 0`,
      does: [`turn[${p}] = ${AUTHORIZED}`, `actor[${p}] = ${actor}`],
    },
    ...others(actor).flatMap((target): Action[] => [
      decide('transfer', target, `role[${actor}] == ${OWNER}`),
      write('transfer', target, `transfer ${actor} ${target}`, [...toRole(target, OWNER), ...toRole(actor, ADMIN)]),
      decide(
        'remove',
        target,
        `role[${actor}] >= ${ADMIN} && (role[${target}] < ${OWNER} || role[${actor}] == ${OWNER}) && ${isNotLast(target)}`,
      ),
      write('remove', target, `remove ${target}`, toRole(target, 0)),
      decide('promote', target, `role[${actor}] == ${OWNER} && role[${target}] < ${OWNER}`),
      write('promote', target, `promote ${target}`, toRole(target, OWNER)),
    ]),
    decide('leave', actor, isNotLast(actor)),
    write('leave', actor, `leave ${actor}`, toRole(actor, 0)),
  ]
}
const end = (p: number): string[] => [
  `turn[${p}] = 0`,
  `actor[${p}] = 0`,
  `change[${p}] = 0`,
  `target[${p}] = 0`,
  'lock = 0',
]

export const accountOwner: Model = {
  name: 'change of the owner',
  description:
    'Two processes change the members of one account at the same time: ownership is transferred, members are promoted, removed, and leave. The account always has an owner.',
  variables: {
    role: [0, 0, 0],
    owner: [0, 0, 0],
    turn: [0, 0],
    actor: [0, 0],
    change: [0, 0],
    target: [0, 0],
    lock: 0,
    started: 0,
  },
  actions: [
    {
      name: 'the first owner invites two',
      label: 'start',
      when: 'started == 0',
      does: ['started = 1', 'role[0] = 3', 'owner[0] = 1', 'role[1] = 2', 'role[2] = 1'],
    },
    ...PROCESSES.flatMap((p): Action[] => [
      ...MEMBERS.flatMap((actor) => changes(p, actor)),
      {
        name: `lock ${p}`,
        label: null,
        when: `turn[${p}] == ${AUTHORIZED} && lock == 0`,
        does: [`turn[${p}] = ${LOCKED}`, 'lock = 1'],
      },
      // The decision under the lock denies the change.
      { name: `deny ${p}`, label: null, when: `turn[${p}] == ${LOCKED}`, does: end(p) },
    ]),
  ],
  invariants: {
    'the account has an owner': `started == 0 || ${owners} > 0`,
    'owners are counted': MEMBERS.map((member) => `(owner[${member}] == 1) == (role[${member}] == ${OWNER})`).join(
      ' && ',
    ),
  },
  defects: {
    'the last owner may leave': { text: `${owners} > 1`, replacement: `${owners} > 0` },
    'the lock is not taken': { text: ' && lock == 0', replacement: '' },
  },
}
