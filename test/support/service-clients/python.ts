import type { Field, ObjectType, Operation, ServiceApi, ValueType } from './api-model.js'

const TYPES = `"""Data of requests and responses. Do not edit: \`npm run docs\` of Stackgate generates this file.

The values are dictionaries. New members can be added, so other members must be ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

#: Time or date of a request. A \`datetime\` must have a time zone.
Time = datetime | str
`

const OPERATIONS = `"""A method for each operation. Do not edit: \`npm run docs\` of Stackgate generates this file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from ._unset import UNSET, Unset
from .results import Decision, Result
`

/** Methods of the clients that send what the generated methods describe. */
const SENDERS = [
  ['read', 'Value'],
  ['decide', 'Decision[Value]'],
  ['act', 'Result[Value]'],
] as const

/** The types of a module with a \`TypedDict\` for each object. */
export function pythonTypes(api: ServiceApi): string {
  return [TYPES, ...usedObjects(api).map(toClass)].join('')
}

/** A module with the methods of both clients. */
export function pythonOperations(api: ServiceApi): string {
  const named = api.operations.flatMap(({ request, response }) => [
    pythonName(response),
    ...request.fields.flatMap(({ type }) => importOf(type)),
  ])
  const types = [...new Set(named)].toSorted((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
  return [
    OPERATIONS,
    `from .types import (\n${types.map((name) => `    ${name},\n`).join('')})\n\nValue = TypeVar("Value")\n`,
    ...(['', 'async '] as const).flatMap((prefix) => [
      `\n\nclass ${prefix ? 'AsyncOperations' : 'Operations'}(ABC):\n    """The operations. \`${prefix ? 'AsyncStackgate' : 'Stackgate'}\` sends the requests."""\n`,
      ...SENDERS.map(
        ([name, result]) => `
    @abstractmethod
    ${prefix}def _${name}(self, path: str, body: dict[str, Any], expected: type[Value]) -> ${result}: ...
`,
      ),
      ...api.operations.map((operation) => toMethod(operation, api, prefix)),
    ]),
  ].join('')
}

const innermost = (type: ValueType): ValueType => ('of' in type ? innermost(type.of) : type)

/** The name that a type imports, if any. */
function importOf(type: ValueType): string[] {
  const of = innermost(type)
  if (of.kind === 'object') return [pythonName(of.name)]
  return of.kind === 'time or date' ? ['Time'] : []
}

/** Work has one form in all requests. */
const pythonName = (name: string): string => name.replace(/^\w+Request\w*Work$/, 'Work')

/** The objects of the operations and of denials, without the requests themselves, whose members are parameters. */
function usedObjects({ operations, objects }: ServiceApi): ObjectType[] {
  const used = new Map<string, ObjectType>()
  const add = (type: ValueType): void => {
    const of = innermost(type)
    if (of.kind !== 'object' || used.has(pythonName(of.name))) return
    const object = objects.find((each) => each.name === of.name)!
    used.set(pythonName(of.name), { ...object, name: pythonName(of.name) })
    for (const field of object.fields) add(field.type)
  }
  add({ kind: 'object', name: 'Denial' })
  for (const { request, response } of operations) {
    add({ kind: 'object', name: response })
    for (const field of request.fields) add(field.type)
  }
  return [...used.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Words of Python that members can have as names. */
const RESERVED = 'as class from global import in is lambda not or pass return with'.split(' ')

/** Members that can be missing are in a class of their own, because `NotRequired` needs Python 3.11. */
function toClass({ name, description, fields }: ObjectType): string {
  if (fields.length === 0) return `\n\n#: ${description}\n${name} = dict[str, Any]\n`
  const [required, optional] = [fields.filter((each) => each.isRequired), fields.filter((each) => !each.isRequired)]
  if (fields.some((field) => RESERVED.includes(field.name))) {
    if (optional.length > 0) throw new Error(`${name} has a reserved name and members that can be missing`)
    return `\n\n#: ${description}\n${name} = TypedDict(\n    "${name}",\n    {\n${fields.map(toEntry).join('')}    },\n)\n`
  }
  const written = (head: string, text: string, members: readonly Field[]) =>
    `\n\nclass ${head}:\n    """${text}"""\n${members.length > 0 ? '\n' : ''}${members.map(toMember).join('')}`
  if (optional.length === 0) return written(`${name}(TypedDict)`, description, required)
  if (required.length === 0) return written(`${name}(TypedDict, total=False)`, description, optional)
  const base = `Required${name}`
  return (
    written(`${base}(TypedDict)`, `Members that every \`${name}\` has.`, required) +
    written(`${name}(${base}, total=False)`, description, optional)
  )
}

const toMember = ({ name, type, isNullable, description }: Field): string =>
  `${description ? `    #: ${description}\n` : ''}    ${name}: ${toType(type)}${isNullable ? ' | None' : ''}\n`

/** A member of a type that is written as a call, because its names include a word of Python. */
const toEntry = ({ name, type, isNullable, description }: Field): string =>
  `${description ? `        #: ${description}\n` : ''}        "${name}": "${toType(type)}${isNullable ? ' | None' : ''}",\n`

const VALUES = {
  text: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  time: 'str',
  'time or date': 'Time',
  any: 'Any',
} as const

function toType(type: ValueType): string {
  if (type.kind === 'list') return `list[${toType(type.of)}]`
  if (type.kind === 'map') return `dict[str, ${toType(type.of)}]`
  return type.kind === 'object' ? pythonName(type.name) : VALUES[type.kind]
}

const KEY = 'idempotency_key'
/** Operations whose names are shorter in a client of a service. */
const VERBS: Readonly<Record<string, string>> = {
  checkEntitlement: 'check',
  commitReservation: 'commit',
  previewUsage: 'preview',
  extendReservation: 'extend',
  releaseReservation: 'release',
}
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const parameterOf = (name: string): string => (RESERVED.includes(name) ? `${name}_` : name)

/** The form of a result: a decision, a value, or a value or denial. */
function senderOf({ name, response }: Operation, { objects }: ServiceApi): (typeof SENDERS)[number] {
  if (!/^(?:check|list|preview|read)/.test(name)) return SENDERS[2]
  const members = objects.find((each) => each.name === response)!.fields.map((field) => field.name)
  return ['allowed', 'denial'].every((member) => members.includes(member)) ? SENDERS[1] : SENDERS[0]
}

/** A parameter that can be left out. Left out, None and empty are three things. A missing key is made, and no account is None. */
function toOptional({ name, type, isNullable }: Field): string {
  if (name === KEY) return `${toType(type)} | None = None`
  return `${toType(type)}${isNullable && name !== 'account_id' ? ' | None' : ''} | Unset = UNSET`
}

/** Keyword arguments: those that the request needs first. A missing key is made, so that repetitions count once. */
function toMethod(operation: Operation, api: ServiceApi, prefix: '' | 'async '): string {
  const { name, summary, path, request } = operation
  const response = pythonName(operation.response)
  const needed = request.fields.filter((field) => field.isRequired && field.name !== KEY)
  const others = request.fields.filter((field) => !needed.includes(field))
  const parameters = [
    'self',
    ...(request.fields.length > 0 ? ['*'] : []),
    ...needed.map((field) => `${parameterOf(field.name)}: ${toType(field.type)}`),
    ...others.map((field) => `${parameterOf(field.name)}: ${toOptional(field)}`),
  ]
  const lines = request.fields
    .filter(({ description }) => description)
    .map(
      (field) =>
        `        ${parameterOf(field.name)}: ${field.name === KEY ? `${field.description} Default: a new key.` : field.description}`,
    )
  const [sender, result] = senderOf(operation, api)
  return `
    ${prefix}def ${VERBS[name] ?? snake(name)}(
${parameters.map((each) => `        ${each},\n`).join('')}    ) -> ${result.replace('Value', response)}:
        """${summary}

${lines.join('\n')}
        """
        body = {
${request.fields.map((field) => `            "${field.name}": ${parameterOf(field.name)},\n`).join('')}        }
        return ${prefix ? 'await ' : ''}self._${sender}("${path}", body, ${response})
`
}
