/** Kinds of objects that can be found, in the order of the results. */
export const SEARCH_TYPES = [
  'ACCOUNT',
  'USER',
  'DEPLOYMENT',
  'SUBSCRIPTION',
  'INVOICE',
  'PURCHASE',
  'REFUND',
  'DISPUTE',
  'CHECKOUT',
  'TEMPLATE',
  'VENDOR',
] as const
export type SearchType = (typeof SEARCH_TYPES)[number]
