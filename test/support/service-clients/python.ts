import type { Field, ObjectType, Operation, ServiceApi, ValueType } from './api-model.js'

const TYPES = `"""Data of requests and responses. Do not edit: \`npm run docs\` of Stackgate generates this file.

The values are dictionaries. New members can be added, so other members must be ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Union

#: Time or date of a request. A \`datetime\` must have a time zone.
Time = Union[datetime, str]
`

const OPERATIONS = `"""A method for each operation. Do not edit: \`npm run docs\` of Stackgate generates this file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

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
  const types = [...new Set(['Work', ...api.operations.flatMap(namesOf)])].toSorted()
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

  function namesOf({ request, response }: Operation): string[] {
    return [pythonName(response), ...request.fields.flatMap(({ type }) => typeNames(type))]
  }
}

function typeNames(type: ValueType): string[] {
  if (type.kind === 'list' || type.kind === 'map') return typeNames(type.of)
  if (type.kind === 'object') return [pythonName(type.name)]
  return type.kind === 'time' || type.kind === 'any' ? ['Time'] : []
}

/** Work has one form in all requests. */
const pythonName = (name: string): string => name.replace(/^\w+Request\w*Work$/, 'Work')

/** The objects of the operations and of denials, without the requests themselves, whose members are parameters. */
function usedObjects({ operations, objects }: ServiceApi): ObjectType[] {
  const used = new Map<string, ObjectType>()
  const add = (name: string): void => {
    const object = objects.find((each) => each.name === name)!
    if (used.has(pythonName(name))) return
    used.set(pythonName(name), { ...object, name: pythonName(name) })
    for (const { type } of object.fields) addType(type)
  }
  const addType = (type: ValueType): void => {
    if (type.kind === 'list' || type.kind === 'map') addType(type.of)
    else if (type.kind === 'object') add(type.name)
  }
  add('Denial')
  for (const { request, response } of operations) {
    add(response)
    for (const { type } of request.fields) addType(type)
  }
  return [...used.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Words of Python that members can have as names. */
const RESERVED: readonly string[] = [
  'as',
  'class',
  'from',
  'global',
  'import',
  'in',
  'is',
  'lambda',
  'not',
  'or',
  'pass',
  'return',
  'with',
]

/**
 * Members that can be missing are in a class of their own, because `NotRequired` needs Python 3.11. Members with a reserved name are in
 * one that is written as a call.
 */
function toClass({ name, description, fields }: ObjectType): string {
  if (fields.length === 0) return `\n\n#: ${description}\n${name} = dict[str, Any]\n`
  const parts = [
    [true, `Members that every \`${name}\` has.`],
    [false, description],
  ] as const
  let base = 'TypedDict'
  let text = ''
  for (const [isRequired, summary] of parts) {
    const members = fields.filter((field) => field.isRequired === isRequired)
    const isLast = !isRequired || fields.every((field) => field.isRequired)
    if (!isLast && members.length === 0) continue
    const own = isLast ? name : `Required${name}`
    const reserved = members.filter((field) => RESERVED.includes(field.name))
    if (reserved.length > 0) {
      const total = isRequired ? '' : ', total=False'
      const entries = reserved
        .map((field) => `${comment(field)}    "${field.name}": "${toMemberType(field)}",\n`)
        .join('')
      const call = `\n\n_${own} = TypedDict(\n    "_${own}",\n    {\n${entries.replaceAll(/^ {4}/gm, '        ')}    }${total},\n)\n`
      text += call
      base = base === 'TypedDict' ? `_${own}` : `${base}, _${own}`
    }
    const plain = members.filter((field) => !reserved.includes(field))
    text += `\n\nclass ${own}(${base}${isRequired ? '' : ', total=False'}):\n    """${isLast ? description : summary}"""\n`
    text += `${plain.length > 0 ? '\n' : ''}${plain.map((field) => `${comment(field)}    ${field.name}: ${toMemberType(field)}\n`).join('')}`
    base = own
    if (isLast) break
  }
  return text
}

const comment = ({ description }: Field): string => (description ? `    #: ${description}\n` : '')
const toMemberType = ({ type, isNullable }: Field): string => `${toType(type)}${isNullable ? ' | None' : ''}`

const VALUES = { text: 'str', integer: 'int', number: 'float', boolean: 'bool', time: 'str', any: 'Time' } as const

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
    ...others.map((field) => `${parameterOf(field.name)}: ${toType(field.type)} | None = None`),
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
