import type { Field, ObjectType, Operation, ServiceApi, ValueType } from './api-model.js'

const HEAD = `"""Operations and data of services. Do not edit: \`npm run docs\` of Stackgate generates this file.

Responses are dictionaries. New members can be added, so other members must be ignored.
"""

from __future__ import annotations

import uuid
from typing import Any, TypedDict
`

const OPERATIONS = `

class Operations:
    """A method for each operation. \`Stackgate\` sends the requests."""

    def _post(self, path: str, body: dict[str, Any], expected: type) -> Any:
        raise NotImplementedError

    def _mutate(self, document: str, field: str, variables: dict[str, Any], expected: type) -> Any:
        raise NotImplementedError
`

/** A file with a `TypedDict` for each object, and a class with a method for each operation. */
export function pythonOperations({ operations, recordUsage, objects }: ServiceApi): string {
  const requests = new Set(operations.map(({ request }) => request.name))
  return [
    HEAD,
    ...objects.filter(({ name }) => !requests.has(name)).map(toClass),
    OPERATIONS,
    ...operations.map(toMethod),
    `
    def record_usage(self, events: list[UsageEventInput]) -> ${recordUsage.response}:
        """${recordUsage.summary}"""
        document = """
            ${recordUsage.document}
        """
        return self._mutate(document, "recordUsage", {"events": events}, ${recordUsage.response})
`,
  ].join('')
}

/** Members that can be missing are in a class of their own, because \`NotRequired\` needs Python 3.11. */
function toClass({ name, description, fields }: ObjectType): string {
  const [required, optional] = [fields.filter((each) => each.isRequired), fields.filter((each) => !each.isRequired)]
  if (required.some((field) => RESERVED.has(field.name))) return toCall(name, description, required)
  const written = (head: string, text: string, members: readonly Field[]) =>
    `\n\nclass ${head}:\n    """${text}"""\n${members.length > 0 ? '\n' : ''}${members.map(toMember).join('')}`
  if (optional.length === 0) return written(`${name}(TypedDict)`, description, required)
  const base = `Required${name}`
  return (
    written(`${base}(TypedDict)`, `Members that every \`${name}\` has.`, required) +
    written(`${name}(${base}, total=False)`, description, optional)
  )
}

/** Words that cannot be names of members of a class. */
const RESERVED = new Set(['class', 'from', 'global', 'import', 'in', 'is', 'lambda', 'not', 'pass', 'return', 'with'])

/** An object with a member that has a reserved word as its name. Its members are all required. */
const toCall = (name: string, description: string, members: readonly Field[]): string =>
  `\n\n# ${description}\n${name} = TypedDict(\n    "${name}",\n    {\n${members.map(toEntry).join('')}    },\n)\n`

const toEntry = ({ name, type, isNullable, description }: Field): string =>
  `${description ? `        # ${description}\n` : ''}        "${name}": ${toType(type)}${isNullable ? ' | None' : ''},\n`

const toMember = ({ name, type, isNullable, description }: Field): string =>
  `${description ? `    # ${description}\n` : ''}    ${name}: ${toType(type)}${isNullable ? ' | None' : ''}\n`

const VALUES = { text: 'str', time: 'str', integer: 'int', number: 'float', boolean: 'bool', any: 'Any' } as const

function toType(type: ValueType): string {
  if (type.kind === 'list') return `list[${toType(type.of)}]`
  if (type.kind === 'map') return `dict[str, ${toType(type.of)}]`
  return type.kind === 'object' ? type.name : VALUES[type.kind]
}

const KEY = 'idempotency_key'
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Keyword arguments: those that the request needs first. A missing key is made, so that repetitions count once. */
function toMethod({ name, summary, path, request, response }: Operation): string {
  const needed = request.fields.filter((field) => field.isRequired && field.name !== KEY)
  const others = request.fields.filter((field) => !needed.includes(field))
  const parameters = [
    'self',
    ...needed.map((field) => `${field.name}: ${toType(field.type)}`),
    ...others.map((field) => `${field.name}: ${toType(field.type)} | None = None`),
  ]
  const lines = request.fields
    .filter(({ description }) => description)
    .map(
      (field) =>
        `        ${field.name}: ${field.name === KEY ? `${field.description} Default: a new key.` : field.description}`,
    )
  const value = (field: string) => (field === KEY ? `${KEY} or str(uuid.uuid4())` : field)
  return `
    def ${snake(name)}(
${parameters.map((each) => `        ${each},\n`).join('')}    ) -> ${response}:
        """${summary}

${lines.join('\n')}
        """
        body = {
${request.fields.map((field) => `            "${field.name}": ${value(field.name)},\n`).join('')}        }
        return self._post("${path}", body, ${response})
`
}
