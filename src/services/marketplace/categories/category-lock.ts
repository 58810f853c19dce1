import type { Transaction } from '#services/kernel/database/database.js'
import { lockName, shareName } from '#services/kernel/database/named-lock.js'

const CATEGORIES = 'categories'

/**
 * Keeps the IDs of categories unchanged until the transaction ends. Must be called before a template is assigned to a
 * category; otherwise a concurrent sync could reassign the ID of a code that was just read.
 */
export const shareCategories = (transaction: Transaction): Promise<void> => shareName(transaction, CATEGORIES)

/** Only one process changes the IDs of categories, and no template is assigned to a category in the meantime. */
export const lockCategories = (transaction: Transaction): Promise<void> => lockName(transaction, CATEGORIES)
