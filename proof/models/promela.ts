import type { Model } from '#proof/models/model.js'

/** The model as a program for Spin, which explores it independently of our own checker. */
export function promela({ name, variables, actions, invariants }: Model): string {
  const declarations = Object.entries(variables).map(([variable, value]) => {
    if (typeof value === 'number') return `int ${variable} = ${value};`
    if (new Set(value).size > 1) throw new Error(`${variable} of ${name} has different initial values.`)
    return `int ${variable}[${value.length}] = ${value[0]};`
  })
  const asserted = Object.values(invariants).map((condition) => `assert(${condition})`)
  const options = actions.map(
    (action) => `  :: d_step { (${action.when}) -> ${[...action.does, ...asserted].join('; ')} } /* ${action.name} */`,
  )
  return `/* ${name}. Generated from proof/models. */
${declarations.join('\n')}

active proctype system() {
end:
  do
${options.join('\n')}
  od
}
`
}
