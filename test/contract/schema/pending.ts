import type { PendingCoordinate } from '#test/support/schema-contract.js'

/**
 * Parts of the contract that this server does not serve yet. The list can only shrink: an entry that is served fails
 * the test.
 */
export const pending: readonly PendingCoordinate[] = []
