type Groups = 'billing' | 'usage' | 'access'

/** An answer of an account with the fields of its groups beside its own, or a denial. */
export function flat<Answer extends object>(answer: Answer): Omit<Answer, Groups> & Record<string, unknown> {
  const { billing, usage, access, ...rest } = answer as Answer & Partial<Record<Groups, object>>
  return { ...rest, ...billing, ...usage, ...access }
}
