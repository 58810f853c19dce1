import { compileFunction } from 'node:vm'

/** A variable: its initial value, or that of each element of an array. */
export type Variables = Readonly<Record<string, number | readonly number[]>>

/** Something that can happen. Guard and effects are expressions that both JavaScript and Promela read in the same way. */
export interface Action {
  readonly name: string
  /** What a recorded run shows of it. Null: nothing. */
  readonly label: string | null
  readonly when: string
  readonly does: readonly string[]
}

/** A small model: every reachable state must keep every invariant. */
export interface Model {
  readonly name: string
  readonly description: string
  readonly variables: Variables
  readonly actions: readonly Action[]
  readonly invariants: Readonly<Record<string, string>>
  /**
   * Defects of the protocol, each as a guard in which a text is replaced: a checker must find them, or it would prove nothing.
   */
  readonly defects: Readonly<Record<string, { readonly text: string; readonly replacement: string }>>
}

/** Values of all variables, in the order of the model. */
type State = readonly (number | readonly number[])[]
type Memory = Record<string, number | number[]>

interface Compiled {
  readonly action: Action
  readonly isEnabled: (memory: Memory) => boolean
  readonly apply: (memory: Memory) => void
}

/** Expressions of the models are of this repository. The `with` statement makes the members of the state variables. */
const compile = (code: string): ((memory: Memory) => unknown) =>
  compileFunction(`with (memory) { ${code} }`, ['memory']) as (memory: Memory) => unknown

/** A model whose states can be explored and whose runs can be compared. */
export class RunnableModel {
  readonly model: Model
  private readonly names: readonly string[]
  private readonly compiled: readonly Compiled[]
  private readonly checks: readonly (readonly [name: string, holds: (memory: Memory) => boolean])[]

  constructor(model: Model) {
    this.model = model
    this.names = Object.keys(model.variables)
    this.compiled = model.actions.map((action) => ({
      action,
      isEnabled: compile(`return (${action.when})`) as (memory: Memory) => boolean,
      apply: compile(action.does.join('; ')),
    }))
    this.checks = Object.entries(model.invariants).map(
      ([name, condition]) => [name, compile(`return (${condition})`) as (memory: Memory) => boolean] as const,
    )
  }

  first(): State {
    return this.names.map((name) => this.model.variables[name]!)
  }

  private memoryOf(state: State): Memory {
    const memory: Memory = {}
    this.names.forEach((name, index) => {
      const value = state[index]!
      memory[name] = typeof value === 'number' ? value : [...value]
    })
    return memory
  }

  /** The steps that are possible in a state. */
  next(state: State): { readonly action: Action; readonly state: State }[] {
    const memory = this.memoryOf(state)
    return this.compiled.flatMap(({ action, isEnabled, apply }) => {
      if (!isEnabled(memory)) return []
      const after = this.memoryOf(state)
      apply(after)
      return [{ action, state: this.names.map((name) => after[name]!) }]
    })
  }

  /** The invariants that a state breaks. */
  broken(state: State): string[] {
    const memory = this.memoryOf(state)
    return this.checks.filter(([, holds]) => !holds(memory)).map(([name]) => name)
  }

  value(state: State, name: string): number | readonly number[] {
    return state[this.names.indexOf(name)]!
  }
}

export interface Exploration {
  readonly states: number
  readonly transitions: number
  /** Actions that no reachable state allows: the model would promise nothing about them. */
  readonly neverDone: readonly string[]
  /** The first broken invariant with the actions that lead to it. Null: there is none. */
  readonly violation: { readonly invariant: string; readonly path: readonly string[] } | null
}

/** Visits every reachable state of a model. */
export function explore(model: Model): Exploration {
  const runnable = new RunnableModel(model)
  const first = runnable.first()
  const cameFrom = new Map<string, { readonly before: string; readonly action: string } | null>([
    [JSON.stringify(first), null],
  ])
  const done = new Set<string>()
  let waiting: State[] = [first]
  let transitions = 0
  const pathTo = (key: string): string[] => {
    const path: string[] = []
    for (let at = cameFrom.get(key); at; at = cameFrom.get(at.before)) path.unshift(at.action)
    return path
  }
  const neverDone = (): string[] =>
    [...new Set(model.actions.map(({ name }) => name))].filter((name) => !done.has(name))
  const [initial] = runnable.broken(first)
  if (initial) return { states: 1, transitions: 0, neverDone: [], violation: { invariant: initial, path: [] } }
  while (waiting.length > 0) {
    const later: State[] = []
    for (const state of waiting)
      for (const { action, state: after } of runnable.next(state)) {
        transitions++
        done.add(action.name)
        const key = JSON.stringify(after)
        if (cameFrom.has(key)) continue
        cameFrom.set(key, { before: JSON.stringify(state), action: action.name })
        const [invariant] = runnable.broken(after)
        if (invariant)
          return {
            states: cameFrom.size,
            transitions,
            neverDone: neverDone(),
            violation: { invariant, path: pathTo(key) },
          }
        later.push(after)
      }
    waiting = later
  }
  return { states: cameFrom.size, transitions, neverDone: neverDone(), violation: null }
}

/** The model with one of its defects. Throws if no guard and no effect contains its text. */
export function withDefect(model: Model, name: string): Model {
  const { text, replacement } = model.defects[name]!
  let changed = 0
  const change = (code: string): string => {
    if (!code.includes(text)) return code
    changed++
    return code.replace(text, replacement)
  }
  const actions = model.actions.map((action) => ({
    ...action,
    when: change(action.when),
    does: action.does.map(change),
  }))
  if (changed === 0) throw new Error(`The defect ${name} of the model ${model.name} changes nothing.`)
  return { ...model, name: `${model.name}, ${name}`, actions, defects: {} }
}

/** One thing that a recorded run shows: the label of an action, and values of variables after it. */
export interface Observed {
  readonly label: string
  readonly values?: Readonly<Record<string, number>>
}

/** Compares a recorded run with a model. Null: some path of the model shows exactly this run. */
export function replayRun(model: Model, run: readonly Observed[]): string | null {
  const runnable = new RunnableModel(model)
  let possible = closure(runnable, [runnable.first()])
  for (const [index, { label, values = {} }] of run.entries()) {
    const after = possible.flatMap((state) =>
      runnable
        .next(state)
        .filter(({ action }) => action.label === label)
        .map((step) => step.state),
    )
    const fitting = after.filter((state) =>
      Object.entries(values).every(([name, value]) => runnable.value(state, name) === value),
    )
    if (fitting.length === 0) {
      const reason = after.length === 0 ? 'no state allows it' : `no state after it has ${JSON.stringify(values)}`
      return `step ${index + 1} of the run, '${label}': ${reason}`
    }
    possible = closure(runnable, fitting)
  }
  return null
}

/** The states that can be reached by actions which show nothing. */
function closure(runnable: RunnableModel, from: readonly State[]): State[] {
  const known = new Map(from.map((state) => [JSON.stringify(state), state]))
  const waiting = [...known.values()]
  for (let state = waiting.pop(); state; state = waiting.pop())
    for (const { action, state: after } of runnable.next(state)) {
      if (action.label !== null) continue
      const key = JSON.stringify(after)
      if (known.has(key)) continue
      known.set(key, after)
      waiting.push(after)
    }
  return [...known.values()]
}
