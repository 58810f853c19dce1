/** The most that one operation moves: sums of many stay whole numbers that every language holds. */
export const MAX_AMOUNT = 1_000_000_000_000
