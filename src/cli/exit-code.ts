/** Exit codes of all commands, as those of `diff` and `grep`. */
export const EXIT_CODE = {
  /** The command did its task and found nothing that needs attention. */
  DONE: 0,
  /** It found what it looks for: a difference, a problem, a broken rule. */
  FOUND: 1,
  /** It could not run: wrong usage, or an error that stderr states. */
  FAILED: 2,
} as const
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE]
