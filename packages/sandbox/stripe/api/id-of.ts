/** ID of a reference, which can also be the object itself by Stripe's types. Null if there is none. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null
  return typeof reference === 'string' ? reference : reference.id
}
