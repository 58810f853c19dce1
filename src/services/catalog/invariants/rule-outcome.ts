/** Number of checked objects, and the first counterexample. */
export interface RuleOutcome {
  readonly checked: number
  readonly counterexample: Readonly<Record<string, unknown>> | null
}
