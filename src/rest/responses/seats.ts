import { z } from 'zod'
import { component, list, time, wholeNumber } from './fields.js'

const seatLicense = component('SeatLicense', 'Seats of a feature that are assigned to members.', {
  feature: z.string(),
  limit: wholeNumber().nullable().describe('Number of seats. Null if unlimited.'),
  assigned: wholeNumber().describe('It can exceed a limit that became smaller.'),
  remaining: wholeNumber().nullable().describe('Number of free seats. Null if unlimited.'),
  holders: list(z.strictObject({ user_id: z.string(), since: time() })).describe(
    'Users with a seat, oldest first, at most 1,000 of all features.',
  ),
})

export const seatsResponse = component('Seats', 'Seats of an account.', {
  account_id: z.string(),
  seats: list(seatLicense).describe('One entry per feature of `seats` of the catalog.'),
})
