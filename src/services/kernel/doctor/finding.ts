/** A finding: its state and the recommended action. */
export interface Finding {
  /** A stable name for programs, as `webhook_endpoint`. */
  readonly check: string
  /**
   * `problem`: it does not work, or will fail; `warning`: it works, but needs attention; `skipped`: it could not be
   * checked.
   */
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped'
  /** Finding, for operators. */
  readonly found: string
  /** Recommended action. Null if none is necessary. */
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

/** Runs a check. A check that throws is reported as a finding, whose action can depend on the error, and the doctor continues. */
export async function checked(
  check: string,
  look: () => Promise<Finding[]>,
  todo: string | ((error: unknown) => string),
): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const { message, internal } = error as Error & { internal?: string }
    return [problem(check, internal ?? message, typeof todo === 'string' ? todo : todo(error))]
  }
}
