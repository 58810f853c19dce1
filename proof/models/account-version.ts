import type { Action, Model } from '#proof/models/model.js'

const PROCESSES = [0, 1]
export const UNITS = 2
const KEYS = [0, 1, 2]
/** Every batch of keys for which the units suffice, as a set of bits. */
const BATCHES = [1, 2, 3, 4, 5, 6]
const keysOf = (batch: number): number[] => KEYS.filter((key) => (batch >> key) & 1)
export const labelOf = (keys: readonly number[]): string => `count ${keys.join(' ')}`

const process = (p: number): Action[] => [
  {
    name: `read ${p}`,
    label: null,
    when: `batch[${p}] == 0 && !(known[${p}] == version)`,
    does: [`known[${p}] = version`, `left[${p}] = balance`],
  },
  ...BATCHES.flatMap((batch): Action[] => {
    const keys = keysOf(batch)
    const isNew = keys.map((key) => `counted[${key}] == 0`).join(' && ')
    return [
      {
        name: `decide ${p}: ${keys.join(' ')}`,
        label: null,
        when: `batch[${p}] == 0 && left[${p}] >= ${keys.length}`,
        does: [`batch[${p}] = ${batch}`],
      },
      {
        name: `persist ${p}: ${keys.join(' ')}`,
        label: labelOf(keys),
        when: `batch[${p}] == ${batch} && known[${p}] == version && ${isNew}`,
        does: [
          'version = version + 1',
          `balance = balance - ${keys.length}`,
          ...keys.map((key) => `counted[${key}] = counted[${key}] + 1`),
          `known[${p}] = version`,
          `left[${p}] = balance`,
          `batch[${p}] = 0`,
        ],
      },
      {
        name: `find a known key ${p}: ${keys.join(' ')}`,
        label: null,
        when: `batch[${p}] == ${batch} && !(${isNew})`,
        does: [`batch[${p}] = 0`],
      },
    ]
  }),
  {
    name: `find another version ${p}`,
    label: null,
    when: `batch[${p}] > 0 && !(known[${p}] == version)`,
    does: [`batch[${p}] = 0`],
  },
  {
    // The process is killed with everything that it has not written.
    name: `kill ${p}`,
    label: null,
    when: `batch[${p}] > 0`,
    does: [`batch[${p}] = 0`, `known[${p}] = -1`, `left[${p}] = 0`],
  },
]

export const accountVersion: Model = {
  name: 'account version and batches',
  description:
    'Two processes consume the units of one account in batches. A batch is written only at the version on which it was decided, each key once.',
  variables: {
    version: 0,
    balance: UNITS,
    counted: KEYS.map(() => 0),
    known: [-1, -1],
    left: [0, 0],
    batch: [0, 0],
  },
  actions: [
    ...PROCESSES.flatMap(process),
    ...KEYS.map((key): Action => ({
      name: `deny ${key}`,
      label: `deny ${key}`,
      when: `balance == 0 && counted[${key}] == 0`,
      does: [`balance = balance`],
    })),
  ],
  invariants: {
    'the balance is not below zero': 'balance >= 0',
    'each key counts once': KEYS.map((key) => `counted[${key}] <= 1`).join(' && '),
    'the balance is what was not counted': `balance == ${UNITS} - (${KEYS.map((key) => `counted[${key}]`).join(' + ')})`,
    'no process knows a later version': 'known[0] <= version && known[1] <= version',
  },
  defects: {
    'a batch is written at any version': { text: '== version && counted', replacement: '<= version && counted' },
    'a key is not looked up': { text: 'counted[0] == 0', replacement: 'counted[0] >= 0' },
  },
}
