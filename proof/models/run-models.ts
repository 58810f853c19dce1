import { MODELS } from '#proof/models/all-models.js'
import { explore, withDefect, type Model } from '#proof/models/model.js'

export interface ModelResult {
  readonly name: string
  readonly description: string
  readonly states: number
  readonly transitions: number
  readonly invariants: readonly string[]
  /** The first broken invariant with the actions that lead to it. Null: every reachable state keeps all. */
  readonly violation: string | null
  /** Defects of the protocol, and the number of actions until an invariant was broken. Null: not found. */
  readonly defects: readonly { readonly name: string; readonly foundAfter: number | null }[]
}

/** Explores every model, and every model with each of its defects. */
export const exploreModels = (): ModelResult[] => MODELS.map(exploreModel)

function exploreModel(model: Model): ModelResult {
  const { states, transitions, violation } = explore(model)
  return {
    name: model.name,
    description: model.description,
    states,
    transitions,
    invariants: Object.keys(model.invariants),
    violation: violation && `${violation.invariant}: ${violation.path.join(' > ')}`,
    defects: Object.keys(model.defects).map((name) => ({
      name,
      foundAfter: explore(withDefect(model, name)).violation?.path.length ?? null,
    })),
  }
}

/** True if every model holds and every defect was found. */
export const modelsHold = (results: readonly ModelResult[]): boolean =>
  results.every(
    ({ violation, defects }) => violation === null && defects.every(({ foundAfter }) => foundAfter !== null),
  )
