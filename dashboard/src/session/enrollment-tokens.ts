/** Enrollment tokens of deployments that were started in this window. The server shows each of them once; a reload deletes them. */
const tokens = new Map<string, string>()

export const holdEnrollmentToken = (hash: string, token: string | null): void => {
  if (token) tokens.set(hash, token)
}

export const heldEnrollmentToken = (hash: string): string | null => tokens.get(hash) ?? null
