/** The id behind a reference, which Stripe's types allow to be the object itself; null when there is none. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null
  return typeof reference === 'string' ? reference : reference.id
}
