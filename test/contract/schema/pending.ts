import type { PendingCoordinate } from '#test/support/schema-contract.js'

/** What the contract promises and this server does not serve yet. The list can only shrink: a settled entry fails the test. */
export const pending: readonly PendingCoordinate[] = []
