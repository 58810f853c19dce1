import { parameterTree, type ParameterTree } from '#services/deployments/model/parameter-tree.js'
import { COMMANDS } from '#services/deployments/commands/definitions/command-registry.js'

/** The field reference of docs/agents.md, generated from the command registry. */
export function commandReference(): string {
  return COMMANDS.map((spec) => {
    const traits = [
      ...(spec.readOnly ? ['Read-only.'] : []),
      ...(spec.rate ? [`Counts against \`${spec.rate}\`.`] : []),
      ...(spec.result ? [`Typed result: \`${spec.result.meta()!.title}\`.`] : []),
      ...(spec.supported ? [] : ['**Agents of this version do not support it.**']),
    ]
    const tree = parameterTree(spec)
    const rows = tree ? rowsOf(tree, '') : []
    const table = rows.length
      ? ['', '| parameter | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
      : '\nIts parameters are unknown. They are passed unchanged, and values that look like secrets are sealed.'
    return `### \`${spec.type}\`\n\n${[spec.summary, ...traits].join(' ')}\n${table}\n`
  }).join('\n')
}

function rowsOf(tree: ParameterTree, prefix: string): string[] {
  return Object.entries(tree.properties ?? {}).flatMap(([name, parameter]) => {
    const inner = parameter.items ?? parameter
    const initial = (tree.required ?? []).includes(name)
      ? 'required'
      : parameter.default === undefined
        ? ''
        : `\`${JSON.stringify(parameter.default)}\``
    const secret = parameter.secrecy === 'whole' ? ' Sealed.' : parameter.secrecy === 'inside' ? ' Redacted.' : ''
    const row = `| \`${prefix}${name}\` | ${typeOf(parameter)} | ${initial} | ${parameter.description ?? ''}${secret} |`
    return [row, ...rowsOf(inner, `${prefix}${name}${parameter.items ? '[]' : ''}.`)]
  })
}

function typeOf(parameter: ParameterTree): string {
  if (parameter.items) return `list of ${typeOf(parameter.items)}`
  if (parameter.enum) return parameter.enum.map((value) => `\`${String(value)}\``).join(', ')
  const { minimum, maximum, type } = parameter
  const limits = minimum !== undefined && maximum !== undefined ? ` ${minimum}…${maximum}` : ''
  return `${type ?? 'anything'}${limits}`
}
