/** Sentences of the components of `@stackgate/react/account`. Replace some with the `labels` of the provider or of a component. */
export interface AccountLabels {
  // Members
  readonly members: string
  readonly noMembers: string
  readonly membersUsed: (used: string, limit: string) => string
  readonly memberName: string
  readonly memberRole: string
  readonly memberSince: string
  readonly memberRoles: Readonly<Record<string, string>>
  // Seats
  readonly seats: string
  readonly noSeats: string
  readonly seatsPaid: (quantity: string, unit: string) => string
  readonly seatsScheduled: (quantity: string, date: string) => string
  readonly changeSeats: string
  /** The number of an accepted change, and the date on which it applies. */
  readonly seatsChanged: (quantity: string, date: string | null) => string
  readonly seatsUsed: (assigned: string, limit: string) => string
  readonly seatsOver: (assigned: string, limit: string) => string
  readonly seatsUnlimited: (assigned: string) => string
  readonly assignSeat: string
  readonly assignSeatOf: (feature: string) => string
  readonly noFreeMembers: string
  readonly seatMember: string
  readonly freeSeat: string
  readonly freeSeatOf: (member: string, feature: string) => string
  readonly freeSeatText: (member: string, feature: string) => string
  // Usage over time
  readonly usageTitle: (feature: string) => string
  readonly usageTotal: (units: string, from: string, to: string) => string
  readonly noUsage: string
  readonly usageTable: string
  readonly usagePeriod: string
  readonly usageUnits: string
}

/** The sentences in English. */
export const ACCOUNT_ENGLISH: AccountLabels = {
  members: 'Members',
  noMembers: 'There are no members yet.',
  membersUsed: (used, limit) => `${used} of ${limit} members`,
  memberName: 'Name',
  memberRole: 'Role',
  memberSince: 'Member since',
  memberRoles: { OWNER: 'Owner', ADMIN: 'Admin', MEMBER: 'Member' },
  seats: 'Seats',
  noSeats: 'This plan has no seats.',
  seatsPaid: (quantity, unit) => `Paid for: ${quantity} × ${unit}`,
  seatsScheduled: (quantity, date) => `From ${date}: ${quantity}`,
  changeSeats: 'Change the number',
  seatsChanged: (quantity, date) => `The number changes to ${quantity}${date ? ` on ${date}` : ''}.`,
  seatsUsed: (assigned, limit) => `${assigned} of ${limit} assigned`,
  seatsOver: (assigned, limit) => `${assigned} assigned, over the limit of ${limit}`,
  seatsUnlimited: (assigned) => `${assigned} assigned, unlimited`,
  assignSeat: 'Assign a seat',
  assignSeatOf: (feature) => `Assign a seat: ${feature}`,
  noFreeMembers: 'Every member has a seat.',
  seatMember: 'Member',
  freeSeat: 'Free the seat',
  freeSeatOf: (member, feature) => `Free the seat of ${member}: ${feature}`,
  freeSeatText: (member, feature) => `${member} loses the seat (${feature}), and another member can have it.`,
  usageTitle: (feature) => `Use of ${feature}`,
  usageTotal: (units, from, to) => `${units} from ${from} to ${to}`,
  noUsage: 'Nothing was used in this time.',
  usageTable: 'Show as a table',
  usagePeriod: 'Period',
  usageUnits: 'Used',
}
