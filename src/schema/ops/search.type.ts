import { enumType } from '../kernel/decorators.js'

export const SearchType = enumType('SearchType', 'Kind of object that operators can find.', {
  ACCOUNT: 'By ID, reference, start of the external ID, words of the name, or the ID of a customer at a provider.',
  USER: 'By ID or start of the email address.',
  DEPLOYMENT: 'By ID, hash, or the ID of its agent.',
  SUBSCRIPTION: 'By ID, here or at the provider.',
  INVOICE: 'By number, or by ID, here or at the provider.',
  PURCHASE: 'By ID, or by the ID of its payment or its invoice at the provider.',
  REFUND: 'By ID, here or at the provider.',
  DISPUTE: 'By ID, here or at the provider.',
  CHECKOUT: 'By ID, or by the ID of its session at the provider.',
  TEMPLATE: 'By ID or slug.',
  VENDOR: 'By ID or name.',
})
export type SearchType = keyof typeof SearchType
