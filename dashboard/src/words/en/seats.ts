import { translated } from '../translated.js'

/** Seats that are assigned to members. */
export const seatWords = translated('seatWords', {
  title: 'Seats',
  used: (assigned: string, limit: string) => `${assigned} of ${limit} seats are assigned.`,
  unlimited: (assigned: string) => `${assigned} seats are assigned. There is no limit.`,
  over: (assigned: string, limit: string) =>
    `${assigned} seats are assigned, but the plan has only ${limit}. They stay assigned. No further seat can be assigned until some are free.`,
  none: 'No member has a seat.',
  columns: { person: 'Person', since: 'Since' },
  assign: 'Assign a seat',
  assignTitle: (feature: string) => `Assign a seat: ${feature}`,
  member: 'Member',
  search: 'Name or email address',
  more: 'Show more',
  everybody: 'Every member has a seat.',
  confirm: 'Assign',
  move: 'Move',
  moveTitle: (name: string) => `Move the seat of ${name}`,
  moveText: 'The number of assigned seats stays the same.',
  free: 'Free the seat',
  freeTitle: (name: string) => `Free the seat of ${name}?`,
  freeText: (feature: string) => `The member can no longer use ${feature}. The seat can be assigned again.`,
  cancel: 'Back',
})
