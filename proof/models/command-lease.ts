import type { Action, Model } from '#proof/models/model.js'

/** Statuses by number. */
export const STATUSES = ['QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'EXPIRED', 'LOST'] as const
export type Status = (typeof STATUSES)[number]

const REDELIVERIES = 3
const at = (status: Status): number => STATUSES.indexOf(status)
const is = (...statuses: Status[]): string => `(${statuses.map((status) => `status == ${at(status)}`).join(' || ')})`

/** A transition of the command, which its stream shows. */
const to = (from: Status, target: Status, when = '', does: string[] = []): Action => ({
  name: `${from} to ${target}${when ? ` if ${when}` : ''}`,
  label: `${from} ${target}`,
  when: [is(from), when].filter(Boolean).join(' && '),
  does: [`status = ${at(target)}`, ...does],
})

/** A command changes something unless `readOnly` is 1. An agent has the command once the response was sent to it. */
export const commandLease: Model = {
  name: 'command lease',
  description:
    'One command, its lease, redelivery and loss. A command that changes something starts at most once; a final status does not change.',
  variables: { status: at('QUEUED'), readOnly: -1, has: 0, starts: 0, redeliveries: 0, cancels: 0, reports: 0 },
  actions: [
    { name: 'changes something', label: 'changes', when: 'readOnly == -1', does: ['readOnly = 0'] },
    { name: 'only reads', label: 'reads', when: 'readOnly == -1', does: ['readOnly = 1'] },
    to('QUEUED', 'LEASED', 'readOnly >= 0'),
    { name: 'the response is sent', label: null, when: `${is('LEASED')} && has == 0`, does: ['has = 1'] },
    to('LEASED', 'RUNNING', 'has >= 1'),
    // The connection was closed before the response was sent.
    to('LEASED', 'QUEUED', 'has == 0'),
    {
      name: 'the agent starts',
      label: null,
      when: 'has == 1 && starts < 5',
      does: ['has = 2', 'starts = starts + 1'],
    },
    {
      name: 'cancellation is requested',
      label: 'cancel requested',
      when: `${is('LEASED', 'RUNNING')} && cancels == 0`,
      does: ['cancels = 1'],
    },
    to('QUEUED', 'CANCELED', 'readOnly >= 0'),
    to('QUEUED', 'EXPIRED', 'readOnly >= 0'),
    // A report needs an agent that has the command. It can arrive after the command was queued again, or was lost.
    ...(['QUEUED', 'LEASED', 'RUNNING', 'LOST'] as const).flatMap((from) => [
      to(from, 'SUCCEEDED', 'starts > 0', ['reports = reports + 1']),
      to(from, 'FAILED', 'starts > 0', ['reports = reports + 1']),
    ]),
    // The lease ended, or the agent polled again without a report.
    ...(['LEASED', 'RUNNING'] as const).flatMap((from) => [
      to(from, 'LOST', 'readOnly == 0'),
      to(from, 'LOST', `readOnly == 1 && redeliveries == ${REDELIVERIES}`),
      to(from, 'CANCELED', 'readOnly == 1 && cancels == 1'),
      to(from, 'QUEUED', `readOnly == 1 && cancels == 0 && redeliveries < ${REDELIVERIES}`, [
        'redeliveries = redeliveries + 1',
        'has = 0',
      ]),
    ]),
  ],
  invariants: {
    'a command that changes something starts at most once': 'readOnly == 1 || starts <= 1',
    'a command that only reads starts at most four times': `starts <= ${REDELIVERIES + 1}`,
    'one report ends a command': 'reports <= 1',
    'no command starts without a lease': 'starts == 0 || readOnly >= 0',
  },
  defects: {
    'every command is delivered again': { text: 'readOnly == 1 && cancels == 0', replacement: 'cancels == 0' },
    'a command is delivered again without end': {
      text: `redeliveries < ${REDELIVERIES}`,
      replacement: 'redeliveries < 9',
    },
  },
}
