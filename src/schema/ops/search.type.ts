import { enumType } from '../kernel/decorators.js'

/** Modules add the types of their objects. */
export const SearchType = enumType('SearchType', 'Kind of object that operators can find.', {
  ACCOUNT: 'By ID, reference, start of the external ID, words of the name, or the ID of a customer at a provider.',
  USER: 'By ID or start of the email address.',
})
export type SearchType = string
