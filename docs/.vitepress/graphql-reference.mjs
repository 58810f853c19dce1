// The reference of the GraphQL schema: one page for each kind of type, made from the printed schema.
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

const FOLDER = 'reference/graphql'

/** Types of a page. Objects are the most, so that they have several pages. */
const KINDS = [
  { name: 'objects-a-c', title: 'Objects A–C', has: (type) => isObjectType(type) && type.name < 'D' },
  {
    name: 'objects-d-o',
    title: 'Objects D–O',
    has: (type) => isObjectType(type) && type.name >= 'D' && type.name < 'P',
  },
  { name: 'objects-p-z', title: 'Objects P–Z', has: (type) => isObjectType(type) && type.name >= 'P' },
  { name: 'interfaces', title: 'Interfaces', has: isInterfaceType },
  { name: 'unions', title: 'Unions', has: isUnionType },
  { name: 'inputs', title: 'Input objects', has: isInputObjectType },
  { name: 'enums', title: 'Enums', has: isEnumType },
  { name: 'scalars', title: 'Scalars', has: isScalarType },
]
const OPERATIONS = { Query: 'queries', Mutation: 'mutations', Subscription: 'subscriptions' }

/** @returns the pages of the reference, the index first */
export function graphqlReference(file) {
  const schema = buildSchema(readFileSync(file, 'utf8'))
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !(name in OPERATIONS))
  const pages = [
    ...Object.entries(OPERATIONS).map(([root, name]) => operationPage(name, schema.getType(root))),
    ...KINDS.map(({ name, title, has }) => typePage(name, title, types.filter(has))),
  ]
  return [indexPage(pages), ...pages].map(({ name, title, markdown }) => ({
    path: `${FOLDER}/${name}.md`,
    source: 'src/schema/schema.graphql',
    title: `GraphQL reference: ${title}`,
    markdown: `# GraphQL reference: ${title}\n\n${markdown}\n`,
  }))
}

function indexPage(pages) {
  const list = pages.map(({ name, title, count }) => `- [${title}](${name}.md): ${count}`).join('\n')
  return {
    name: 'index',
    title: 'overview',
    markdown:
      'For developers who know which operation or type they need. These pages are generated from the schema of this release. ' +
      `The [GraphQL guide](../../graphql.md) explains how to use them.\n\n${list}`,
  }
}

function operationPage(name, type) {
  const fields = Object.values(type.getFields()).toSorted(byName)
  const sections = fields.map((field) =>
    [
      `## ${field.name}`,
      deprecation(field),
      prose(field.description),
      `Returns ${typeLink(field.type)}.`,
      field.args.length > 0 ? table(['Argument', 'Type', 'Meaning'], field.args.map(argumentRow)) : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
  )
  return { name, title: name[0].toUpperCase() + name.slice(1), count: fields.length, markdown: sections.join('\n\n') }
}

function typePage(name, title, types) {
  const sections = types
    .toSorted(byName)
    .map((type) => [`## ${type.name}`, prose(type.description), content(type)].filter(Boolean).join('\n\n'))
  return { name, title, count: types.length, markdown: sections.join('\n\n') }
}

function content(type) {
  if (isEnumType(type))
    return table(
      ['Value', 'Meaning'],
      type.getValues().map((value) => [code(value.name), cell([deprecation(value), value.description])]),
    )
  if (isUnionType(type)) return `One of ${type.getTypes().map(typeLink).join(', ')}.`
  if (isInputObjectType(type))
    return table(['Field', 'Type', 'Meaning'], Object.values(type.getFields()).map(argumentRow))
  if (isScalarType(type)) return type.specifiedByURL ? `[Specification](${type.specifiedByURL})` : ''
  const interfaces = type.getInterfaces()
  const rows = Object.values(type.getFields()).map((field) => [
    code(field.name) + argumentsOf(field),
    typeLink(field.type),
    cell([deprecation(field), field.description]),
  ])
  const implemented = interfaces.length > 0 ? `Implements ${interfaces.map(typeLink).join(', ')}.` : ''
  return [implemented, table(['Field', 'Type', 'Meaning'], rows)].filter(Boolean).join('\n\n')
}

/** Arguments of a field below its name, each with its type. */
const argumentsOf = ({ args }) =>
  args.length > 0 ? ` (${args.map(({ name, type }) => `${code(name)}: ${typeLink(type)}`).join(', ')})` : ''

const argumentRow = ({ name, type, description, defaultValue }) => [
  code(name),
  typeLink(type) + (defaultValue === undefined ? '' : `, default ${code(JSON.stringify(defaultValue))}`),
  cell([description]),
]

function typeLink(type) {
  const named = getNamedType(type)
  const page = KINDS.find(({ has }) => has(named))
  const [before, after] = String(type).split(named.name)
  return `${before.replaceAll('[', '&#91;')}[${named.name}](${page.name}.md#${named.name.toLowerCase()})${after.replaceAll(']', '&#93;')}`
}

const byName = (one, other) => (one.name < other.name ? -1 : 1)
const code = (text) => `\`${text}\``
const deprecation = ({ deprecationReason }) => (deprecationReason ? `**Deprecated:** ${deprecationReason}` : '')
const prose = (text) => text ?? ''
const cell = (texts) =>
  texts
    .filter(Boolean)
    .join(' ')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
