import type { Action, Model } from '#proof/models/model.js'

const WORKERS = [0, 1]
const VERSIONS = 2
const FENCES = 4

/**
 * Provider events are only reasons to fetch. A worker claims the object, takes a number (the fence), fetches, and writes unless the
 * row has a higher number. Its claim may end while it works, and the provider may change at any time.
 */
const worker = (w: number): Action[] => [
  {
    name: `claim ${w}`,
    label: null,
    when: `pending == 1 && phase[${w}] == 0 && fences < ${FENCES}`,
    does: [`phase[${w}] = 1`, `seen[${w}] = events`, `claims = claims + 1`, `claim[${w}] = claims`],
  },
  {
    name: `take a fence ${w}`,
    label: `fence ${w}`,
    when: `phase[${w}] == 1`,
    does: ['fences = fences + 1', `fence[${w}] = fences`, `phase[${w}] = 2`],
  },
  {
    name: `fetch ${w}`,
    label: `fetch ${w}`,
    when: `phase[${w}] == 2`,
    does: [`fetched[${w}] = version`, `phase[${w}] = 3`],
  },
  {
    name: `write ${w}`,
    label: `write ${w}`,
    when: `phase[${w}] == 3 && rowFence < fence[${w}]`,
    does: [`row = fetched[${w}]`, `rowFence = fence[${w}]`, `phase[${w}] = 4`],
  },
  {
    name: `leave a later row ${w}`,
    label: `write ${w}`,
    when: `phase[${w}] == 3 && !(rowFence < fence[${w}])`,
    does: [`phase[${w}] = 4`],
  },
  {
    name: `finish ${w}`,
    label: null,
    when: `phase[${w}] == 4 && claim[${w}] == claims && seen[${w}] == events`,
    does: [
      'pending = 0',
      `phase[${w}] = 0`,
      `fence[${w}] = 0`,
      `fetched[${w}] = 0`,
      `claim[${w}] = 0`,
      `seen[${w}] = 0`,
    ],
  },
  {
    name: `finish late ${w}`,
    label: null,
    when: `phase[${w}] == 4 && !(claim[${w}] == claims && seen[${w}] == events)`,
    does: [`phase[${w}] = 0`, `fence[${w}] = 0`, `fetched[${w}] = 0`, `claim[${w}] = 0`, `seen[${w}] = 0`],
  },
]

export const inboxFence: Model = {
  name: 'inbox and fetch fence',
  description:
    'Two workers sync one object of the provider. When no event waits and no worker works, the row is the object at the provider.',
  variables: {
    version: 0,
    undelivered: 0,
    events: 0,
    pending: 0,
    fences: 0,
    claims: 0,
    row: 0,
    rowFence: 0,
    phase: [0, 0],
    fence: [0, 0],
    fetched: [0, 0],
    claim: [0, 0],
    seen: [0, 0],
  },
  actions: [
    {
      name: 'change at the provider',
      label: 'change',
      when: `version < ${VERSIONS}`,
      does: ['version = version + 1', 'undelivered = undelivered + 1'],
    },
    {
      name: 'deliver an event',
      label: null,
      when: 'undelivered > 0',
      does: ['undelivered = undelivered - 1', 'events = events + 1', 'pending = 1'],
    },
    ...WORKERS.flatMap(worker),
  ],
  invariants: {
    'the row is the object when nothing waits':
      'undelivered > 0 || pending == 1 || phase[0] > 0 || phase[1] > 0 || row == version',
    'the fence of the row never falls below its fetch': 'rowFence <= fences && row <= version',
  },
  defects: {
    'an older fetch overwrites a newer one': { text: 'rowFence < fence', replacement: '0 < fence' },
    'an event during the work is forgotten': { text: '== events', replacement: '<= events' },
  },
}
