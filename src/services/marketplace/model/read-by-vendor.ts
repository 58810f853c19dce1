import { readFirstPages } from '#services/kernel/paging/read-first-pages.js'

/** Reads rows of several vendors, with one statement for all questions of a kind. */
export const readByVendor = <
  Ask extends { readonly vendorId: string },
  Row extends { readonly vendorId: string | null },
>(
  asks: readonly Ask[],
  kindOf: (ask: Ask) => string,
  read: (ask: Ask, vendorIds: readonly string[]) => Promise<Row[]>,
): Promise<Row[][]> =>
  readFirstPages(asks, { kindOf, ownerOf: ({ vendorId }) => vendorId, ownerOfRow: ({ vendorId }) => vendorId, read })
