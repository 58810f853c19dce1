/** One thing that was looked at: how it stands, and what to do about it. */
export interface Finding {
  /** A stable name for programs, as `webhook_endpoint`. */
  readonly check: string
  /** `problem`: it does not work, or will not; `warning`: it works, and somebody should look; `skipped`: it could not be looked at. */
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped'
  /** What was found, for people. */
  readonly found: string
  /** What to do; null where nothing is. */
  readonly todo: string | null
}

export const ok = (check: string, found: string): Finding => ({ check, status: 'ok', found, todo: null })
export const warning = (check: string, found: string, todo: string): Finding => ({
  check,
  status: 'warning',
  found,
  todo,
})
export const problem = (check: string, found: string, todo: string): Finding => ({
  check,
  status: 'problem',
  found,
  todo,
})
export const skipped = (check: string, found: string): Finding => ({ check, status: 'skipped', found, todo: null })

/** A check that fails to look is a finding too: the doctor goes on to the next. */
export async function checked(check: string, look: () => Promise<Finding[]>, todo: string): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const { message, internal } = error as Error & { internal?: string }
    return [problem(check, internal ?? message, todo)]
  }
}
