/** Begins the reference of an account that an application names by its own ID. */
export const CUSTOMER_PREFIX = 'customer:'
