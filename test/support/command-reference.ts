import { parameterTree, type ParameterTree } from '#services/deployments/commands/parameters/parameter-tree.js'
import { COMMANDS } from '#services/deployments/commands/command-registry.js'

/** The field reference of docs/agents.md, written from the catalogue. */
export function commandReference(): string {
  return COMMANDS.map((spec) => {
    const traits = [
      spec.readOnly ? 'only looks' : 'acts',
      ...(spec.rate ? [`counts against \`${spec.rate}\``] : []),
      ...(spec.supported ? [] : ['**no agent of this version runs it**']),
    ]
    const tree = parameterTree(spec)
    const rows = tree ? rowsOf(tree, '') : []
    const table = rows.length
      ? ['', '| parameter | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
      : '\nParameters are not known; they pass as they are, sealed where they look like a secret.'
    return `### \`${spec.type}\`\n\n${spec.summary} It ${traits.join('; ')}.\n${table}\n`
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
