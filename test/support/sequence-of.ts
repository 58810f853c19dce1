/** Number of the item that a cursor of a numbered stream names. */
export const sequenceOf = (cursor: string): number => Number(Buffer.from(cursor, 'base64url').toString().split(':')[1])
