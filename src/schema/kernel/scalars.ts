import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'
import { GraphQLDateTime, GraphQLEmailAddress, GraphQLJSON, GraphQLURL } from 'graphql-scalars'
import { isCurrency } from '#services/kernel/money/currency.js'

const dateTime = GraphQLDateTime.toConfig()
/** PostgreSQL and RFC 3339 write years before 1 and after 9999 in different ways. */
const FIRST_YEAR = 1970
const LAST_YEAR = 9999

function inRange(moment: Date): Date {
  const year = moment.getUTCFullYear()
  if (year >= FIRST_YEAR && year <= LAST_YEAR) return moment
  throw new GraphQLError(`DateTime must be in the years ${FIRST_YEAR} to ${LAST_YEAR}.`)
}

/** A moment; a `Date` inside. */
export const DateTime = new GraphQLScalarType({
  ...dateTime,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  description:
    'A point in time in UTC, for example `2026-11-20T08:15:00.000Z` (RFC 3339), from 1970 to 9999. Other offsets are accepted and converted.',
  parseValue: (value) => inRange(dateTime.parseValue(value)),
  parseLiteral: (node, variables) => inRange(dateTime.parseLiteral(node, variables)),
})

/** An absolute URL. It is returned unchanged; the library would add slashes. */
export const Url = new GraphQLScalarType({
  ...GraphQLURL.toConfig(),
  description: 'An absolute URL.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: String,
})

/** An email address. It is returned unchanged. */
export const EmailAddress = new GraphQLScalarType({
  ...GraphQLEmailAddress.toConfig(),
  description: 'An email address.',
  serialize: String,
})

/** Any JSON value. */
export const JSONValue = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value: object, list, string, number, boolean or null.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  // The transport measures its values while it makes a response.
  extensions: { anySize: true },
})

function safeInteger(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new GraphQLError(`SafeInt must be a whole number between -(2^53-1) and 2^53-1, not ${described(value)}.`)
}

/** A whole number exact in every client: quantities and minor units of money. */
export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  specifiedByURL: 'https://tc39.es/ecma262/#sec-number.max_safe_integer',
  description: 'An integer between -(2^53-1) and 2^53-1: quantities, and money in minor units.',
  serialize: (value) => safeInteger(typeof value === 'bigint' ? Number(value) : value),
  parseValue: safeInteger,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT) return safeInteger(Number(node.value))
    throw new GraphQLError('SafeInt must be a whole number.', { nodes: node })
  },
})

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

function decimalText(value: unknown): string {
  if (typeof value === 'string' && DECIMAL.test(value)) return value
  throw new GraphQLError(`Decimal must be a string such as "0.40", not ${described(value)}.`)
}

/** A decimal number that no client rounds: a string on the wire. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  specifiedByURL: 'https://www.w3.org/TR/xmlschema11-2/#decimal',
  description:
    'An exact decimal number as a string, for example `"0.40"`: digits, at most one point, no exponent. Trailing zeros are kept.',
  serialize: decimalText,
  parseValue: decimalText,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING) return decimalText(node.value)
    throw new GraphQLError('Decimal must be a string such as "0.40".', { nodes: node })
  },
})

const threeLetters = /^[A-Z]{3}$/

function currencyFrom(value: unknown): string {
  const code = typeof value === 'string' ? value.toUpperCase() : ''
  if (isCurrency(code)) return code
  throw new GraphQLError(`CurrencyCode must be an ISO 4217 code such as USD, not ${described(value)}.`)
}

/** An ISO 4217 code in capitals. */
export const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  specifiedByURL: 'https://www.iso.org/iso-4217-currency-codes.html',
  description: 'ISO 4217 currency code, for example `USD`. Lower case is accepted; upper case is returned.',
  serialize: (value) => {
    if (typeof value === 'string' && threeLetters.test(value)) return value
    throw new GraphQLError(`Not a currency code: ${described(value)}.`)
  },
  parseValue: currencyFrom,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING) return currencyFrom(node.value)
    throw new GraphQLError('CurrencyCode must be a string such as "USD".', { nodes: node })
  },
})

function described(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 20)}"`
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return value === null ? 'null' : typeof value
}
